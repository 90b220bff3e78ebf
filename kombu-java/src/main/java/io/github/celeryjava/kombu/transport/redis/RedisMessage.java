package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/**
 * A message that the server has a record of. Thread-safe; settling hands it to the writer.
 *
 * <p>Once it is no longer ours, settling does nothing: somebody else may be at it under the same
 * tag.
 */
final class RedisMessage implements StoredMessage {

  private final RedisStore store;
  private final String queue;
  private final String tag;
  private final VirtualEnvelope envelope;
  private final long number;

  // Mutable state
  private volatile String time;
  private volatile boolean dropped;

  /**
   * @param tag what the record is known by
   * @param time what the index says of it
   * @param number larger than that of what was taken before
   */
  RedisMessage(
      RedisStore store,
      String queue,
      String tag,
      VirtualEnvelope envelope,
      String time,
      long number) {
    this.number = number;
    this.store = store;
    this.queue = queue;
    this.tag = tag;
    this.envelope = envelope;
    this.time = time;
  }

  String tag() {
    return tag;
  }

  long number() {
    return number;
  }

  String queue() {
    return queue;
  }

  /** What the index says, as far as this side knows. */
  private String time() {
    return time;
  }

  void renewed(String now) {
    time = now;
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
    settle(new Settlement.PutBack(tag, queue, End.BACK, this::time));
  }

  @Override
  public void giveBack() {
    settle(new Settlement.PutBack(tag, queue, End.FRONT, this::time));
  }

  private void settle(Settlement settlement) {
    if (!dropped) {
      store.settle(this, settlement);
    }
  }
}
