package io.github.celeryjava.kombu;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Time that moves only when a test moves it. Those who wait wait for real, until their future is
 * done or the test has moved time past their deadline.
 */
final class ManualTiming implements Timing {

  private static final long LIMIT_SECONDS = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final boolean jumping;

  // Mutable state, guarded by lock
  private long now = 1_000_000;
  private int waiters;
  private final List<Duration> pauses = new ArrayList<>();

  private ManualTiming(boolean jumping) {
    this.jumping = jumping;
  }

  static ManualTiming still() {
    return new ManualTiming(false);
  }

  /** Waits shorter than a minute are over at once: the time they take is only written down. */
  static ManualTiming jumping() {
    return new ManualTiming(true);
  }

  @Override
  public long nanos() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean await(CompletableFuture<?> future, long deadline) {
    if (future.isDone()) {
      return true;
    }
    var unused = future.whenComplete((result, error) -> signal());
    lock.lock();
    try {
      Duration wait = Duration.ofNanos(deadline - now);
      if (jumping && wait.compareTo(Duration.ofMinutes(1)) < 0) {
        pauses.add(wait);
        now = Math.max(now, deadline);
        return future.isDone();
      }
      waiters++;
      changed.signalAll();
      while (!future.isDone() && now < deadline) {
        changed.awaitUninterruptibly();
      }
      waiters--;
      return future.isDone();
    } finally {
      lock.unlock();
    }
  }

  void advance(Duration by) {
    lock.lock();
    try {
      now += by.toNanos();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns once that many threads wait for something. */
  void awaitWaiters(int count) throws InterruptedException {
    lock.lock();
    try {
      while (waiters < count) {
        if (!changed.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("still " + waiters + " waiting, not " + count);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The waits that were jumped over, in order. */
  List<Duration> pauses() {
    lock.lock();
    try {
      return List.copyOf(pauses);
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
