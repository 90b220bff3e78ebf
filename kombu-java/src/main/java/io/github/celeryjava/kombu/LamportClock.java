package io.github.celeryjava.kombu;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A logical clock that orders what several processes do. Thread-safe.
 *
 * <p>Named after {@code kombu.clocks.LamportClock}; 0 means that nothing has happened yet.
 */
public final class LamportClock {

  private final AtomicLong value;

  /** A clock at 0. */
  public LamportClock() {
    this(0);
  }

  /** A clock that goes on from {@code start}, for a process that kept its value. */
  public LamportClock(long start) {
    value = new AtomicLong(start);
  }

  /** The time of the last event. */
  public long value() {
    return value.get();
  }

  /** Counts an event of this process, such as a message it is about to send; returns its time. */
  public long forward() {
    return value.incrementAndGet();
  }

  /**
   * Takes in a peer's time from a message received.
   *
   * @param other the time in the message, 0 if it had none
   * @return the time of the receipt, later than both clocks
   */
  public long adjust(long other) {
    return value.accumulateAndGet(other, (mine, theirs) -> Math.max(mine, theirs) + 1);
  }
}
