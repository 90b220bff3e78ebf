package io.github.celeryjava.celery.worker.pool;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One virtual thread a job, behind a semaphore with a permit a slot: a thread that waits for its
 * slot costs a few hundred bytes. Thread-safe.
 */
final class VirtualThreadPool implements TaskPool {

  private final ExecutorService executor;
  private final Semaphore permits;

  // Mutable state
  private final AtomicInteger limit;
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger permitsOwed = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();

  VirtualThreadPool(int limit, ExecutorService executor) {
    this.executor = executor;
    this.limit = new AtomicInteger(limit);
    permits = new Semaphore(limit, true);
  }

  @Override
  public String name() {
    return "virtual";
  }

  @Override
  public void submit(Runnable job) {
    submitted.incrementAndGet();
    try {
      executor.execute(() -> runInSlot(job));
    } catch (RuntimeException e) {
      submitted.decrementAndGet();
      throw e;
    }
  }

  @Override
  public int limit() {
    return limit.get();
  }

  @Override
  public int active() {
    return active.get();
  }

  @Override
  public int waiting() {
    return Math.max(0, submitted.get() - active.get());
  }

  @Override
  public void grow(int count) {
    limit.addAndGet(count);
    for (int i = 0; i < count; i++) {
      if (!payOwed()) {
        permits.release();
      }
    }
  }

  @Override
  public void shrink(int count) {
    int before = limit.getAndUpdate(now -> Math.max(1, now - count));
    int taken = before - Math.max(1, before - count);
    for (int i = 0; i < taken; i++) {
      if (!permits.tryAcquire()) {
        permitsOwed.incrementAndGet();
      }
    }
  }

  @Override
  public boolean stop(Duration wait) throws InterruptedException {
    if (!stopped.getAndSet(true)) {
      executor.shutdown();
      // Those that wait for a slot must come through to see that they are not wanted any more.
      permits.release(submitted.get());
    }
    return executor.awaitTermination(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void interruptAll() {
    executor.shutdownNow();
  }

  private void runInSlot(Runnable job) {
    permits.acquireUninterruptibly();
    try {
      if (!stopped.get()) {
        active.incrementAndGet();
        try {
          job.run();
        } finally {
          active.decrementAndGet();
        }
      }
    } finally {
      submitted.decrementAndGet();
      if (!payOwed()) {
        permits.release();
      }
    }
  }

  private boolean payOwed() {
    return permitsOwed.getAndUpdate(owed -> Math.max(0, owed - 1)) > 0;
  }
}
