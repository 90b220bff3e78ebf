package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Sends a running task once more, for another try. Thread-safe.
 *
 * <p>Source: {@code Task.retry} and {@code signature_from_request} in {@code celery/app/task.py}.
 */
final class Resend {

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
    TaskCall call =
        TaskCall.of(headers, context.request().body(), context.replyTo())
            .retries(headers.retries() + 1)
            .eta(eta)
            .parentId(headers.parentId() == null ? headers.id() : headers.parentId())
            .ignoreResult(context.ignoresResult())
            .build();
    sender.send(call, wayBack(context.deliveryInfo()));
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
  private static CallOptions wayBack(DeliveryInfo came) {
    boolean straight = came.exchange().isEmpty();
    return CallOptions.builder()
        .queue(straight ? came.routingKey() : null)
        .exchange(straight ? null : came.exchange())
        .routingKey(straight ? null : came.routingKey())
        .priority(came.priority())
        .build();
  }
}
