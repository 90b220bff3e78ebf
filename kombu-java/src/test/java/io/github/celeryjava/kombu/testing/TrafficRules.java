package io.github.celeryjava.kombu.testing;

import io.github.celeryjava.kombu.testing.FaultProxy.Direction;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Decides for each piece of data when and how much of it may go on. Thread-safe; the threads that
 * carry data wait in here, and every change of rules wakes them.
 */
final class TrafficRules {

  /** Pieces per second into which slow traffic is cut. */
  private static final int SLOW_PIECES = 20;

  private static final long NO_BUDGET = -1;

  /**
   * What to do with the front of a piece of data.
   *
   * @param bytes how many bytes this is about
   * @param handOn whether they go to the other side or nowhere
   * @param thenReset whether every connection is to be reset afterwards
   */
  record Grant(int bytes, boolean handOn, boolean thenReset) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Mutable state, guarded by lock
  private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
  private final Set<Direction> swallowed = EnumSet.noneOf(Direction.class);
  private final Map<Direction, Long> budget = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> transferred = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> busyUntilNanos = new EnumMap<>(Direction.class);
  private int bytesPerSecond;

  void stall(Collection<Direction> directions) {
    change(() -> stalled.addAll(directions));
  }

  void resume() {
    change(stalled::clear);
  }

  void swallow(Collection<Direction> directions) {
    change(() -> swallowed.addAll(directions));
  }

  void slowDown(int bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond must be positive, was " + bytesPerSecond);
    }
    change(
        () -> {
          this.bytesPerSecond = bytesPerSecond;
          busyUntilNanos.clear();
        });
  }

  void resetAfter(long bytes, Direction direction) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative, was " + bytes);
    }
    change(() -> budget.put(direction, bytes));
  }

  void passAll() {
    change(
        () -> {
          stalled.clear();
          swallowed.clear();
          budget.clear();
          bytesPerSecond = 0;
        });
  }

  /** Wakes those who wait, to look at their {@code ended} again. */
  void wake() {
    change(() -> {});
  }

  long transferred(Direction direction) {
    lock.lock();
    try {
      return transferred.getOrDefault(direction, 0L);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a part of {@code wanted} bytes may go on or the connection has ended; what comes
   * from an ended connection goes nowhere.
   */
  Grant await(Direction direction, int wanted, BooleanSupplier ended) throws InterruptedException {
    lock.lock();
    try {
      while (!ended.getAsBoolean()) {
        long waitNanos = bytesPerSecond == 0 ? 0 : untilFree(direction);
        if (stalled.contains(direction)) {
          changed.await();
        } else if (swallowed.contains(direction)) {
          return new Grant(wanted, false, false);
        } else if (waitNanos > 0) {
          changed.await(waitNanos, TimeUnit.NANOSECONDS);
        } else {
          return grant(direction, wanted);
        }
      }
      return new Grant(wanted, false, false);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the end of a stream may be seen on the other side, or the connection has ended. */
  void awaitEnd(Direction direction, BooleanSupplier ended) throws InterruptedException {
    lock.lock();
    try {
      while (!ended.getAsBoolean()
          && (stalled.contains(direction) || swallowed.contains(direction))) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    lock.lock();
    try {
      return "stalled %s, swallowed %s, bytes/s %s, reset after %s"
          .formatted(stalled, swallowed, bytesPerSecond == 0 ? "any" : bytesPerSecond, budget);
    } finally {
      lock.unlock();
    }
  }

  private Grant grant(Direction direction, int wanted) {
    int bytes = wanted;
    if (bytesPerSecond > 0) {
      bytes = Math.min(bytes, Math.max(1, bytesPerSecond / SLOW_PIECES));
    }
    long left = budget.getOrDefault(direction, NO_BUDGET);
    boolean last = left != NO_BUDGET && left <= bytes;
    if (last) {
      bytes = (int) left;
      budget.remove(direction);
    } else if (left != NO_BUDGET) {
      budget.put(direction, left - bytes);
    }
    if (bytesPerSecond > 0) {
      long from = System.nanoTime() + untilFree(direction);
      busyUntilNanos.put(direction, from + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    }
    transferred.merge(direction, (long) bytes, Long::sum);
    return new Grant(bytes, true, last);
  }

  private long untilFree(Direction direction) {
    Long until = busyUntilNanos.get(direction);
    return until == null ? 0 : Math.max(0, until - System.nanoTime());
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
