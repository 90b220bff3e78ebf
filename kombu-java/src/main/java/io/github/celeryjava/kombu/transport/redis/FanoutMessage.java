package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/**
 * A broadcast. The server knows nothing of it, so what is put back goes to this connection's own
 * queue; kombu puts it into lists that nobody reads. Immutable and thread-safe.
 */
final class FanoutMessage implements StoredMessage {

  private final FanoutQueue queue;
  private final VirtualEnvelope envelope;
  private final int size;
  private final boolean redelivered;

  /**
   * @param size bytes of the envelope
   */
  FanoutMessage(FanoutQueue queue, VirtualEnvelope envelope, int size, boolean redelivered) {
    this.queue = queue;
    this.envelope = envelope;
    this.size = size;
    this.redelivered = redelivered;
  }

  int size() {
    return size;
  }

  @Override
  public String exchange() {
    return envelope.exchange() == null ? "" : envelope.exchange();
  }

  @Override
  public String routingKey() {
    return envelope.routingKey() == null ? "" : envelope.routingKey();
  }

  @Override
  public boolean redelivered() {
    return redelivered || envelope.redelivered();
  }

  @Override
  public TransportMessage message() {
    return envelope.message();
  }

  @Override
  public void ack() {}

  @Override
  public void reject() {}

  @Override
  public void requeue() {
    queue.add(new FanoutMessage(queue, envelope, size, true), End.BACK);
  }

  @Override
  public void giveBack() {
    queue.add(new FanoutMessage(queue, envelope, size, true), End.FRONT);
  }
}
