package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * Lets the driver read from a socket through a {@link FrameReader}, and write through the {@link
 * SocketWriter}. The driver calls it from all kinds of threads; none of them ever waits for the
 * socket but the one that reads.
 */
final class AmqpFrameHandler implements FrameHandler {

  /** Given with a message that may leave a moment later, together with others. */
  static final WriteListener LAZILY = (success, failure) -> {};

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  /** Before tuning nothing large is expected, and the peer may be no broker at all. */
  private static final int FIRST_FRAME_MAX = 128 * 1024;

  /** What a frame has besides its payload. */
  private static final int FRAME_OVERHEAD = 8;

  private static final int CONNECTION_CLASS = 10;
  private static final int TUNE_METHOD = 30;

  private final Socket socket;
  private final SocketWriter writer;
  private final FrameReader reader;
  private final boolean heartbeats;

  // Mutable state
  private @Nullable AMQConnection connection;
  private boolean tuned; // reading thread only

  /**
   * @param heartbeats whether a proposal of heartbeats by the broker may be accepted
   */
  AmqpFrameHandler(Socket socket, SocketWriter writer, boolean heartbeats) throws IOException {
    this.socket = socket;
    this.writer = writer;
    this.heartbeats = heartbeats;
    reader = new FrameReader(socket.getInputStream(), FIRST_FRAME_MAX);
  }

  @Override
  public void initialize(AMQConnection connection) {
    this.connection = connection;
  }

  @Override
  public void sendHeader() throws IOException {
    writer.append(PROTOCOL_HEADER);
    writer.wake();
  }

  @Override
  public void startProcessing() {
    if (connection != null) {
      connection.startMainLoop();
    }
  }

  @Override
  public void finishConnectionNegotiation() {}

  @Override
  public void setFrameMax(int frameMax) {
    reader.limit(frameMax <= 0 ? Integer.MAX_VALUE : frameMax - FRAME_OVERHEAD);
  }

  @Override
  public @Nullable Frame readFrame() throws IOException {
    Frame frame = reader.read();
    if (frame != null && frame.getType() == AMQP.FRAME_HEADER) {
      PythonTables.repair(frame.getPayload());
    } else if (frame != null && !tuned && isTune(frame)) {
      tuned = true;
      if (!heartbeats) {
        refuseHeartbeats(frame);
      }
    }
    return frame == null ? null : HeaderGuard.readable(frame);
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    writer.append(frame);
  }

  @Override
  public void flush(@Nullable WriteListener listener) {
    if (LAZILY.equals(listener)) {
      writer.wakeLazily();
    } else {
      writer.wake();
    }
  }

  /** The {@link SocketWriter} sends them. */
  @Override
  public boolean internalHearbeat() {
    return true;
  }

  @Override
  public void setTimeout(int timeoutMillis) throws SocketException {
    socket.setSoTimeout(timeoutMillis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return socket.getSoTimeout();
  }

  @Override
  public InetAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return socket.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return socket.getInetAddress();
  }

  @Override
  public int getPort() {
    return socket.getPort();
  }

  @Override
  public void close() {
    writer.close();
  }

  private static boolean isTune(Frame frame) {
    byte[] payload = frame.getPayload();
    return frame.getType() == AMQP.FRAME_METHOD
        && payload.length > 4
        && payload[1] == CONNECTION_CLASS
        && payload[3] == TUNE_METHOD;
  }

  /**
   * The driver takes the broker's proposal when its own is 0, which then means "as you like"; for
   * kombu 0 means off. The proposal is the method's last field, a short.
   */
  private static void refuseHeartbeats(Frame tune) {
    byte[] payload = tune.getPayload();
    payload[payload.length - 1] = 0;
    payload[payload.length - 2] = 0;
  }
}
