package io.github.celeryjava.celery.worker;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.worker.pool.TaskPool;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
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
  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final String hostname;
  private final WorkerPlan plan;
  private final TaskPool pool;
  private final Connection connection;
  private final PoolEnd poolEnd;
  private final ExecutorService side = Threads.singleThread("celery-side");
  private final ExecutorService storing = Threads.onDemand("celery-store");
  private final WorkerState state = new WorkerState();
  private final WorkerLoop loop;
  private final Thread loopThread;
  private final CountDownLatch stopped = new CountDownLatch(1);

  // Mutable state
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
  private volatile boolean clean;

  private enum Phase {
    NEW,
    STARTED,
    /** By itself. */
    ENDING,
    /** By {@link #stop}. */
    STOPPING
  }

  private Worker(Celery app, WorkerOptions options) {
    hostname = app.nodeName(options.name());
    plan = WorkerPlan.of(app, options);
    pool = plan.pool();
    connection = app.connectionForRead(hostname);
    poolEnd = new PoolEnd(pool, app.nanos());
    BoundedCalls stores = new BoundedCalls(storing, LONGEST_CALL);
    RequestContext context =
        new RequestContext(
            hostname,
            app.clock(),
            state,
            app.tracer(),
            new Refusals(app.backend(), stores, state, app.clock()),
            poolEnd::isInterrupting);
    LoopTimer timer = new LoopTimer(app.clock(), app.nanos());
    Strategy.Factory strategies = held -> new Strategy(app.tasks(), pool, timer, context, held);
    loop =
        new WorkerLoop(
            connection,
            timer,
            side,
            () -> new WorkerSession(connection, plan.intake(), side, strategies),
            plan.persistence());
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

  /**
   * Begins to connect and returns at once.
   *
   * @throws IllegalStateException if it was started or stopped before
   */
  public void start() {
    if (!phase.compareAndSet(Phase.NEW, Phase.STARTED)) {
      throw new IllegalStateException("the worker was started or stopped before");
    }
    loopThread.start();
  }

  /**
   * Starts, and returns once the worker has stopped. One that gives up by itself lets its running
   * tasks end first, however long that takes; {@link #stop} cuts that short.
   *
   * @throws KombuException if it could not start: no broker, wrong password, a queue that exists
   *     with other settings; or if it lost the broker and gave up
   * @throws IllegalStateException if it was started or stopped before, or broke
   */
  public void run() throws InterruptedException {
    start();
    stopped.await();
    Throwable failure = loop.failure();
    if (failure != null) {
      throw failed(failure);
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
      loop.ready().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw failed(requireNonNull(e.getCause()));
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
    return plan.intake().queues();
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

  /** Tasks that run now. */
  public int active() {
    return pool.active();
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
   * call to end; so does stopping a worker that ends by itself, but for {@code wait}. An interrupt
   * of the calling thread stops at once.
   *
   * @param wait how long running tasks may go on, from now
   * @return whether every running task ended by itself
   */
  public boolean stop(Duration wait) throws InterruptedException {
    Phase before = phase.getAndSet(Phase.STOPPING);
    if (before == Phase.STOPPING) {
      stopped.await();
    } else if (before == Phase.ENDING) {
      awaitEnd(wait);
    } else {
      shutDown(wait, before == Phase.STARTED);
    }
    return clean;
  }

  /**
   * Interrupts the tasks that run now, as when {@link #stop} has waited long enough: if they end
   * for it, late-acknowledged ones go back to the broker and the others are stored as {@code
   * RETRY}. Returns at once. A worker that is not being stopped goes on, and may well get those
   * that went back; one that is being stopped waits no longer.
   */
  public void interruptTasks() {
    if (phase.get() == Phase.STOPPING) {
      poolEnd.interrupt();
    } else {
      // Only those of now: one that has gone back may be here again before the last is interrupted.
      List.copyOf(state.active()).forEach(Request::interrupt);
    }
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

  private void runLoop() {
    loop.run();
    if (phase.compareAndSet(Phase.STARTED, Phase.ENDING)) {
      // It gave up by itself: whoever runs the worker must hear of it.
      try {
        shutDown(FOR_EVER, true);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void awaitEnd(Duration wait) throws InterruptedException {
    try {
      if (!stopped.await(TimeUnit.NANOSECONDS.convert(wait), TimeUnit.NANOSECONDS)) {
        poolEnd.interrupt();
        stopped.await();
      }
    } catch (InterruptedException e) {
      poolEnd.interrupt();
      throw e;
    }
  }

  private void shutDown(Duration wait, boolean started) throws InterruptedException {
    try {
      boolean idle = poolEnd.refuse();
      CompletableFuture<@Nullable Void> quiet =
          started ? loop.stopConsuming() : CompletableFuture.completedFuture(null);
      clean = idle || poolEnd.await(wait);
      if (!clean) {
        state.active().forEach(Request::abandon);
      }
      awaitQuiet(quiet);
    } catch (InterruptedException e) {
      poolEnd.interrupt();
      throw e;
    } finally {
      end();
    }
  }

  private void awaitQuiet(CompletableFuture<@Nullable Void> quiet) throws InterruptedException {
    try {
      quiet.get(LONGEST_CALL.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("The broker did not confirm the end of consuming within {}", LONGEST_CALL);
    }
  }

  /** What was refused is settled before the connection goes. */
  private void end() throws InterruptedException {
    try {
      loop.finish();
      if (loopThread.isAlive() && Thread.currentThread() != loopThread) {
        loopThread.join(LONGEST_CALL.toMillis());
      }
      storing.shutdown();
      boolean unused = storing.awaitTermination(LONGEST_CALL.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      storing.shutdown();
      side.shutdown();
      connection.close();
      stopped.countDown();
    }
  }

  private static RuntimeException failed(Throwable failure) {
    return failure instanceof KombuException known
        ? known
        : new IllegalStateException("the worker broke: " + failure, failure);
  }
}
