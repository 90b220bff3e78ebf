package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.worker.pool.TaskPool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a worker's pool: nothing starts any more, what runs may go on for a while, then it is
 * interrupted. Thread-safe; one thread waits, any other may cut that short.
 */
final class PoolEnd {

  private static final Logger log = LoggerFactory.getLogger(PoolEnd.class);
  private static final Duration INTERRUPTED_END = Duration.ofSeconds(5);
  private static final Duration IDLE_END = Duration.ofSeconds(1);
  private static final Duration LOOK_UP = Duration.ofMillis(500);

  private final TaskPool pool;
  private final LongSupplier nanos;

  // Mutable state
  private volatile boolean interrupting;

  PoolEnd(TaskPool pool, LongSupplier nanos) {
    this.pool = pool;
    this.nanos = nanos;
  }

  /** Whether tasks are interrupted in order to stop. */
  boolean isInterrupting() {
    return interrupting;
  }

  /** Interrupts what runs. Only once the pool is to end; returns at once. */
  void interrupt() {
    interrupting = true;
    pool.interruptAll();
  }

  /**
   * Lets nothing start from here on.
   *
   * @return whether nothing runs either
   */
  boolean refuse() throws InterruptedException {
    return pool.stop(Duration.ZERO)
        || (pool.active() == 0 && pool.stop(IDLE_END)); // idle threads take a moment to end
  }

  /**
   * Waits for what runs, and interrupts it in the end.
   *
   * @param wait how long it may go on
   * @return whether everything ended by itself
   */
  boolean await(Duration wait) throws InterruptedException {
    if (awaitTasks(wait)) {
      return true;
    }
    log.warn("Running tasks are interrupted: {}", pool.active());
    interrupt();
    if (!pool.stop(INTERRUPTED_END)) {
      log.error("Tasks that took no notice of being interrupted are left: {}", pool.active());
    }
    return false;
  }

  /** Looks up now and then, for {@link #interrupt} ends the wait. */
  private boolean awaitTasks(Duration wait) throws InterruptedException {
    long deadline = nanos.getAsLong() + TimeUnit.NANOSECONDS.convert(wait);
    long left = deadline - nanos.getAsLong();
    while (left > 0 && !interrupting) {
      if (pool.stop(Duration.ofNanos(Math.min(left, LOOK_UP.toNanos())))) {
        return !interrupting;
      }
      left = deadline - nanos.getAsLong();
    }
    return false;
  }
}
