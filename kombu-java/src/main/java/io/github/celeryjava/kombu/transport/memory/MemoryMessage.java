package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/**
 * A message in one queue, or taken from it. It keeps its number for as long as it lives, so going
 * back means going back to its old place.
 */
final class MemoryMessage implements StoredMessage, Comparable<MemoryMessage> {

  private final MemoryQueue queue;
  private final Published published;
  private final long number;
  private final int priority;
  private final long expiresAtMillis;

  // Mutable state; written under the broker's lock while in a queue, read by whoever took it
  private boolean redelivered;

  /**
   * @param number rises with each message of the broker
   * @param priority the effective one: 0 in a queue without priorities
   * @param expiresAtMillis since 1970; {@code Long.MAX_VALUE} for never
   */
  MemoryMessage(
      MemoryQueue queue, Published published, long number, int priority, long expiresAtMillis) {
    this.queue = queue;
    this.published = published;
    this.number = number;
    this.priority = priority;
    this.expiresAtMillis = expiresAtMillis;
  }

  @Override
  public String exchange() {
    return published.exchange();
  }

  @Override
  public String routingKey() {
    return published.routingKey();
  }

  @Override
  public boolean redelivered() {
    return redelivered;
  }

  @Override
  public TransportMessage message() {
    return published.message();
  }

  @Override
  public void ack() {}

  @Override
  public void reject() {
    queue.broker().reject(this);
  }

  @Override
  public void requeue() {
    giveBack();
  }

  @Override
  public void giveBack() {
    queue.broker().putBack(this);
  }

  MemoryQueue queue() {
    return queue;
  }

  void markRedelivered() {
    redelivered = true;
  }

  boolean isExpired(long nowMillis) {
    return nowMillis >= expiresAtMillis;
  }

  boolean mayExpire() {
    return expiresAtMillis != Long.MAX_VALUE;
  }

  /** The order of delivery: high priorities first, then in the order of publishing. */
  @Override
  public int compareTo(MemoryMessage other) {
    return priority != other.priority
        ? Integer.compare(other.priority, priority)
        : Long.compare(number, other.number);
  }
}
