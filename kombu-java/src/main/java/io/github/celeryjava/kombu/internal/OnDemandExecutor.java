package io.github.celeryjava.kombu.internal;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that logs what escapes its tasks. Its superclass keeps that in futures at which most
 * callers never look, so that a failure would leave no trace. Thread-safe.
 */
final class OnDemandExecutor extends ScheduledThreadPoolExecutor {

  private static final Logger log = LoggerFactory.getLogger(OnDemandExecutor.class);

  private final String name;

  OnDemandExecutor(String name) {
    super(1, body -> Threads.platform(name, body));
    this.name = name;
  }

  /** Also what the superclass makes of a task without a delay. */
  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return super.schedule(logging(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return super.scheduleAtFixedRate(logging(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return super.scheduleWithFixedDelay(logging(task), initialDelay, delay, unit);
  }

  private Runnable logging(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("A task of thread {} failed", name, e);
        throw e;
      }
    };
  }
}
