package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.MaxRetriesExceededException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.ErrorText;
import io.github.celeryjava.celery.protocol.PyRepr;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.internal.Internal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one request from its arguments to its outcome: before, invoke, classify, link, store, after.
 * Thread-safe; each run stays on the calling thread.
 *
 * <p>Counterpart of {@code celery/app/trace.py}.
 *
 * @hidden
 */
@Internal
public final class TaskTracer {

  private static final Logger log = LoggerFactory.getLogger(TaskTracer.class);
  private static final int RESULT_REPR_LENGTH = 1024;
  private static final int RESULT_REPR_LEVELS = 3;

  /**
   * The clocks of one app: one that peers see, one for intervals.
   *
   * @hidden
   */
  public record Time(Clock clock, LongSupplier nanos) {}

  /**
   * Where results go.
   *
   * @param pid the process, as peers see it in STARTED
   * @param extended whether name, arguments and more are stored with each result
   * @hidden
   */
  public record Results(ResultBackend backend, long pid, boolean extended) {}

  private final ResultWriter results;
  private final TaskContext.States states;
  private final Links links;
  private final Resend resend;
  private final CurrentTask current;
  private final List<TaskInterceptor> interceptors;
  private final LongSupplier nanos;

  /**
   * @param sender sends retries and what follows a task
   * @param current shared with {@code sender}, so that what a task sends knows its parent
   * @param interceptors the first one outermost
   */
  public TaskTracer(
      TaskSender sender,
      Results results,
      CurrentTask current,
      List<TaskInterceptor> interceptors,
      Time time) {
    this.results =
        new ResultWriter(results.backend(), time.clock(), results.pid(), results.extended());
    this.states = this.results::custom;
    this.links = new Links(sender, this.results);
    this.resend = new Resend(sender, time.clock());
    this.current = current;
    this.interceptors = List.copyOf(interceptors);
    this.nanos = time.nanos();
  }

  /**
   * Runs {@code task} and brings everything that follows from it about. Never throws for what the
   * task does, errors of the JVM included; may leave the thread interrupted.
   *
   * @param cancelled whether the worker has interrupted the task, so that an error is no failure of
   *     the task's own
   */
  public Outcome trace(TaskDefinition task, TaskRequest request, BooleanSupplier cancelled) {
    TaskContext context = new TaskContext(request, task.options(), states);
    TaskContext before = current.enter(context);
    TaskMdc.put(context);
    try {
      return traced(task, context, cancelled);
    } finally {
      TaskMdc.put(before);
      current.leave(before);
    }
  }

  private Outcome traced(TaskDefinition task, TaskContext context, BooleanSupplier cancelled) {
    long start = nanos.getAsLong();
    try {
      return succeeded(task, context, run(task, context), start);
    } catch (Throwable thrown) { // user code
      Throwable error = Settled.unwrapped(thrown);
      try {
        return cancelled.getAsBoolean() && !settles(task, error)
            ? cancelled(task, context)
            : ended(task, context, error);
      } catch (Throwable internal) { // of a backend that breaks its contract, or no memory is left
        log.error("Task {} INTERNAL ERROR: {}", context.named(), internal, internal);
        return new Outcome.Failed(error, "");
      }
    }
  }

  private @Nullable Object run(TaskDefinition task, TaskContext context) throws Exception {
    try {
      Links.check(context.request().body().links());
      results.started(context);
      task.listener().beforeStart(context);
      return invoke(task, context, 0);
    } finally {
      // An interrupt is for the task's code alone: what follows talks to the broker and the store.
      Thread.interrupted();
    }
  }

  private @Nullable Object invoke(TaskDefinition task, TaskContext context, int depth)
      throws Exception {
    if (depth == interceptors.size()) {
      return Settled.value(task.handler().run(context, context.args(), context.kwargs()));
    }
    return interceptors.get(depth).aroundRun(context, () -> invoke(task, context, depth + 1));
  }

  private Outcome succeeded(
      TaskDefinition task, TaskContext context, @Nullable Object result, long start) {
    Object told = ResultHandles.asTuples(result);
    links.succeeded(context, told);
    results.succeeded(context, told);
    Duration runtime = Duration.ofNanos(nanos.getAsLong() - start);
    hook(context, () -> task.listener().onSuccess(context, result));
    if (log.isInfoEnabled()) {
      log.info(
          "Task {} succeeded in {}s: {}",
          context.shown(),
          PyRepr.of(runtime.toNanos() / 1e9),
          PyRepr.of(result, RESULT_REPR_LENGTH, RESULT_REPR_LEVELS));
    }
    hook(context, () -> task.listener().afterReturn(context, TaskState.SUCCESS, result));
    return new Outcome.Succeeded(result, runtime);
  }

  /**
   * Whether an interrupted task says itself how it is to end. A message that goes back to its queue
   * is another try already.
   */
  private static boolean settles(TaskDefinition task, Throwable error) {
    return !task.options().acksLate()
        && (error instanceof RetryException
            || error instanceof IgnoreException
            || error instanceof RejectException);
  }

  /** A message that was acknowledged does not come back: whoever waits learns that much. */
  private Outcome cancelled(TaskDefinition task, TaskContext context) {
    log.warn("Task {} was interrupted by its worker", context.named());
    if (!task.options().acksLate()) {
      RetryException told = RetryException.cancelled();
      results.retried(context, told, null);
      hook(context, () -> task.listener().onRetry(context, told));
    }
    return new Outcome.Cancelled();
  }

  private Outcome ended(TaskDefinition task, TaskContext context, Throwable error) {
    if (error instanceof RetryException retry) {
      return retried(task, context, retry);
    }
    if (error instanceof IgnoreException) {
      log.info("Task {} ignored", context.shown());
      return new Outcome.Ignored();
    }
    if (error instanceof RejectException reject) {
      return rejected(context, reject);
    }
    return failed(task, context, error);
  }

  /** A message that will not come back is a failure for whoever waits. */
  private Outcome rejected(TaskContext context, RejectException reject) {
    log.warn("Task {} rejected: {}", context.shown(), LogText.reason(reject));
    if (!reject.isRequeued()) {
      results.failed(context, reject, null);
      links.failed(context, reject, null);
    }
    return new Outcome.Rejected(reject.reason(), reject.isRequeued());
  }

  private Outcome retried(TaskDefinition task, TaskContext context, RetryException retry) {
    Integer asked = retry.options().maxRetries();
    Integer limit = asked == null ? task.options().maxRetries() : asked;
    Throwable reason = retry.getCause();
    if (limit != null && context.retries() >= limit) {
      return failed(task, context, reason != null ? reason : usedUp(context, limit));
    }
    // Before it is sent: whoever takes it may be done at once, and RETRY must not replace that.
    results.retried(context, reason, ErrorText.of(reason == null ? retry : reason));
    Instant eta;
    try {
      eta = resend.send(context, retry);
    } catch (Throwable e) { // of interceptors, serializers and transports, which users write
      if (e != retry) {
        e.addSuppressed(retry);
      }
      log.error("Task {} could not be sent again", context.named());
      failed(task, context, e);
      return new Outcome.Rejected(String.valueOf(e.getMessage()), false);
    }
    hook(context, () -> task.listener().onRetry(context, reason));
    log.info("Task {} retry: {}", context.shown(), LogText.reason(retry));
    return new Outcome.Retried(reason, eta);
  }

  private static MaxRetriesExceededException usedUp(TaskContext context, int limit) {
    return new MaxRetriesExceededException(
        "can't retry " + context.task() + "[" + context.id() + "] more than " + limit + " times",
        null);
  }

  private Outcome failed(TaskDefinition task, TaskContext context, Throwable error) {
    String traceback = ErrorText.of(error);
    results.failed(context, error, traceback);
    links.failed(context, error, traceback);
    log.error("Task {} raised unexpected: {}", context.shown(), error, error);
    hook(context, () -> task.listener().onFailure(context, error));
    hook(context, () -> task.listener().afterReturn(context, TaskState.FAILURE, error));
    return new Outcome.Failed(error, traceback);
  }

  private interface Hook {
    void run() throws Exception;
  }

  /** The outcome stands by then, so that nothing that a hook throws may change it. */
  private static void hook(TaskContext context, Hook hook) {
    try {
      hook.run();
    } catch (Throwable e) { // user code
      log.error("A listener of task {} failed", context.named(), e);
    }
  }
}
