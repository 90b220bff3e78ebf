package io.github.celeryjava.celery.canvas;

import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the choices of one {@link CallOptions}; each is explained there. Not thread-safe. */
public final class CallOptionsBuilder {

  // Mutable state
  private @Nullable String taskId;
  private @Nullable Duration countdown;
  private @Nullable Instant eta;
  private @Nullable Instant expires;
  private @Nullable Duration expiresIn;
  private @Nullable String queue;
  private @Nullable String exchange;
  private @Nullable String routingKey;
  private @Nullable Integer priority;
  private @Nullable String serializer;
  private @Nullable String compression;
  private @Nullable Duration timeLimit;
  private @Nullable Duration softTimeLimit;
  private @Nullable Boolean ignoreResult;
  private @Nullable String shadow;
  private Map<String, @Nullable Object> headers = Map.of();
  private @Nullable String rootId;
  private @Nullable String parentId;
  private @Nullable String groupId;
  private @Nullable Integer groupIndex;
  private List<TaskSignature> link = List.of();
  private List<TaskSignature> linkError = List.of();
  private @Nullable String argsrepr;
  private @Nullable String kwargsrepr;
  private @Nullable String replyTo;
  private @Nullable RetryPolicy retryPolicy;
  private @Nullable DeliveryMode deliveryMode;
  private @Nullable Duration timeout;
  private WorkflowOptions workflow = WorkflowOptions.NONE;

  CallOptionsBuilder() {}

  CallOptionsBuilder(CallOptions options) {
    taskId = options.taskId();
    countdown = options.countdown();
    eta = options.eta();
    expires = options.expires();
    expiresIn = options.expiresIn();
    queue = options.queue();
    exchange = options.exchange();
    routingKey = options.routingKey();
    priority = options.priority();
    serializer = options.serializer();
    compression = options.compression();
    timeLimit = options.timeLimit();
    softTimeLimit = options.softTimeLimit();
    ignoreResult = options.ignoreResult();
    shadow = options.shadow();
    headers = options.headers();
    rootId = options.rootId();
    parentId = options.parentId();
    groupId = options.groupId();
    groupIndex = options.groupIndex();
    link = options.link();
    linkError = options.linkError();
    argsrepr = options.argsrepr();
    kwargsrepr = options.kwargsrepr();
    replyTo = options.replyTo();
    retryPolicy = options.retryPolicy();
    deliveryMode = options.deliveryMode();
    timeout = options.timeout();
    workflow = options.workflow();
  }

  public CallOptionsBuilder taskId(@Nullable String taskId) {
    this.taskId = taskId;
    return this;
  }

  public CallOptionsBuilder countdown(@Nullable Duration countdown) {
    this.countdown = countdown;
    return this;
  }

  public CallOptionsBuilder eta(@Nullable Instant eta) {
    this.eta = eta;
    return this;
  }

  public CallOptionsBuilder expires(@Nullable Instant expires) {
    this.expires = expires;
    return this;
  }

  public CallOptionsBuilder expiresIn(@Nullable Duration expiresIn) {
    this.expiresIn = expiresIn;
    return this;
  }

  public CallOptionsBuilder queue(@Nullable String queue) {
    this.queue = queue;
    return this;
  }

  public CallOptionsBuilder exchange(@Nullable String exchange) {
    this.exchange = exchange;
    return this;
  }

  public CallOptionsBuilder routingKey(@Nullable String routingKey) {
    this.routingKey = routingKey;
    return this;
  }

  public CallOptionsBuilder priority(@Nullable Integer priority) {
    this.priority = priority;
    return this;
  }

  public CallOptionsBuilder serializer(@Nullable String serializer) {
    this.serializer = serializer;
    return this;
  }

  public CallOptionsBuilder compression(@Nullable String compression) {
    this.compression = compression;
    return this;
  }

  public CallOptionsBuilder timeLimit(@Nullable Duration timeLimit) {
    this.timeLimit = timeLimit;
    return this;
  }

  public CallOptionsBuilder softTimeLimit(@Nullable Duration softTimeLimit) {
    this.softTimeLimit = softTimeLimit;
    return this;
  }

  public CallOptionsBuilder ignoreResult(@Nullable Boolean ignoreResult) {
    this.ignoreResult = ignoreResult;
    return this;
  }

  public CallOptionsBuilder shadow(@Nullable String shadow) {
    this.shadow = shadow;
    return this;
  }

  public CallOptionsBuilder headers(Map<String, @Nullable Object> headers) {
    this.headers = headers;
    return this;
  }

  public CallOptionsBuilder rootId(@Nullable String rootId) {
    this.rootId = rootId;
    return this;
  }

  public CallOptionsBuilder parentId(@Nullable String parentId) {
    this.parentId = parentId;
    return this;
  }

  public CallOptionsBuilder groupId(@Nullable String groupId) {
    this.groupId = groupId;
    return this;
  }

  public CallOptionsBuilder groupIndex(@Nullable Integer groupIndex) {
    this.groupIndex = groupIndex;
    return this;
  }

  public CallOptionsBuilder link(List<TaskSignature> link) {
    this.link = link;
    return this;
  }

  public CallOptionsBuilder linkError(List<TaskSignature> linkError) {
    this.linkError = linkError;
    return this;
  }

  public CallOptionsBuilder argsrepr(@Nullable String argsrepr) {
    this.argsrepr = argsrepr;
    return this;
  }

  public CallOptionsBuilder kwargsrepr(@Nullable String kwargsrepr) {
    this.kwargsrepr = kwargsrepr;
    return this;
  }

  public CallOptionsBuilder replyTo(@Nullable String replyTo) {
    this.replyTo = replyTo;
    return this;
  }

  public CallOptionsBuilder retryPolicy(@Nullable RetryPolicy retryPolicy) {
    this.retryPolicy = retryPolicy;
    return this;
  }

  public CallOptionsBuilder deliveryMode(@Nullable DeliveryMode deliveryMode) {
    this.deliveryMode = deliveryMode;
    return this;
  }

  public CallOptionsBuilder timeout(@Nullable Duration timeout) {
    this.timeout = timeout;
    return this;
  }

  /** What a step of a workflow carries on; for the library's own use. */
  public CallOptionsBuilder workflow(WorkflowOptions workflow) {
    this.workflow = workflow;
    return this;
  }

  /**
   * Checks and freezes the choices.
   *
   * @throws IllegalArgumentException if a priority is out of bounds
   */
  public CallOptions build() {
    return new CallOptions(
        taskId,
        countdown,
        eta,
        expires,
        expiresIn,
        queue,
        exchange,
        routingKey,
        priority,
        serializer,
        compression,
        timeLimit,
        softTimeLimit,
        ignoreResult,
        shadow,
        headers,
        rootId,
        parentId,
        groupId,
        groupIndex,
        link,
        linkError,
        argsrepr,
        kwargsrepr,
        replyTo,
        retryPolicy,
        deliveryMode,
        timeout,
        workflow);
  }
}
