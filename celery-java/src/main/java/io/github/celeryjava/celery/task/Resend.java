package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.canvas.WorkflowOptions;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Sends a running task once more, for another try, as any call is sent: interceptors see it, with
 * the id of the task and the number of the try. Thread-safe.
 *
 * <p>Source: {@code Task.retry} and {@code signature_from_request} in {@code celery/app/task.py}.
 */
final class Resend {

  /** A queue for the answer that is said and is none, so that the app's own is not taken for it. */
  private static final String NOBODY = "";

  private final TaskSender sender;
  private final Clock clock;

  Resend(TaskSender sender, Clock clock) {
    this.sender = sender;
    this.clock = clock;
  }

  /**
   * The same task with the same id, to the queue it came from, with everything it came with.
   *
   * @return when it is due
   * @throws io.github.celeryjava.kombu.exceptions.KombuException if it could not be sent
   */
  Instant send(TaskContext context, RetryException retry) {
    TaskHeaders headers = context.headers();
    Instant eta = eta(context.options(), retry);
    CallOptions options =
        wayBack(context.deliveryInfo())
            .taskId(headers.id())
            .eta(eta)
            .expires(headers.expires())
            .timeLimit(headers.timeLimit())
            .softTimeLimit(headers.softTimeLimit())
            .rootId(headers.rootOrSelf())
            .parentId(headers.parentId() == null ? headers.id() : headers.parentId())
            .groupId(headers.group())
            .groupIndex(headers.groupIndex())
            .shadow(headers.shadow())
            .ignoreResult(context.ignoreResult())
            .replyTo(context.replyTo() == null ? NOBODY : context.replyTo())
            .headers(headers.custom())
            .workflow(
                new WorkflowOptions(
                    context.request().body().links(),
                    headers.retries() + 1,
                    headers.replacedTaskNesting(),
                    headers.stampedHeaders(),
                    headers.knownStamps(),
                    headers.origin()))
            .build();
    String unused =
        sender.send(
            new TaskSignature(context.task(), context.args(), context.kwargs(), options, false));
    return eta;
  }

  private Instant eta(TaskOptions options, RetryException retry) {
    if (retry.eta() != null) {
      return retry.eta();
    }
    Duration wait = retry.delay() != null ? retry.delay() : options.defaultRetryDelay();
    return clock.instant().plus(wait);
  }

  /** Without an exchange the routing key is the name of the queue. */
  private static CallOptionsBuilder wayBack(DeliveryInfo came) {
    boolean straight = came.exchange().isEmpty();
    return CallOptions.builder()
        .queue(straight ? came.routingKey() : null)
        .exchange(straight ? null : came.exchange())
        .routingKey(straight ? null : came.routingKey())
        .priority(came.priority());
  }
}
