package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
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

  private final Connection connection;
  private final LoopTimer timer;
  private final ExecutorService side;
  private final Supplier<WorkerSession> sessions;
  private final Persistence persistence;
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

  // Mutable state
  private volatile boolean consuming;
  private volatile @Nullable Throwable failure;
  private @Nullable WorkerSession session; // loop thread only
  private int attempts; // to connect, since the last one that worked; loop thread only
  private long failingSince; // nanoseconds, if there were attempts; loop thread only
  private boolean stopping; // loop thread only
  private boolean finished; // loop thread only

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

  /** Why the loop ended although nobody told it to; null if it did not. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Never throws. */
  @Override
  public void run() {
    try {
      connect();
      while (!finished) {
        drain();
      }
    } catch (RuntimeException | Error e) { // no defect may end a worker in silence
      log.error("The worker's loop broke", e);
      fail(e);
    } finally {
      consuming = false;
      ready.completeExceptionally(stopped());
      over.complete(null);
    }
  }

  /**
   * Stops taking messages and gives back those that have not started; the future completes once
   * that is done. Any thread.
   */
  CompletableFuture<@Nullable Void> stopConsuming() {
    CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    var unused = over.whenComplete((nothing, error) -> stopped.complete(null));
    connection.execute(() -> stopConsuming(stopped));
    return stopped;
  }

  /** Ends the loop and drops what has not started. Any thread. */
  void finish() {
    ready.completeExceptionally(stopped());
    connection.execute(
        () -> {
          finished = true;
          if (session != null) {
            session.forget();
          }
        });
  }

  private void drain() {
    try {
      connection.drainEvents(timer.untilNext(LONGEST_WAIT));
    } catch (OperationalException e) {
      lost(e);
    } catch (RuntimeException e) {
      log.error("The worker goes on after an error of its own", e);
    }
    try {
      timer.runDue();
    } catch (RuntimeException e) {
      log.error("The worker goes on after an error of its own", e);
    }
  }

  private void stopConsuming(CompletableFuture<@Nullable Void> stopped) {
    boolean opening = !consuming;
    stopping = true;
    consuming = false;
    WorkerSession current = session;
    if (current == null || opening) { // one that opens now will be closed when it has
      stopped.complete(null);
      return;
    }
    boolean unused =
        onSide(
            () -> {
              current.stopConsuming();
              connection.execute(
                  () -> {
                    current.giveBack();
                    stopped.complete(null);
                  });
            });
  }

  private void connect() {
    if (stopping) {
      return;
    }
    attempts++;
    WorkerSession next = sessions.get();
    session = next;
    boolean unused = onSide(() -> open(next));
  }

  /** Side thread. */
  private void open(WorkerSession next) {
    Duration limit = persistence.roundTimeout(connection.options().connectTimeout());
    try {
      connection.connect(persistence.oneRound(), limit);
      boolean unused =
          connection.ensure( // which gives a connection up that no longer answers
              RetryPolicy.never(),
              limit,
              channel -> {
                next.open();
                return true;
              });
      connection.execute(() -> opened(next));
    } catch (RuntimeException | LinkageError e) { // a transport may be somebody else's
      connection.execute(() -> failed(next, e));
    }
  }

  private void opened(WorkerSession opened) {
    if (session != opened || stopping) {
      boolean unused = onSide(opened::close);
      return;
    }
    attempts = 0;
    consuming = true;
    log.info("Connected to {}", connection.description());
    ready.complete(null);
  }

  private void failed(WorkerSession opening, Throwable e) {
    if (session != opening) {
      return;
    }
    end(opening);
    if (stopping) {
      return;
    }
    boolean starting = !ready.isDone();
    boolean mayPass = e instanceof OperationalException operational && operational.isRecoverable();
    if (attempts == 1) {
      failingSince = timer.nanos();
    }
    Duration failing = Duration.ofNanos(timer.nanos() - failingSince);
    if (starting && !mayPass) {
      giveUp("The worker cannot start", e);
    } else if (!persistence.goesOn(starting, failing)) {
      giveUp("The worker gives up, " + attempts + " attempts to connect failed", e);
    } else {
      log.error("consumer: Cannot connect to {}: {}", connection.description(), e.getMessage());
      timer.after(persistence.pause(attempts), this::connect);
    }
  }

  private void lost(OperationalException e) {
    WorkerSession current = session;
    if (current == null) {
      return;
    }
    if (!consuming && !stopping) {
      failed(current, e); // while it was being opened
      return;
    }
    end(current);
    if (stopping) {
      return;
    }
    if (persistence.goesOn(false, Duration.ZERO)) {
      log.warn("consumer: Connection to broker lost, trying to connect again: {}", e.getMessage());
      timer.after(persistence.pause(0), this::connect);
    } else {
      giveUp("The worker ends, the connection to the broker is lost", e);
    }
  }

  private void end(WorkerSession ended) {
    consuming = false;
    session = null;
    ended.forget();
    boolean unused = onSide(ended::close);
  }

  private void giveUp(String what, Throwable last) {
    log.error("{}: {}", what, last.getMessage());
    fail(last);
    finished = true;
  }

  private void fail(Throwable cause) {
    failure = cause;
    ready.completeExceptionally(cause);
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

  private static OperationalException stopped() {
    return OperationalException.lost("the worker was stopped", null);
  }
}
