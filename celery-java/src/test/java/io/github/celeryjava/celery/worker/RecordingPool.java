package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.worker.pool.TaskPool;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;

/** Keeps jobs until a test runs them. */
final class RecordingPool implements TaskPool {

  private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /** Runs what was submitted, on the calling thread. */
  void runAll() {
    for (Runnable job = jobs.poll(); job != null; job = jobs.poll()) {
      job.run();
    }
  }

  @Override
  public String name() {
    return "recording";
  }

  @Override
  public void submit(Runnable job) {
    if (stopped) {
      throw new RejectedExecutionException("the pool was stopped");
    }
    jobs.add(job);
  }

  @Override
  public void withdraw(Set<? extends Runnable> unwanted) {
    jobs.removeIf(unwanted::contains);
  }

  @Override
  public int limit() {
    return 1;
  }

  @Override
  public int active() {
    return 0;
  }

  @Override
  public int waiting() {
    return jobs.size();
  }

  @Override
  public void grow(int count) {}

  @Override
  public void shrink(int count) {}

  @Override
  public boolean stop(Duration wait) {
    stopped = true;
    jobs.clear();
    return true;
  }

  @Override
  public void interruptAll() {}
}
