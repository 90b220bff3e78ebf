package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.SocketFrameHandler;
import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Gives the driver a socket to read from, and the {@link SocketWriter} to write to. */
final class AmqpFrameHandler extends SocketFrameHandler {

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  /** Before tuning nothing large is expected, and the peer may be no broker at all. */
  private static final int FIRST_FRAME_MAX = 128 * 1024;

  private static final int CONNECTION_CLASS = 10;
  private static final int TUNE_METHOD = 30;

  private final SocketWriter writer;
  private final boolean heartbeats;

  // Mutable state
  private boolean tuned; // reader thread only

  AmqpFrameHandler(Socket socket, SocketWriter writer, boolean heartbeats) throws IOException {
    super(socket, null, FIRST_FRAME_MAX);
    this.writer = writer;
    this.heartbeats = heartbeats;
  }

  @Override
  public boolean internalHearbeat() {
    return true;
  }

  @Override
  public void sendHeader() throws IOException {
    writer.append(PROTOCOL_HEADER);
    writer.wake();
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    writer.append(frame);
  }

  @Override
  public void flush(@Nullable WriteListener listener) {
    writer.wake();
    if (listener != null) {
      listener.done(true, null);
    }
  }

  @Override
  public @Nullable Frame readFrame() throws IOException {
    Frame frame = super.readFrame();
    if (frame != null && !tuned && isTune(frame)) {
      tuned = true;
      if (!heartbeats) {
        refuseHeartbeats(frame);
      }
    }
    return frame;
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
   * The driver answers the broker's proposal when its own is 0, which then means "as you like"; for
   * kombu 0 means off. The proposal is the method's last field, a short.
   */
  private static void refuseHeartbeats(Frame tune) {
    byte[] payload = tune.getPayload();
    payload[payload.length - 1] = 0;
    payload[payload.length - 2] = 0;
  }
}
