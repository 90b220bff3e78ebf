package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.worker.pool.PoolKind;
import io.github.celeryjava.celery.worker.pool.TaskPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one worker does: the choices of its {@link WorkerOptions}, with the app's settings for what
 * those leave open.
 */
record WorkerPlan(TaskPool pool, WorkerSession.Intake intake, Persistence persistence) {

  private static final int MOST_PREFETCH = 65_535;

  /**
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a queue is unknown, or
   *     this JVM lacks the pool
   */
  static WorkerPlan of(Celery app, WorkerOptions options) {
    CeleryConfig config = app.config();
    TaskPool pool = pool(options, config);
    return new WorkerPlan(
        pool,
        new WorkerSession.Intake(
            app.amqp().queues().select(options.queues(), options.excludedQueues()),
            app.acceptedContent(),
            prefetch(options, config, pool.limit()),
            limit(config.get(Settings.WORKER_ETA_TASK_LIMIT))),
        persistence(config));
  }

  private static TaskPool pool(WorkerOptions options, CeleryConfig config) {
    PoolKind kind =
        options.pool() != null ? options.pool() : PoolKind.of(config.get(Settings.WORKER_POOL));
    Integer concurrency =
        options.concurrency() != null
            ? options.concurrency()
            : config.get(Settings.WORKER_CONCURRENCY);
    return kind.open(
        concurrency == null ? Runtime.getRuntime().availableProcessors() : concurrency);
  }

  private static int prefetch(WorkerOptions options, CeleryConfig config, int slots) {
    int multiplier =
        options.prefetchMultiplier() != null
            ? options.prefetchMultiplier()
            : config.get(Settings.WORKER_PREFETCH_MULTIPLIER);
    return (int) Math.min((long) slots * multiplier, MOST_PREFETCH);
  }

  private static Persistence persistence(CeleryConfig config) {
    boolean later = config.get(Settings.BROKER_CONNECTION_RETRY);
    Boolean atStart = config.get(Settings.BROKER_CONNECTION_RETRY_ON_STARTUP);
    List<String> urls = config.get(Settings.BROKER_READ_URL);
    int brokers = urls == null ? 1 : Math.max(1, urls.size());
    Duration lasting =
        Persistence.lastingAsCelery(config.get(Settings.BROKER_CONNECTION_MAX_RETRIES), brokers);
    return new Persistence(
        (atStart == null ? later : atStart) ? lasting : Duration.ZERO,
        later ? lasting : Duration.ZERO,
        brokers,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /** In Python, where it is asked whether it is true, 0 is no limit either. */
  private static @Nullable Integer limit(@Nullable Integer setting) {
    return setting == null || setting == 0 ? null : setting;
  }
}
