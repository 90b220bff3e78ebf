package io.github.celeryjava.kombu;

import java.time.Duration;

/**
 * How much a {@link ConsumerLoop} may still consume: so many messages, and no longer than until
 * none has come for a while. One thread at a time.
 */
final class Allowance {

  private final int limit;
  private final long idleNanos;
  private final Timing timing;

  // Mutable state
  private int used;
  private long quietSince;

  Allowance(int limit, Duration idle, Timing timing) {
    this.limit = limit;
    this.idleNanos = idle.toNanos();
    this.timing = timing;
    this.quietSince = timing.nanos();
  }

  /** Begins to wait for messages. */
  void begin() {
    quietSince = timing.nanos();
  }

  /** Counts one message. */
  void use() {
    if (used < Integer.MAX_VALUE) {
      used++;
    }
    quietSince = timing.nanos();
  }

  int used() {
    return used;
  }

  /** How many more messages may come, at most {@code batch}. */
  int left(int batch) {
    return limit == Integer.MAX_VALUE ? batch : Math.min(batch, limit - used);
  }

  /** How long to wait for the next message, at most {@code slice}. */
  Duration wait(Duration slice) {
    long left = idleNanos - (timing.nanos() - quietSince);
    return left < slice.toNanos() ? Duration.ofNanos(Math.max(0, left)) : slice;
  }

  boolean isSpent() {
    return (limit != Integer.MAX_VALUE && used >= limit)
        || timing.nanos() - quietSince >= idleNanos;
  }
}
