package io.github.celeryjava.celery.worker.pool;

import java.time.Duration;
import java.util.Set;

/**
 * Runs tasks, at most {@link #limit} at a time. The worker's loop thread submits; any thread may
 * ask for counts.
 *
 * <p>Counterpart of {@code celery.concurrency.base.BasePool}.
 */
public interface TaskPool {

  /** The name that {@code -P} takes. */
  String name();

  /**
   * Runs {@code job} as soon as a slot is free; waiting jobs start in the order of submission.
   * Never blocks, except for a pool that runs jobs on the calling thread.
   *
   * @param job must not throw; what it does with an interrupt is its own affair
   * @throws java.util.concurrent.RejectedExecutionException after {@link #stop} was called
   */
  void submit(Runnable job);

  /** Forgets those of {@code jobs} that have not started; they never will. */
  void withdraw(Set<? extends Runnable> jobs);

  /** Most jobs at a time; at least 1. */
  int limit();

  /** Jobs that run now. */
  int active();

  /** Jobs that wait for a slot. */
  int waiting();

  /** Adds {@code count} slots. */
  void grow(int count);

  /** Takes {@code count} slots away as they come free; one always stays. */
  void shrink(int count);

  /**
   * Refuses new jobs, drops those that have not started, and waits for the running ones.
   *
   * @param wait the longest wait; zero only refuses
   * @return whether every job has ended
   */
  boolean stop(Duration wait) throws InterruptedException;

  /** Interrupts every running job. Only after {@link #stop}. */
  void interruptAll();
}
