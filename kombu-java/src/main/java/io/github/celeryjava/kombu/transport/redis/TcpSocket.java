package io.github.celeryjava.kombu.transport.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;

/** A TCP socket whose bytes are counted. */
final class TcpSocket extends Socket {

  private final RedisTraffic traffic;

  private TcpSocket(RedisTraffic traffic) {
    this.traffic = traffic;
  }

  /** Connects to the first address of {@code host} that answers. */
  static TcpSocket connect(String host, int port, RedisNetwork network, RedisTraffic traffic)
      throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(host)) {
      TcpSocket socket = new TcpSocket(traffic);
      try {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(network.keepAlive());
        socket.applyOptions(network.keepAliveOptions());
        socket.connect(new InetSocketAddress(address, port), network.connectMillis());
        return socket;
      } catch (IOException e) {
        socket.close();
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new IOException(host + " has no address") : failure;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return traffic.watch(super.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return traffic.watch(super.getOutputStream());
  }

  @SuppressWarnings("unchecked") // all of these hold numbers
  private void applyOptions(Map<String, Integer> values) throws IOException {
    for (SocketOption<?> option : supportedOptions()) {
      Integer value = values.get(option.name());
      if (value != null) {
        setOption((SocketOption<Integer>) option, value);
      }
    }
  }
}
