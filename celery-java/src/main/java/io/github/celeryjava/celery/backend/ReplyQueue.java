package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.internal.UninterruptedWait;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.PendingResults;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue on which this process receives the results of the tasks that it sent. Thread-safe; a
 * thread of its own connects, receives, connects again after a loss, and deletes the queue at the
 * end, so that nobody else ever waits for the broker.
 *
 * <p>The queue outlives its consumer for an hour, or as long as results are kept if that is less,
 * and messages are acknowledged once they are kept here: what arrives while the connection is away,
 * or was on its way when it broke, is found after it is back. Celery 5.7 declares its own as
 * durable too, but with auto-delete, and takes messages without acknowledging them.
 */
final class ReplyQueue {

  private static final Logger log = LoggerFactory.getLogger(ReplyQueue.class);

  private static final Duration LONGEST_UNUSED = Duration.ofHours(1);
  private static final Duration LONGEST_DRAIN = Duration.ofMinutes(1);
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);
  private static final int PREFETCH = 1_000;
  private static final int MOST_KEPT = 100_000;

  /** Part of the heap that the messages of kept results may have had; decoded they take more. */
  private static final int HEAP_SHARE = 16;

  private final Connection connection;
  private final Queue queue;
  private final Consumer consumer;
  private final UninterruptedWait wait;
  private final RetryPolicy reconnecting = RetryPolicy.reconnecting();
  private final KeptResults kept =
      new KeptResults(MOST_KEPT, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  private final PendingResults pending = new PendingResults(taskId -> {});
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private boolean started; // guarded by lock
  private CompletableFuture<String> receiving = new CompletableFuture<>(); // guarded by lock
  private volatile boolean closed; // written under lock
  private volatile @Nullable String trouble; // written by the receiving thread

  ReplyQueue(ResultBackendContext context, ResultCodec codec) {
    connection = context.connections().apply("celery-replies");
    wait = new UninterruptedWait(context.nanos());
    queue = queue(context.config().get(Settings.RESULT_EXPIRES));
    consumer =
        connection
            .consumer()
            .queue(queue)
            .accept(codec.accepted())
            .prefetch(PREFETCH)
            .onMessage(this::received)
            .build();
  }

  /**
   * Makes the queue, the first time; never waits.
   *
   * @return completed with its name once the broker has it, or with the broker's refusal
   */
  CompletableFuture<String> receiving() {
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(closedException());
      }
      if (!started) {
        started = true;
        Threads.platform("celery-replies", this::run).start();
      }
      if (receiving.isCompletedExceptionally()) {
        receiving = new CompletableFuture<>();
      }
      return receiving.isDone() ? receiving : receiving.copy();
    } finally {
      lock.unlock();
    }
  }

  Optional<ResultMeta> fetch(String taskId) {
    return kept.fetch(taskId);
  }

  CompletableFuture<ResultMeta> ready(String taskId) {
    CompletableFuture<ResultMeta> future = pending.await(taskId).future();
    kept.fetch(taskId).ifPresent(this::tell); // it may have come before
    return future;
  }

  void forget(String taskId) {
    kept.forget(taskId);
  }

  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Deletes the queue if the broker is there, and waits for that, but not for long. */
  void close() {
    boolean running;
    lock.lock();
    try {
      running = started && !closed;
      closed = true;
      receiving.completeExceptionally(closedException());
    } finally {
      lock.unlock();
    }
    pending.close(closedException());
    if (running && connection.isConnected()) {
      connection.execute(() -> {}); // wakes the thread
      boolean unused = wait.isDone(ended, LONGEST_GOODBYE);
    }
    connection.abort();
  }

  private void run() {
    int failures = 0;
    boolean consuming = false;
    while (!closed) {
      try {
        if (!consuming) {
          pause(failures);
          receive();
          consuming = true;
        }
        int unused = connection.drainEvents(LONGEST_DRAIN);
        failures = 0;
      } catch (OperationalException e) {
        consuming = false;
        failed(e, e.isRecoverable(), failures++);
      } catch (RuntimeException e) {
        if (consuming) {
          log.error("A message with a result could not be handled", e);
        } else {
          failed(e, false, failures++);
        }
      }
    }
    leave();
    ended.complete(null);
  }

  /** After a loss the first attempt comes at once. */
  private void pause(int failures) {
    if (failures > 1) {
      int unused = connection.drainEvents(reconnecting.interval(failures - 2));
    }
  }

  private void receive() {
    if (closed) {
      return;
    }
    consumer.consume();
    if (trouble != null) {
      log.info("Results are received again from {}", connection.description());
      trouble = null;
    }
    current().complete(queue.name());
  }

  private CompletableFuture<String> current() {
    lock.lock();
    try {
      return receiving;
    } finally {
      lock.unlock();
    }
  }

  private void failed(RuntimeException error, boolean mayPass, int failuresBefore) {
    if (closed) {
      return;
    }
    String where = connection.description();
    trouble = "results are not received from " + where + ": " + error.getMessage();
    if (failuresBefore == 0) {
      log.warn("Results are not received from {}, trying again: {}", where, error.getMessage());
    }
    if (!mayPass) {
      current().completeExceptionally(error);
    }
  }

  private void received(Message message) {
    String correlationId = message.properties().correlationId();
    ResultMeta meta;
    try {
      meta = ResultMeta.read(message.payload(), correlationId);
    } catch (KombuException | BackendException e) {
      log.error("Rejected the result of task {}: {}", correlationId, e.getMessage());
      message.reject();
      if (correlationId != null) {
        pending.fail(correlationId, e);
      }
      return;
    }
    ResultMeta now = kept.put(meta, message.rawBody().length);
    message.ack();
    tell(now); // which need not be what came: a success stays
  }

  private void tell(ResultMeta meta) {
    if (TaskState.isReady(meta.status())) {
      pending.complete(meta.taskId(), meta);
    }
  }

  private void leave() {
    try {
      if (connection.isConnected()) {
        connection.defaultChannel().deleteQueue(queue.name());
      }
    } catch (KombuException e) {
      log.debug("The reply queue was not deleted, the broker will do it: {}", e.getMessage());
    }
    connection.close();
  }

  private static Queue queue(@Nullable Duration resultExpires) {
    Duration unused = LONGEST_UNUSED;
    if (resultExpires != null
        && !resultExpires.isZero() // which stands for ever
        && resultExpires.compareTo(LONGEST_UNUSED) < 0) {
      unused = resultExpires;
    }
    return Queue.builder(UUID.randomUUID().toString()).expires(unused).build();
  }

  private static BackendException closedException() {
    return new BackendException("the app was closed", null);
  }
}
