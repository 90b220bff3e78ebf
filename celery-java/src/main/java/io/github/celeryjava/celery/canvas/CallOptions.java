package io.github.celeryjava.celery.canvas;

import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to send one call: everything {@code apply_async} takes besides the arguments. Immutable; null
 * leaves a choice to the task's options, the routes and the settings, in that order.
 *
 * @param taskId id of the task; null makes a new one
 * @param countdown run no sooner than this after sending; wins over {@code eta}
 * @param eta run no sooner than this
 * @param expires do not run after this
 * @param expiresIn the same, counted from sending; wins over {@code expires}
 * @param queue queue to send to
 * @param exchange exchange to send to
 * @param routingKey routing key to send with
 * @param priority 0 to 255
 * @param serializer name of the body's format
 * @param compression name of the body's compression
 * @param timeLimit hard limit of the run
 * @param softTimeLimit soft limit of the run
 * @param ignoreResult whether nobody wants the result
 * @param shadow name to show instead of the task's
 * @param headers further message headers; they win over those of the protocol
 * @param rootId first task of the workflow; null means the task itself
 * @param parentId task that sends this one
 * @param groupId group that the task is a member of
 * @param groupIndex place in that group
 * @param link calls to make on success, the result prepended to their arguments
 * @param linkError calls to make on failure
 * @param argsrepr text to show for the positional arguments; null to have it made
 * @param kwargsrepr text to show for the keyword arguments; null to have it made
 * @param replyTo queue for the answer; null means the backend's
 * @param retryPolicy how to repeat a publish that failed; null means the settings'
 * @param deliveryMode whether the broker keeps the message on disk
 * @param timeout longest wait for the broker's confirm, retries included; null means the default
 * @param workflow what a step of a workflow carries on; for the library's own use
 */
public record CallOptions(
    @Nullable String taskId,
    @Nullable Duration countdown,
    @Nullable Instant eta,
    @Nullable Instant expires,
    @Nullable Duration expiresIn,
    @Nullable String queue,
    @Nullable String exchange,
    @Nullable String routingKey,
    @Nullable Integer priority,
    @Nullable String serializer,
    @Nullable String compression,
    @Nullable Duration timeLimit,
    @Nullable Duration softTimeLimit,
    @Nullable Boolean ignoreResult,
    @Nullable String shadow,
    Map<String, @Nullable Object> headers,
    @Nullable String rootId,
    @Nullable String parentId,
    @Nullable String groupId,
    @Nullable Integer groupIndex,
    List<TaskSignature> link,
    List<TaskSignature> linkError,
    @Nullable String argsrepr,
    @Nullable String kwargsrepr,
    @Nullable String replyTo,
    @Nullable RetryPolicy retryPolicy,
    @Nullable DeliveryMode deliveryMode,
    @Nullable Duration timeout,
    WorkflowOptions workflow) {

  private static final CallOptions NONE = builder().build();

  public CallOptions {
    if (priority != null && (priority < 0 || priority > 255)) {
      throw new IllegalArgumentException("priority must be 0 to 255, was " + priority);
    }
    headers = copy(headers);
    link = List.copyOf(link);
    linkError = List.copyOf(linkError);
  }

  /** Every choice left open. */
  public static CallOptions none() {
    return NONE;
  }

  /** Starts with every choice left open. */
  public static CallOptionsBuilder builder() {
    return new CallOptionsBuilder();
  }

  /** Starts from these options. */
  public CallOptionsBuilder toBuilder() {
    return new CallOptionsBuilder(this);
  }

  private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
