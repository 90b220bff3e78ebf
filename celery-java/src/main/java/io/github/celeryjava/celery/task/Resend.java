package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.canvas.WorkflowOptions;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.exceptions.RetryOptions;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
   * The same task with the same id, to the queue it came from, with everything it came with, but
   * for what the task wants changed.
   *
   * @return when it is due
   * @throws io.github.celeryjava.kombu.exceptions.KombuException if it could not be sent
   */
  Instant send(TaskContext context, RetryException retry) {
    TaskHeaders headers = context.headers();
    RetryOptions changes = retry.options();
    Instant eta = eta(context.options(), changes);
    CallOptions options =
        destination(changes, context.deliveryInfo())
            .taskId(headers.id())
            .eta(eta)
            .expires(either(changes.expires(), headers.expires()))
            .timeLimit(either(changes.timeLimit(), headers.timeLimit()))
            .softTimeLimit(either(changes.softTimeLimit(), headers.softTimeLimit()))
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
    List<@Nullable Object> args = changes.args() == null ? context.args() : changes.args();
    Map<String, @Nullable Object> kwargs =
        changes.kwargs() == null ? context.kwargs() : changes.kwargs();
    String unused = sender.send(new TaskSignature(context.task(), args, kwargs, options, false));
    return eta;
  }

  private Instant eta(TaskOptions options, RetryOptions changes) {
    Duration wait = changes.countdown();
    if (wait == null && changes.eta() != null) {
      return changes.eta();
    }
    return clock.instant().plus(wait == null ? options.defaultRetryDelay() : wait);
  }

  /** To where it came from, unless told otherwise. */
  private static CallOptionsBuilder destination(RetryOptions changes, DeliveryInfo came) {
    CallOptionsBuilder options =
        changes.queue() == null ? wayBack(came) : CallOptions.builder().queue(changes.queue());
    return options.priority(changes.priority() == null ? came.priority() : changes.priority());
  }

  private static <T> @Nullable T either(@Nullable T changed, @Nullable T before) {
    return changed == null ? before : changed;
  }

  /** Without an exchange the routing key is the name of the queue. */
  private static CallOptionsBuilder wayBack(DeliveryInfo came) {
    boolean straight = came.exchange().isEmpty();
    return CallOptions.builder()
        .queue(straight ? came.routingKey() : null)
        .exchange(straight ? null : came.exchange())
        .routingKey(straight ? null : came.routingKey());
  }
}
