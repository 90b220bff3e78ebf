package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.internal.Ids;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.task.CurrentTask;
import io.github.celeryjava.celery.task.SignatureCodec;
import io.github.celeryjava.celery.task.TaskContext;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskInterceptor;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.celery.task.TaskRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives calls what they lack – id, root and parent, times, the queue for the answer – and has them
 * sent. Thread-safe.
 *
 * <p>Counterpart of {@code Celery.send_task} and {@code Task.apply_async}.
 */
final class TaskPublisher implements TaskSender {

  /** As long as a producer tries to publish. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration LONGEST_BACK = Duration.ofSeconds(-2_147_483_648L);

  /** What calls are completed from. */
  record Sources(
      TaskRegistry tasks,
      CurrentTask current,
      ResultBackend backend,
      boolean ignoreResult,
      Ids ids,
      Clock clock) {}

  private final Amqp amqp;
  private final Sources sources;
  private final List<TaskInterceptor> interceptors;

  TaskPublisher(Amqp amqp, Sources sources, List<TaskInterceptor> interceptors) {
    this.amqp = amqp;
    this.sources = sources;
    this.interceptors = List.copyOf(interceptors);
  }

  @Override
  public String send(TaskSignature call) {
    return intercepted(call, this::dispatch);
  }

  /** What {@code last} does with the call, with every interceptor around it. */
  String intercepted(TaskSignature call, TaskInterceptor.Sending last) {
    return intercepted(call, last, 0);
  }

  @Override
  public void send(TaskCall call, CallOptions options) {
    amqp.sendTaskMessage(call, options, options(call.task()));
  }

  /** Tells the running task, if there is one, that it has a child. */
  void sent(String taskId) {
    sources.current().sent(taskId);
  }

  /** A message for {@code call}, complete and not sent. */
  Amqp.OutgoingTask prepare(TaskCall call, CallOptions options) {
    return amqp.prepare(call, options, options(call.task()));
  }

  /**
   * Everything that the message says, decided.
   *
   * @throws IllegalArgumentException if a time lies too far in the past
   */
  TaskCall complete(TaskSignature signature) {
    CallOptions options = signature.options();
    TaskContext parent = sources.current().get();
    TaskOptions task = options(signature.task());
    boolean ignored = ignoreResult(options, task);
    TaskCall.Builder call =
        TaskCall.builder(
                signature.task(),
                options.taskId() == null ? sources.ids().next() : options.taskId())
            .args(signature.args())
            .kwargs(signature.kwargs())
            .eta(eta(options))
            .expires(expires(options))
            .timeLimits(options.timeLimit(), options.softTimeLimit())
            .rootId(rootId(options, parent))
            .parentId(parentId(options, parent))
            .group(options.groupId(), options.groupIndex())
            .shadow(options.shadow())
            .reprs(options.argsrepr(), options.kwargsrepr())
            .ignoreResult(ignored)
            .replyTo(replyTo(options, ignored))
            .headers(options.headers());
    return SignatureCodec.addTo(call, options).build();
  }

  private String intercepted(TaskSignature call, TaskInterceptor.Sending last, int depth) {
    return depth == interceptors.size()
        ? last.proceed(call)
        : interceptors
            .get(depth)
            .aroundSend(call, changed -> intercepted(changed, last, depth + 1));
  }

  private String dispatch(TaskSignature call) {
    TaskCall complete = complete(call);
    send(complete, call.options());
    sent(complete.id());
    return complete.id();
  }

  private @Nullable TaskOptions options(String task) {
    TaskDefinition known = sources.tasks().find(task);
    return known == null ? null : known.options();
  }

  private boolean ignoreResult(CallOptions options, @Nullable TaskOptions task) {
    if (options.ignoreResult() != null) {
      return options.ignoreResult();
    }
    return task == null ? sources.ignoreResult() : task.ignoreResult();
  }

  private @Nullable String replyTo(CallOptions options, boolean ignored) {
    if (options.replyTo() != null) {
      return options.replyTo();
    }
    if (ignored) {
      return null;
    }
    return sources
        .backend()
        .replyTo(options.timeout() == null ? DEFAULT_TIMEOUT : options.timeout());
  }

  private @Nullable Instant eta(CallOptions options) {
    Duration countdown = options.countdown();
    if (countdown == null || countdown.isZero()) {
      return options.eta();
    }
    return later("countdown", countdown);
  }

  private @Nullable Instant expires(CallOptions options) {
    return options.expiresIn() == null
        ? options.expires()
        : later("expiresIn", options.expiresIn());
  }

  private Instant later(String what, Duration delay) {
    if (delay.compareTo(LONGEST_BACK) < 0) {
      throw new IllegalArgumentException(what + " lies too far in the past: " + delay);
    }
    return sources.clock().instant().plus(delay);
  }

  private static @Nullable String rootId(CallOptions options, @Nullable TaskContext parent) {
    return options.rootId() != null || parent == null ? options.rootId() : parent.rootId();
  }

  private static @Nullable String parentId(CallOptions options, @Nullable TaskContext parent) {
    return options.parentId() != null || parent == null ? options.parentId() : parent.id();
  }
}
