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
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

  /** What is spent before publishing without anybody caring: no waiting took place. */
  private static final Duration NO_TIME = Duration.ofMillis(5);

  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

  private static final Duration LONGEST_BACK = Duration.ofSeconds(-2_147_483_648L);

  /** What calls are completed from. */
  record Sources(
      TaskRegistry tasks,
      CurrentTask current,
      ResultBackend backend,
      boolean ignoreResult,
      Ids ids,
      Clock clock,
      LongSupplier nanos) {}

  /**
   * A call with everything decided but the queue for its answer.
   *
   * @param wantsAnswer whether that queue is still to be named
   */
  record Draft(String id, TaskCall.Builder call, CallOptions options, boolean wantsAnswer) {

    TaskCall answeredOn(String queue) {
      return call.replyTo(queue).build();
    }

    TaskCall withoutAnswer() {
      return call.build();
    }
  }

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

  /** Takes the ids of children of the task that the calling thread runs, if it runs one. */
  Consumer<String> children() {
    return sources.current().children();
  }

  /** A message for {@code call}, complete and not sent. */
  Amqp.OutgoingTask prepare(TaskCall call, CallOptions options) {
    return amqp.prepare(call, options, options(call.task()));
  }

  /** Where answers come in. */
  ResultBackend backend() {
    return sources.backend();
  }

  /** The monotonic clock that deadlines are kept by. */
  long nanos() {
    return sources.nanos().getAsLong();
  }

  /**
   * Everything that the message says, decided, but for the queue of the answer.
   *
   * @throws IllegalArgumentException if a time lies too far away, or the task's limits contradict
   *     each other
   */
  Draft draft(TaskSignature signature) {
    CallOptions options = signature.options();
    TaskContext parent = sources.current().get();
    TaskOptions task = options(signature.task());
    Boolean ignored = ignoreResult(options, task);
    Instant now = sources.clock().instant();
    String id = options.taskId() == null ? sources.ids().next() : options.taskId();
    TaskCall.Builder call =
        TaskCall.builder(signature.task(), id)
            .args(signature.args())
            .kwargs(signature.kwargs())
            .eta(eta(options, now))
            .expires(expires(options, now))
            .rootId(rootId(options, parent))
            .parentId(parentId(options, parent))
            .group(options.groupId(), options.groupIndex())
            .shadow(options.shadow())
            .reprs(options.argsrepr(), options.kwargsrepr())
            .ignoreResult(ignored)
            .replyTo(options.replyTo())
            .headers(options.headers());
    boolean wantsAnswer = options.replyTo() == null && !Boolean.TRUE.equals(ignored);
    SignatureCodec.addTo(limited(call, options, task), options);
    return new Draft(id, call, options, wantsAnswer);
  }

  /** How long one send may take in all. */
  static Duration timeout(CallOptions options) {
    return options.timeout() == null ? DEFAULT_TIMEOUT : options.timeout();
  }

  /** The options with the time that is left, if something was waited for since {@code start}. */
  CallOptions within(CallOptions options, long start) {
    Duration spent = Duration.ofNanos(nanos() - start);
    if (spent.compareTo(NO_TIME) < 0) {
      return options;
    }
    Duration left = timeout(options).minus(spent);
    return options.toBuilder()
        .timeout(left.compareTo(SHORTEST_TIMEOUT) < 0 ? SHORTEST_TIMEOUT : left)
        .build();
  }

  private String intercepted(TaskSignature call, TaskInterceptor.Sending last, int depth) {
    return depth == interceptors.size()
        ? last.proceed(call)
        : interceptors
            .get(depth)
            .aroundSend(call, changed -> intercepted(changed, last, depth + 1));
  }

  private String dispatch(TaskSignature call) {
    long start = nanos();
    Draft draft = draft(call);
    if (draft.wantsAnswer()) {
      TaskCall complete = draft.answeredOn(backend().replyTo(timeout(draft.options())));
      publish(complete, within(draft.options(), start));
    } else {
      publish(draft.withoutAnswer(), draft.options());
    }
    sources.current().sent(draft.id());
    return draft.id();
  }

  private void publish(TaskCall call, CallOptions options) {
    amqp.sendTaskMessage(call, options, options(call.task()));
  }

  private @Nullable TaskOptions options(String task) {
    TaskDefinition known = sources.tasks().find(task);
    return known == null ? null : known.options();
  }

  /**
   * Of a task that is known by its name only, null leaves it to the task where it runs: false would
   * have its results stored even if it says that nobody wants them.
   */
  private @Nullable Boolean ignoreResult(CallOptions options, @Nullable TaskOptions task) {
    if (options.ignoreResult() != null) {
      return options.ignoreResult();
    }
    if (task != null) {
      return task.ignoreResult();
    }
    return sources.ignoreResult() ? true : null;
  }

  /** The limits of the call, else those of the task: workers know no better. */
  private static TaskCall.Builder limited(
      TaskCall.Builder call, CallOptions options, @Nullable TaskOptions task) {
    Duration hard = options.timeLimit();
    Duration soft = options.softTimeLimit();
    if (task != null) {
      checkLimits(task);
      hard = hard == null ? task.timeLimit() : hard;
      soft = soft == null ? task.softTimeLimit() : soft;
    }
    return call.timeLimits(hard, soft);
  }

  private static void checkLimits(TaskOptions task) {
    Duration hard = task.timeLimit();
    Duration soft = task.softTimeLimit();
    if (hard != null && soft != null && soft.compareTo(hard) > 0) {
      throw new IllegalArgumentException(
          "the soft time limit of a task must not be above its hard one, they are "
              + soft
              + " and "
              + hard);
    }
  }

  private static @Nullable Instant eta(CallOptions options, Instant now) {
    Duration countdown = options.countdown();
    if (countdown == null || countdown.isZero()) {
      return options.eta();
    }
    return later(now, "countdown", countdown);
  }

  private static @Nullable Instant expires(CallOptions options, Instant now) {
    return options.expiresIn() == null
        ? options.expires()
        : later(now, "expiresIn", options.expiresIn());
  }

  private static Instant later(Instant now, String what, Duration delay) {
    if (delay.compareTo(LONGEST_BACK) < 0) {
      throw new IllegalArgumentException(what + " lies too far in the past: " + delay);
    }
    try {
      return now.plus(delay);
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(what + " lies too far in the future: " + delay, e);
    }
  }

  private static @Nullable String rootId(CallOptions options, @Nullable TaskContext parent) {
    return options.rootId() != null || parent == null ? options.rootId() : parent.rootId();
  }

  private static @Nullable String parentId(CallOptions options, @Nullable TaskContext parent) {
    return options.parentId() != null || parent == null ? options.parentId() : parent.id();
  }
}
