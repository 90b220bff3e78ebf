package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What has happened on one connection and waits for {@link Connection#drainEvents}. Any thread may
 * put; one thread at a time drains.
 *
 * <p>There are two buffers. The one being <i>filled</i> takes what arrives, under a lock that is
 * held for an instant. The one being <i>drained</i> belongs to the draining thread alone; when it
 * is empty the two change places. So a busy drainer takes the lock once a batch, and nobody signals
 * a drainer that is not waiting.
 */
final class DeliveryInbox {

  /** Most events that one call handles, so that its caller comes round to its other duties. */
  static final int BATCH = 256;

  private static final int KEPT_CAPACITY = 16_384;

  /** Something to be done on the draining thread. */
  interface Event {

    void handle();

    /** Whether it has lost its point since it was put; such events are dropped unseen. */
    default boolean isStale() {
      return false;
    }
  }

  private record Failure(Object source, OperationalException cause) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  // Mutable state, guarded by lock
  private ArrayDeque<Event> filling = new ArrayDeque<>();
  private final ArrayDeque<Failure> failures = new ArrayDeque<>();
  private boolean drainerWaits;

  /** Written under lock; read without it, to notice a failure between two events. */
  private volatile boolean failed;

  // Mutable state, draining thread only
  private ArrayDeque<Event> draining = new ArrayDeque<>();

  void put(Event event) {
    lock.lock();
    try {
      filling.add(event);
      wakeDrainer();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the next {@link #drain} throw {@code cause}, before any further event.
   *
   * @param source what failed, for {@link #forget}
   */
  void fail(Object source, OperationalException cause) {
    lock.lock();
    try {
      failures.add(new Failure(source, cause));
      failed = true;
      wakeDrainer();
    } finally {
      lock.unlock();
    }
  }

  /** Drops the failures of {@code source} that nobody has seen. */
  void forget(Object source) {
    lock.lock();
    try {
      failures.removeIf(failure -> failure.source.equals(source));
      failed = !failures.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  int drain(Duration timeout) {
    return drain(timeout, BATCH);
  }

  /**
   * Handles what is there, waiting for the first event.
   *
   * @param most events to handle
   * @return how many events were handled; 0 if none came in time
   * @throws OperationalException what {@link #fail} was given, each cause once
   * @throws RuntimeException what an event threw; the events after it are handled by later calls
   */
  int drain(Duration timeout, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1, was " + most);
    }
    long nanosLeft = timeout.toNanos();
    while (true) {
      int handled = handleBatch(most);
      if (handled > 0) {
        return handled;
      }
      nanosLeft = refill(nanosLeft);
      if (draining.isEmpty() && !failed) {
        return 0;
      }
    }
  }

  private int handleBatch(int most) {
    int handled = 0;
    while (handled < most) {
      if (failed) {
        throwFailure();
      }
      Event event = draining.poll();
      if (event == null) {
        break;
      }
      if (!event.isStale()) {
        event.handle();
        handled++;
      }
    }
    return handled;
  }

  private void throwFailure() {
    OperationalException cause = takeFailure();
    if (cause != null) {
      throw cause;
    }
  }

  private @Nullable OperationalException takeFailure() {
    lock.lock();
    try {
      Failure failure = failures.poll();
      failed = !failures.isEmpty();
      return failure == null ? null : failure.cause;
    } finally {
      lock.unlock();
    }
  }

  /** Swaps the buffers, waiting until there is something to do; returns what is left to wait. */
  private long refill(long nanosLeft) {
    boolean interrupted = false;
    lock.lock();
    try {
      while (filling.isEmpty() && failures.isEmpty() && nanosLeft > 0) {
        drainerWaits = true;
        try {
          nanosLeft = arrived.awaitNanos(nanosLeft);
        } catch (InterruptedException e) {
          interrupted = true; // the wait goes on: an interrupt must not look like a time-out
        }
      }
      drainerWaits = false;
      ArrayDeque<Event> drained = draining;
      draining = filling;
      filling = draining.size() > KEPT_CAPACITY ? new ArrayDeque<>() : drained;
      return nanosLeft;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void wakeDrainer() {
    if (drainerWaits) {
      drainerWaits = false;
      arrived.signal();
    }
  }
}
