package io.github.celeryjava.kombu.transport.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A UNIX socket in the shape that the driver knows: the JDK has them as channels only. One thread
 * may read while another writes.
 */
final class UnixSocket extends Socket {

  private static final int FOR_EVER = 0;

  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;
  private final RedisTraffic traffic;

  // Mutable state
  private volatile int timeoutMillis;

  private UnixSocket(SocketChannel channel, RedisTraffic traffic) throws IOException {
    this.channel = channel;
    this.traffic = traffic;
    channel.configureBlocking(false);
    readable = Selector.open();
    writable = Selector.open();
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  static UnixSocket connect(String path, RedisTraffic traffic) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    try {
      return new UnixSocket(channel, traffic);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InputStream getInputStream() {
    return traffic.watch(
        new InputStream() {

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(to, offset, length);
            int count = length == 0 ? 0 : channel.read(buffer);
            while (count == 0 && length > 0) {
              await(readable, timeoutMillis);
              count = channel.read(buffer);
            }
            return count;
          }
        });
  }

  @Override
  public OutputStream getOutputStream() {
    return traffic.watch(
        new OutputStream() {

          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] from, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
            while (buffer.hasRemaining()) {
              if (channel.write(buffer) == 0) {
                await(writable, FOR_EVER);
              }
            }
          }
        });
  }

  private static void await(Selector selector, int millis) throws IOException {
    try {
      if (selector.select(millis) == 0 && millis != FOR_EVER && selector.isOpen()) {
        throw new SocketTimeoutException("Read timed out");
      }
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      throw new IOException("the socket is closed", e);
    }
  }

  @Override
  public synchronized void setSoTimeout(int millis) {
    timeoutMillis = millis;
  }

  @Override
  public synchronized int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isInputShutdown() {
    return isClosed();
  }

  @Override
  public boolean isOutputShutdown() {
    return isClosed();
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
    readable.close();
    writable.close();
  }

  @Override
  public String toString() {
    return "UnixSocket[" + channel + "]";
  }
}
