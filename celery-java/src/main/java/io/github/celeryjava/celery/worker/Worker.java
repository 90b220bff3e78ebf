package io.github.celeryjava.celery.worker;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.worker.pool.PoolKind;
import io.github.celeryjava.celery.worker.pool.TaskPool;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks from queues and runs them, until it is stopped. Thread-safe; a worker that was
 * stopped cannot be started again.
 *
 * <p>It connects by itself, again after every loss, and owns what lives as long as the process: the
 * pool, the loop, the connection. The app stays the caller's.
 *
 * <p>Counterpart of {@code celery.worker.WorkController}.
 */
public final class Worker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration CONSUMER_END = Duration.ofSeconds(10);
  private static final Duration INTERRUPTED_END = Duration.ofSeconds(5);

  private final String hostname;
  private final TaskPool pool;
  private final List<Queue> queues;
  private final Connection connection;
  private final ExecutorService side = Threads.singleThread("celery-side");
  private final WorkerState state = new WorkerState();
  private final WorkerLoop loop;
  private final Thread loopThread;
  private final CountDownLatch stopped = new CountDownLatch(1);

  // Mutable state
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile boolean interrupting;
  private volatile boolean clean;

  private Worker(Celery app, WorkerOptions options) {
    CeleryConfig config = app.config();
    hostname = app.nodeName(options.name());
    pool = pool(options, config);
    queues = app.amqp().queues().select(options.queues(), options.excludedQueues());
    connection = app.connectionForRead(hostname);
    RequestContext context =
        new RequestContext(
            hostname,
            app.clock(),
            state,
            app.tracer(),
            new Refusals(app.backend(), side, state, app.clock()),
            () -> interrupting);
    LoopTimer timer = new LoopTimer(app.clock());
    WorkerSession.Intake intake =
        new WorkerSession.Intake(
            queues,
            app.acceptedContent(),
            prefetch(options, config, pool.limit()),
            config.get(Settings.WORKER_ETA_TASK_LIMIT));
    loop =
        new WorkerLoop(
            connection,
            timer,
            side,
            () ->
                new WorkerSession(
                    connection,
                    intake,
                    held -> new Strategy(app.tasks(), pool, timer, context, held)),
            persistence(config));
    loopThread = Threads.platform("celery-loop", this::runLoop);
  }

  /** A worker of {@code app} with everything as the app's settings say; not started. */
  public static Worker of(Celery app) {
    return of(app, WorkerOptions.defaults());
  }

  /**
   * A worker of {@code app}; not started.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if the app has no broker,
   *     a queue is unknown, or this JVM lacks the pool
   */
  public static Worker of(Celery app, WorkerOptions options) {
    return new Worker(requireNonNull(app, "app"), requireNonNull(options, "options"));
  }

  /** Begins to connect and returns at once. */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the worker was started before");
    }
    loopThread.start();
  }

  /**
   * Starts, and returns once the worker has stopped.
   *
   * @throws KombuException if it could not start: no broker, wrong password, a queue that exists
   *     with other settings
   */
  public void run() throws InterruptedException {
    start();
    stopped.await();
    if (loop.ready().isCompletedExceptionally() && !stopping.get()) {
      throw startFailure();
    }
  }

  /**
   * Waits until the worker consumes for the first time.
   *
   * @return whether it does; false once {@code timeout} has passed
   * @throws KombuException if it never will
   */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    try {
      loop.ready().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw startFailure();
    }
  }

  /** Whether the broker delivers to this worker now. */
  public boolean isConsuming() {
    return loop.isConsuming();
  }

  /** Name of the node, {@code name@host}. */
  public String hostname() {
    return hostname;
  }

  /** The queues it consumes. */
  public List<Queue> queues() {
    return queues;
  }

  /** The broker it consumes from, without a password. */
  public String broker() {
    return connection.description();
  }

  /** Tasks at a time. */
  public int concurrency() {
    return pool.limit();
  }

  /** The name of its kind of pool. */
  public String poolName() {
    return pool.name();
  }

  /** Tasks that have started since the worker was made. */
  public long processed() {
    return state.processedCount();
  }

  /** Messages that were refused: no valid task, unknown, undecodable. */
  public long refused() {
    return state.poisonousCount();
  }

  /**
   * Stops: takes no more messages, lets running tasks end, interrupts those that have not ended in
   * time, gives back to the broker whatever is not acknowledged. Stopping again waits for the first
   * call to end.
   *
   * @param wait how long running tasks may go on
   * @return whether every running task ended by itself
   */
  public boolean stop(Duration wait) throws InterruptedException {
    if (!stopping.compareAndSet(false, true)) {
      stopped.await();
      return clean;
    }
    try {
      if (started.get()) {
        stopConsuming();
      }
      clean = pool.stop(wait);
      if (!clean) {
        log.warn("{} tasks did not end within {} and are interrupted", pool.active(), wait);
        interruptTasks();
        boolean unused = pool.stop(INTERRUPTED_END);
      }
    } finally {
      end();
    }
    return clean;
  }

  /**
   * Interrupts running tasks, as when {@link #stop} has waited long enough: late-acknowledged ones
   * go back to the broker. Only while the worker is being stopped; returns at once.
   */
  public void interruptTasks() {
    interrupting = true;
    pool.interruptAll();
  }

  /** Interrupts running tasks at once and gives back what is not acknowledged. */
  @Override
  public void close() {
    try {
      stop(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopConsuming() throws InterruptedException {
    CompletableFuture<@Nullable Void> quiet = loop.stopConsuming();
    try {
      quiet.get(CONSUMER_END.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("The broker did not confirm the end of consuming within {}", CONSUMER_END);
    }
  }

  private void end() throws InterruptedException {
    loop.finish();
    if (started.get()) {
      loopThread.join(CONSUMER_END.toMillis());
    }
    side.shutdown();
    boolean unused = side.awaitTermination(CONSUMER_END.toNanos(), TimeUnit.NANOSECONDS);
    connection.close();
    stopped.countDown();
  }

  private void runLoop() {
    try {
      loop.run();
    } finally {
      if (!stopping.get()) {
        // It gave up by itself: whoever runs the worker must hear of it.
        pool.interruptAll();
        side.shutdown();
        connection.close();
        stopped.countDown();
      }
    }
  }

  private KombuException startFailure() {
    Throwable failure = loop.ready().handle((nothing, error) -> error).join();
    if (failure instanceof KombuException known) {
      return known;
    }
    throw new IllegalStateException("the worker did not start", failure);
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

  private static WorkerLoop.Persistence persistence(CeleryConfig config) {
    boolean always = config.get(Settings.BROKER_CONNECTION_RETRY);
    Boolean onStartup = config.get(Settings.BROKER_CONNECTION_RETRY_ON_STARTUP);
    return new WorkerLoop.Persistence(
        always
            ? RetryPolicy.reconnecting()
                .withMaxRetries(config.get(Settings.BROKER_CONNECTION_MAX_RETRIES))
            : RetryPolicy.never(),
        onStartup == null ? always : onStartup,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  private static int prefetch(WorkerOptions options, CeleryConfig config, int slots) {
    int multiplier =
        options.prefetchMultiplier() != null
            ? options.prefetchMultiplier()
            : config.get(Settings.WORKER_PREFETCH_MULTIPLIER);
    return (int) Math.min((long) slots * multiplier, 65_535);
  }
}
