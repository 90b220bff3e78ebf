package io.github.celeryjava.celery.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Things to do at a time of the wall clock or after an interval, on the loop thread. It has no
 * thread of its own: the loop waits no longer than {@link #untilNext} and then calls {@link
 * #runDue}. Loop thread only.
 *
 * <p>Intervals are measured on the monotonic clock, so that setting the wall clock back holds up
 * nothing but what was asked for at a time of that clock. Adding and cancelling cost the logarithm
 * of what waits, for a worker may hold tens of thousands of tasks and drop all of them at once.
 */
final class LoopTimer {

  /** Something that will be done, unless it is cancelled first. */
  static final class Entry {

    private final SortedSet<Entry> line;
    private final Instant dueTime; // of entries in times
    private final long dueNanos; // of entries in intervals
    private final long order;
    private final Runnable action;

    private Entry(
        SortedSet<Entry> line, Instant dueTime, long dueNanos, long order, Runnable action) {
      this.line = line;
      this.dueTime = dueTime;
      this.dueNanos = dueNanos;
      this.order = order;
      this.action = action;
    }

    /** Does nothing if it is done, or was cancelled before. */
    void cancel() {
      line.remove(this);
    }
  }

  private final Clock clock;
  private final LongSupplier nanos;

  // Mutable state, loop thread only
  private final SortedSet<Entry> times =
      new TreeSet<>(
          Comparator.comparing((Entry entry) -> entry.dueTime)
              .thenComparingLong(entry -> entry.order));
  private final SortedSet<Entry> intervals =
      new TreeSet<>(
          Comparator.comparing((Entry entry) -> entry.dueNanos, LoopTimer::compareNanos)
              .thenComparingLong(entry -> entry.order));
  private long entries;

  /**
   * @param clock the time that peers see
   * @param nanos for intervals
   */
  LoopTimer(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Does {@code action} once the wall clock shows {@code due}. */
  Entry at(Instant due, Runnable action) {
    Entry entry = new Entry(times, due, 0, ++entries, action);
    times.add(entry);
    return entry;
  }

  /** Does {@code action} once {@code delay} has passed, whatever happens to the wall clock. */
  Entry after(Duration delay, Runnable action) {
    long due = nanos.getAsLong() + delay.toNanos();
    Entry entry = new Entry(intervals, Instant.EPOCH, due, ++entries, action);
    intervals.add(entry);
    return entry;
  }

  /** How long nothing is due, at most {@code limit}; zero if something is due now. */
  Duration untilNext(Duration limit) {
    Duration wait = limit;
    if (!times.isEmpty()) {
      wait = shorter(wait, Duration.between(clock.instant(), times.first().dueTime));
    }
    if (!intervals.isEmpty()) {
      wait = shorter(wait, Duration.ofNanos(intervals.first().dueNanos - nanos.getAsLong()));
    }
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  /** Nanoseconds of the clock that measures intervals. */
  long nanos() {
    return nanos.getAsLong();
  }

  /**
   * Does what is due, oldest first; what that adds waits for the next call unless it is due.
   *
   * @throws RuntimeException what an action threw; the others are done by the next call
   */
  void runDue() {
    long nowNanos = nanos.getAsLong();
    while (!intervals.isEmpty() && compareNanos(intervals.first().dueNanos, nowNanos) <= 0) {
      removeFirst(intervals).action.run();
    }
    Instant now = clock.instant();
    while (!times.isEmpty() && !times.first().dueTime.isAfter(now)) {
      removeFirst(times).action.run();
    }
  }

  private static Entry removeFirst(SortedSet<Entry> line) {
    Entry first = line.first();
    line.remove(first);
    return first;
  }

  /** The monotonic clock may start anywhere and pass the largest number. */
  private static int compareNanos(long one, long other) {
    return Long.signum(one - other);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
