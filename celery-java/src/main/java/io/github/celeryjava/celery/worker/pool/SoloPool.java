package io.github.celeryjava.celery.worker.pool;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs each job on the thread that submits it. */
final class SoloPool implements TaskPool {

  private final ReentrantLock slot = new ReentrantLock();

  // Mutable state
  private volatile boolean stopped;
  private volatile @Nullable Thread running;

  @Override
  public String name() {
    return "solo";
  }

  @Override
  public void submit(Runnable job) {
    slot.lock();
    try {
      if (stopped) {
        throw new RejectedExecutionException("the pool was stopped");
      }
      running = Thread.currentThread();
      job.run();
    } finally {
      running = null;
      slot.unlock();
    }
  }

  /** Does nothing: no job waits. */
  @Override
  public void withdraw(Set<? extends Runnable> jobs) {}

  @Override
  public int limit() {
    return 1;
  }

  @Override
  public int active() {
    return running == null ? 0 : 1;
  }

  @Override
  public int waiting() {
    return 0;
  }

  /** Does nothing: there is one loop. */
  @Override
  public void grow(int count) {}

  /** Does nothing: one slot always stays. */
  @Override
  public void shrink(int count) {}

  @Override
  public boolean stop(Duration wait) throws InterruptedException {
    stopped = true;
    if (slot.isHeldByCurrentThread() || !slot.tryLock(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    slot.unlock();
    return true;
  }

  @Override
  public void interruptAll() {
    Thread thread = running;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
