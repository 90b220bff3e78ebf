package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.impl.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into frames. A read that times out in the middle of a frame loses nothing, and
 * counts as silence only if not a single byte came: a slow peer is alive. Not thread-safe but for
 * {@link #limit}: the driver's reading thread uses it.
 */
final class FrameReader {

  private static final int BUFFER_SIZE = 64 * 1024;
  private static final int HEADER_SIZE = 7;
  private static final int START_OF_PROTOCOL_HEADER = 'A';

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_SIZE];

  // Mutable state
  private volatile int maxPayload;
  private int next; // in the buffer, first byte not used yet
  private int end; // in the buffer, after the last byte received
  private int type;
  private int channel;
  private byte @Nullable [] payload; // of the frame whose header has been read
  private int filled; // bytes of the payload that are there

  FrameReader(InputStream in, int maxPayload) {
    this.in = in;
    this.maxPayload = maxPayload;
  }

  /** Sets the largest payload that is accepted; a larger one breaks the connection. */
  void limit(int maxPayload) {
    this.maxPayload = maxPayload;
  }

  /**
   * The next frame.
   *
   * @return null if nothing at all came before the socket's time-out
   */
  @Nullable Frame read() throws IOException {
    boolean progress = false;
    while (true) {
      Frame frame = assemble();
      if (frame != null) {
        return frame;
      }
      try {
        receive();
        progress = true;
      } catch (SocketTimeoutException e) {
        if (!progress) {
          return null;
        }
        progress = false;
      }
    }
  }

  private @Nullable Frame assemble() throws IOException {
    byte[] body = payload;
    if (body == null) {
      if (end - next < HEADER_SIZE) {
        return null;
      }
      body = readHeader();
      payload = body;
    }
    int part = Math.min(body.length - filled, end - next);
    System.arraycopy(buffer, next, body, filled, part);
    next += part;
    filled += part;
    if (filled < body.length || next == end) {
      return null;
    }
    int marker = buffer[next++] & 0xFF;
    if (marker != AMQP.FRAME_END) {
      throw new MalformedFrameException("a frame ends with " + marker);
    }
    payload = null;
    return new Frame(type, channel, body);
  }

  private byte[] readHeader() throws IOException {
    type = buffer[next] & 0xFF;
    if (type == START_OF_PROTOCOL_HEADER) {
      throw new MalformedFrameException("the server wants another version of AMQP");
    }
    channel = (buffer[next + 1] & 0xFF) << 8 | (buffer[next + 2] & 0xFF);
    int length =
        (buffer[next + 3] & 0xFF) << 24
            | (buffer[next + 4] & 0xFF) << 16
            | (buffer[next + 5] & 0xFF) << 8
            | (buffer[next + 6] & 0xFF);
    if (length < 0 || length > maxPayload) {
      throw new MalformedFrameException(
          "a frame of " + length + " bytes came, the limit is " + maxPayload);
    }
    next += HEADER_SIZE;
    filled = 0;
    return new byte[length];
  }

  private void receive() throws IOException {
    byte[] body = payload;
    if (body != null && body.length - filled >= BUFFER_SIZE && next == end) {
      filled += require(in.read(body, filled, body.length - filled));
      return;
    }
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, end - next);
      end -= next;
      next = 0;
    }
    end += require(in.read(buffer, end, BUFFER_SIZE - end));
  }

  private static int require(int count) throws EOFException {
    if (count < 0) {
      throw new EOFException("the server closed the connection");
    }
    return count;
  }
}
