package io.github.celeryjava.celery.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Things to do at a time of the wall clock, on the loop thread. It has no thread of its own: the
 * loop waits no longer than {@link #untilNext} and then calls {@link #runDue}. Loop thread only.
 */
final class LoopTimer {

  /** Something that will be done, unless it is cancelled first. */
  final class Entry {

    private final Instant due;
    private final long order;
    private final Runnable action;

    private Entry(Instant due, Runnable action) {
      this.due = due;
      this.order = ++entries;
      this.action = action;
    }

    void cancel() {
      queue.remove(this);
    }
  }

  private final Clock clock;
  private final PriorityQueue<Entry> queue =
      new PriorityQueue<>(
          Comparator.comparing((Entry entry) -> entry.due).thenComparingLong(entry -> entry.order));

  // Mutable state, loop thread only
  private long entries;

  LoopTimer(Clock clock) {
    this.clock = clock;
  }

  Entry at(Instant due, Runnable action) {
    Entry entry = new Entry(due, action);
    queue.add(entry);
    return entry;
  }

  Entry after(Duration delay, Runnable action) {
    return at(clock.instant().plus(delay), action);
  }

  /** How long nothing is due, at most {@code limit}; zero if something is due now. */
  Duration untilNext(Duration limit) {
    Entry next = queue.peek();
    if (next == null) {
      return limit;
    }
    Duration wait = Duration.between(clock.instant(), next.due);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(limit) < 0 ? wait : limit;
  }

  /** Does what is due, oldest first; what that adds waits for the next call unless it is due. */
  void runDue() {
    Instant now = clock.instant();
    for (Entry next = queue.peek(); next != null && !next.due.isAfter(now); next = queue.peek()) {
      queue.remove();
      next.action.run();
    }
  }
}
