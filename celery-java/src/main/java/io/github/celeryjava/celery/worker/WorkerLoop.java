package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects, drains, and connects again after a loss, until told to finish. The thread that runs it
 * owns everything in the worker that has no lock; what blocks is done by the side thread, which
 * posts its outcome back through {@link Connection#execute}.
 */
final class WorkerLoop implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(WorkerLoop.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** How to go on after a failure to connect. */
  record Persistence(RetryPolicy policy, boolean onStartup, DoubleSupplier random) {}

  private final Connection connection;
  private final LoopTimer timer;
  private final ExecutorService side;
  private final Supplier<WorkerSession> sessions;
  private final Persistence persistence;
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();

  // Mutable state
  private volatile boolean consuming;
  private volatile boolean finished;
  private @Nullable WorkerSession session; // loop thread only
  private int failures; // loop thread only
  private boolean stopping; // loop thread only

  WorkerLoop(
      Connection connection,
      LoopTimer timer,
      ExecutorService side,
      Supplier<WorkerSession> sessions,
      Persistence persistence) {
    this.connection = connection;
    this.timer = timer;
    this.side = side;
    this.sessions = sessions;
    this.persistence = persistence;
  }

  /** Completes once the worker consumes for the first time, exceptionally if it never will. */
  CompletableFuture<@Nullable Void> ready() {
    return ready;
  }

  /** Whether the broker delivers to this worker now. */
  boolean isConsuming() {
    return consuming;
  }

  @Override
  public void run() {
    connect();
    while (!finished) {
      try {
        connection.drainEvents(timer.untilNext(LONGEST_WAIT));
        timer.runDue();
      } catch (OperationalException e) {
        lost(e);
      } catch (RuntimeException e) {
        log.error("The worker goes on after an error of its own", e);
      }
    }
  }

  /** Stops taking messages; the future completes once none will come. Any thread. */
  CompletableFuture<@Nullable Void> stopConsuming() {
    CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    connection.execute(
        () -> {
          stopping = true;
          consuming = false;
          WorkerSession current = session;
          if (current == null || !onSide(() -> stopSession(current, stopped))) {
            stopped.complete(null);
          }
        });
    return stopped;
  }

  /** Ends the loop and drops what has not started. Any thread. */
  void finish() {
    connection.execute(
        () -> {
          finished = true;
          if (session != null) {
            session.forget();
          }
          ready.completeExceptionally(OperationalException.lost("the worker was stopped", null));
        });
  }

  private void stopSession(WorkerSession current, CompletableFuture<@Nullable Void> stopped) {
    current.stopConsuming();
    stopped.complete(null);
  }

  private void connect() {
    if (stopping) {
      return;
    }
    WorkerSession next = sessions.get();
    session = next;
    boolean unused = onSide(() -> open(next));
  }

  /** Side thread. */
  private void open(WorkerSession next) {
    try {
      connection.connect(RetryPolicy.never(), connection.options().connectTimeout());
      next.open();
      connection.execute(() -> opened(next));
    } catch (KombuException e) {
      connection.execute(() -> failed(next, e));
    }
  }

  private void opened(WorkerSession opened) {
    if (session != opened || stopping) {
      boolean unused = onSide(opened::stopConsuming);
      return;
    }
    failures = 0;
    consuming = true;
    log.info("Connected to {}", connection.description());
    ready.complete(null);
  }

  private void failed(WorkerSession opening, KombuException e) {
    if (session != opening) {
      return;
    }
    end(opening);
    boolean mayPass = e instanceof OperationalException operational && operational.isRecoverable();
    boolean starting = !ready.isDone();
    if (starting && (!mayPass || !persistence.onStartup())) {
      log.error("The worker cannot start: {}", e.getMessage());
      finished = true;
      ready.completeExceptionally(e);
    } else {
      log.error("consumer: Cannot connect to {}: {}", connection.description(), e.getMessage());
      tryAgain(e);
    }
  }

  private void lost(OperationalException e) {
    WorkerSession current = session;
    if (current == null) {
      return;
    }
    log.warn("consumer: Connection to broker lost, trying to connect again: {}", e.getMessage());
    end(current);
    tryAgain(e);
  }

  private void end(WorkerSession ended) {
    consuming = false;
    session = null;
    ended.forget();
    boolean unused = onSide(ended::stopConsuming);
  }

  private void tryAgain(KombuException last) {
    if (!persistence.policy().allows(failures + 1)) {
      log.error("The worker gives up after {} attempts to connect", failures + 1);
      finished = true;
      ready.completeExceptionally(last);
      return;
    }
    Duration wait = persistence.policy().interval(failures++);
    double shortened = 1 - persistence.policy().jitter() * persistence.random().getAsDouble();
    timer.after(Duration.ofNanos((long) (wait.toNanos() * shortened)), this::connect);
  }

  private boolean onSide(Runnable action) {
    try {
      side.execute(action);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("The side thread is gone: the worker stops");
      return false;
    }
  }
}
