package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.PublishReport;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls without waiting for each: in batches, or for a future. Interceptors stand around the
 * making of each message, since nobody waits there for its confirm. Thread-safe.
 */
final class BatchSender {

  private final TaskPublisher publisher;
  private final Supplier<Producer> producer;
  private final PublishOptions options;
  private final ScheduledExecutorService timeouts = Threads.onDemand("celery-timeouts");

  /**
   * @param options what batches are published with
   */
  BatchSender(TaskPublisher publisher, Supplier<Producer> producer, PublishOptions options) {
    this.publisher = publisher;
    this.producer = producer;
    this.options = options;
  }

  /** Never waits and never throws: what goes wrong is in the future. */
  CompletableFuture<String> sendAsync(TaskSignature signature) {
    long start = publisher.nanos();
    List<CompletableFuture<?>> sending = new ArrayList<>(1);
    String id;
    try {
      id =
          publisher.intercepted(
              signature,
              changed -> {
                TaskPublisher.Draft draft = publisher.draft(changed);
                sending.add(start(draft, start));
                return draft.id();
              });
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    Consumer<String> children = publisher.children();
    boolean kept = sending.isEmpty(); // by an interceptor, for another time
    return CompletableFuture.allOf(sending.toArray(CompletableFuture[]::new))
        .thenApply(
            nothing -> {
              if (!kept) {
                children.accept(id);
              }
              return id;
            });
  }

  List<String> sendAll(Iterable<TaskSignature> signatures) {
    TaskBatch batch = new TaskBatch(publisher, signatures);
    PublishReport report = producer.get().publishMessages(() -> batch, options);
    return batch.outcome(report);
  }

  private CompletableFuture<?> start(TaskPublisher.Draft draft, long start) {
    CallOptions options = draft.options();
    if (!draft.wantsAnswer()) {
      return publish(draft.withoutAnswer(), options);
    }
    ResultBackend backend = publisher.backend();
    CompletableFuture<String> queue = backend.receiving();
    if (queue.isDone() && !queue.isCompletedExceptionally()) {
      return publish(draft.answeredOn(queue.join()), options);
    }
    return inTime(queue, TaskPublisher.timeout(options), backend)
        .thenCompose(name -> publish(draft.answeredOn(name), publisher.within(options, start)));
  }

  /** The same name, or an error once time is up, which ends no future of others. */
  private CompletableFuture<String> inTime(
      CompletableFuture<String> queue, Duration timeout, ResultBackend backend) {
    CompletableFuture<String> waiting = queue.thenApply(name -> name);
    ScheduledFuture<?> end =
        timeouts.schedule(
            () -> waiting.completeExceptionally(noQueue(timeout, backend)),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    return waiting.whenComplete((name, error) -> end.cancel(false));
  }

  private CompletableFuture<@Nullable Void> publish(TaskCall call, CallOptions options) {
    Amqp.OutgoingTask task = publisher.prepare(call, options);
    return producer.get().publishAsync(task.route().destination(), task.message(), task.options());
  }

  private static PublishTimeoutException noQueue(Duration timeout, ResultBackend backend) {
    return new PublishTimeoutException(
        "the queue for the answer was not there within "
            + timeout
            + backend.trouble().map(why -> "; " + why).orElse(""),
        null);
  }
}
