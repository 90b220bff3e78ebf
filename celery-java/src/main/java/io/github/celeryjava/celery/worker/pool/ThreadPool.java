package io.github.celeryjava.celery.worker.pool;

import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A fixed number of platform threads in front of one queue. Thread-safe. */
final class ThreadPool implements TaskPool {

  private final ThreadPoolExecutor executor;

  ThreadPool(int limit) {
    executor =
        new ThreadPoolExecutor(
            limit,
            limit,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.factory("celery-pool"));
  }

  @Override
  public String name() {
    return "threads";
  }

  @Override
  public void submit(Runnable job) {
    executor.execute(job);
  }

  @Override
  public void withdraw(Set<? extends Runnable> jobs) {
    executor.getQueue().removeIf(jobs::contains);
  }

  @Override
  public int limit() {
    return executor.getCorePoolSize();
  }

  @Override
  public int active() {
    return executor.getActiveCount();
  }

  @Override
  public int waiting() {
    return executor.getQueue().size();
  }

  @Override
  public synchronized void grow(int count) {
    int limit = limit() + count;
    executor.setMaximumPoolSize(limit);
    executor.setCorePoolSize(limit);
  }

  @Override
  public synchronized void shrink(int count) {
    int limit = Math.max(1, limit() - count);
    executor.setCorePoolSize(limit);
    executor.setMaximumPoolSize(limit);
  }

  @Override
  public boolean stop(Duration wait) throws InterruptedException {
    executor.shutdown();
    executor.getQueue().clear();
    return executor.awaitTermination(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void interruptAll() {
    executor.shutdownNow();
  }
}
