package io.github.celeryjava.celery.worker.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One virtual thread for each job that runs, in front of one queue. Thread-safe. */
final class VirtualThreadPool implements TaskPool {

  private final ExecutorService executor;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int limit;
  private int active;
  private boolean stopped;

  VirtualThreadPool(int limit, ExecutorService executor) {
    this.executor = executor;
    this.limit = limit;
  }

  @Override
  public String name() {
    return "virtual";
  }

  @Override
  public void submit(Runnable job) {
    lock.lock();
    try {
      if (stopped) {
        throw new RejectedExecutionException("the pool was stopped");
      }
      waiting.add(job);
      startWaiting();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void withdraw(Set<? extends Runnable> jobs) {
    lock.lock();
    try {
      waiting.removeIf(jobs::contains);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int limit() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int active() {
    lock.lock();
    try {
      return active;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void grow(int count) {
    lock.lock();
    try {
      limit += count;
      startWaiting();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void shrink(int count) {
    lock.lock();
    try {
      limit = Math.max(1, limit - count);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean stop(Duration wait) throws InterruptedException {
    lock.lock();
    try {
      stopped = true;
      waiting.clear();
      executor.shutdown(); // nothing is started without the lock
    } finally {
      lock.unlock();
    }
    return executor.awaitTermination(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void interruptAll() {
    executor.shutdownNow();
  }

  /** Only with the lock. */
  private void startWaiting() {
    while (active < limit) {
      Runnable next = waiting.poll();
      if (next == null) {
        return;
      }
      executor.execute(() -> run(next));
      active++;
    }
  }

  private void run(Runnable job) {
    try {
      job.run();
    } finally {
      ended();
    }
  }

  private void ended() {
    lock.lock();
    try {
      active--;
      startWaiting();
    } finally {
      lock.unlock();
    }
  }
}
