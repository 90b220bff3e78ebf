package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/**
 * A message that the server has a record of. Thread-safe; settling hands it to the writer, or does
 * nothing once the message is no longer ours.
 */
final class RedisMessage implements StoredMessage {

  private final RedisStore store;
  private final String queue;
  private final String tag;
  private final VirtualEnvelope envelope;
  private final long number;

  // Mutable state
  private volatile boolean dropped;

  /**
   * @param tag what the record is known by
   * @param number larger than that of what was taken before
   */
  RedisMessage(RedisStore store, String queue, String tag, VirtualEnvelope envelope, long number) {
    this.number = number;
    this.store = store;
    this.queue = queue;
    this.tag = tag;
    this.envelope = envelope;
  }

  String tag() {
    return tag;
  }

  @Override
  public String deliveryTag() {
    return tag;
  }

  long number() {
    return number;
  }

  String queue() {
    return queue;
  }

  void dropped() {
    dropped = true;
  }

  @Override
  public String exchange() {
    return envelope.exchange() == null ? "" : envelope.exchange();
  }

  @Override
  public String routingKey() {
    return envelope.routingKey() == null ? queue : envelope.routingKey();
  }

  @Override
  public boolean redelivered() {
    return envelope.redelivered();
  }

  @Override
  public TransportMessage message() {
    return envelope.message();
  }

  @Override
  public void ack() {
    settle(new Settlement.Ack(tag));
  }

  @Override
  public void reject() {
    ack();
  }

  @Override
  public void requeue() {
    settle(new Settlement.PutBack(tag, queue, End.BACK));
  }

  @Override
  public void giveBack() {
    settle(new Settlement.PutBack(tag, queue, End.FRONT));
  }

  private void settle(Settlement settlement) {
    if (!dropped) {
      store.settle(this, settlement);
    }
  }
}
