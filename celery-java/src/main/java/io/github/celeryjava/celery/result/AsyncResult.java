package io.github.celeryjava.celery.result;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.RemoteException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a task that was sent, by this process or any other. Immutable and thread-safe;
 * holding one costs nothing, and nothing is received for it until somebody waits.
 *
 * <p>Named after {@code celery.result.AsyncResult}.
 *
 * @param <R> what the result is converted to
 */
public final class AsyncResult<R extends @Nullable Object> {

  private static final Duration LONGEST_NANOS = Duration.ofNanos(Long.MAX_VALUE);

  private final String id;
  private final Type type;
  private final ResultSource source;

  /**
   * The handle of one task; apps make them.
   *
   * @param type the Java type of {@code R}
   */
  public AsyncResult(String id, Type type, ResultSource source) {
    this.id = requireNonNull(id, "id");
    this.type = requireNonNull(type, "type");
    this.source = requireNonNull(source, "source");
  }

  /** Id of the task. */
  public String id() {
    return id;
  }

  /**
   * Waits for the task to end, for as long as it takes, and returns what it returned. A result that
   * never comes – the task was lost, or keeps none – is waited for without end: prefer {@link
   * #get(Duration)}.
   *
   * <p>Waits and throws as {@link #get(Duration)} does.
   */
  public R get() throws InterruptedException {
    refuseInsideTask();
    CompletableFuture<ResultMeta> ready = source.backend().ready(id);
    try {
      return value(ready.get());
    } catch (ExecutionException e) {
      throw unreadable(e.getCause());
    } finally {
      ready.cancel(false);
    }
  }

  /**
   * Waits for the task to end and returns what it returned.
   *
   * <p>Blocks the calling thread; safe to call from several threads at once. Inside a running task
   * of the same app it throws {@link IllegalStateException} rather than wait, since a pool whose
   * every thread waits for a subtask can never run one; {@link #getInsideTask} waits all the same.
   *
   * <p>Interrupting the waiting thread does not cancel the task.
   *
   * @param timeout the longest wait, measured on the monotonic clock and kept whatever becomes of
   *     the store; zero looks once at what is known now, which takes as long as asking the store
   * @return the task's return value, null if the task returned null
   * @throws io.github.celeryjava.celery.exceptions.TaskFailedException if the task failed; it holds
   *     the remote type, arguments and traceback
   * @throws io.github.celeryjava.celery.exceptions.TaskRevokedException if the task was revoked or
   *     expired before it ran
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException if the value does not fit the
   *     type
   * @throws BackendException if the store refuses to be asked, holds something that is no result,
   *     or no store is configured
   * @throws TimeoutException if no result came within {@code timeout}; the task goes on. The
   *     message says what keeps results from being received, if anything does
   * @throws InterruptedException if interrupted while waiting
   */
  public R get(Duration timeout) throws TimeoutException, InterruptedException {
    refuseInsideTask();
    return getInsideTask(timeout);
  }

  /** As {@link #get(Duration)}, also inside a running task. */
  public R getInsideTask(Duration timeout) throws TimeoutException, InterruptedException {
    if (timeout.isZero() || timeout.isNegative()) {
      return value(
          meta()
              .filter(meta -> TaskState.isReady(meta.status()))
              .orElseThrow(() -> late(timeout, null)));
    }
    CompletableFuture<ResultMeta> ready = source.backend().ready(id);
    try {
      return value(ready.get(nanos(timeout), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      throw unreadable(e.getCause());
    } catch (TimeoutException e) {
      throw late(timeout, e);
    } finally {
      ready.cancel(false);
    }
  }

  /**
   * The result as a future, completed with the value or exceptionally with what {@link #get()}
   * throws. What depends on it runs on a thread kept for such callbacks, one at a time. Completing
   * it by other means, as by a time-out or by cancelling it, gives up waiting and does nothing to
   * the task.
   */
  public CompletableFuture<R> toCompletableFuture() {
    CompletableFuture<ResultMeta> ready = source.backend().ready(id);
    CompletableFuture<R> future =
        ready.isCompletedExceptionally() // by a store that was closed, and the thread with it
            ? ready.handle(this::outcome)
            : ready.handleAsync(this::outcome, source.callbacks());
    CompletableFuture<R> unused =
        future.whenComplete((value, error) -> ready.cancel(false)); // too late if it is there
    return future;
  }

  /**
   * The state now, see {@link TaskState}; {@code PENDING} if nothing is known of the task.
   *
   * @throws BackendException if the store cannot be asked
   */
  public String state() {
    return meta().map(ResultMeta::status).orElse(TaskState.PENDING);
  }

  /** Whether the task has ended, well or not. */
  public boolean ready() {
    return TaskState.isReady(state());
  }

  /** Whether the task has ended and returned a value. */
  public boolean successful() {
    return state().equals(TaskState.SUCCESS);
  }

  /** Whether the task has ended with an error. */
  public boolean failed() {
    return state().equals(TaskState.FAILURE);
  }

  /** The remote stack trace of a task that failed or is retried; empty if there is none. */
  public Optional<String> traceback() {
    return meta().map(ResultMeta::traceback);
  }

  /** Everything that is known of the task now; empty if nothing is. */
  public Optional<ResultMeta> meta() {
    return source.backend().fetch(id);
  }

  /** Drops the result, here and in the store: for tasks whose result nobody wants after all. */
  public void forget() {
    source.backend().forget(id);
  }

  @Override
  public String toString() {
    return "AsyncResult[" + id + "]";
  }

  private void refuseInsideTask() {
    if (source.insideTask().getAsBoolean()) {
      throw new IllegalStateException(
          "waiting for task "
              + id
              + " inside a task can block the whole pool: send the rest of the work as a callback,"
              + " or call getInsideTask if you know that there are threads to spare");
    }
  }

  private R outcome(@Nullable ResultMeta meta, @Nullable Throwable error) {
    if (meta == null) {
      throw unreadable(error instanceof CompletionException ? error.getCause() : error);
    }
    return value(meta);
  }

  /** The registry converts to the type of {@code R}; null stands for Python's None in any type. */
  @SuppressWarnings({"unchecked", "NullAway"})
  private R value(ResultMeta meta) {
    if (TaskState.isPropagated(meta.status())) {
      throw RemoteException.read(meta.result()).toException(id, meta.traceback());
    }
    Object result = meta.result();
    if (type == Object.class) {
      return (R) result;
    }
    boolean unwanted = type == Void.class || type == void.class;
    return (R) (unwanted ? null : source.serializers().convert(result, type));
  }

  private BackendException unreadable(@Nullable Throwable cause) {
    return new BackendException(
        "the result of task "
            + id
            + " cannot be read from "
            + source.backend().description()
            + ": "
            + (cause == null ? "nobody says why" : cause.getMessage()),
        cause);
  }

  private TimeoutException late(Duration timeout, @Nullable TimeoutException cause) {
    String trouble = source.backend().trouble().map(why -> "; " + why).orElse("");
    TimeoutException late =
        new TimeoutException("task " + id + " has not ended within " + timeout + trouble);
    if (cause != null) {
      late.initCause(cause);
    }
    return late;
  }

  private static long nanos(Duration timeout) {
    return timeout.compareTo(LONGEST_NANOS) < 0 ? timeout.toNanos() : Long.MAX_VALUE;
  }
}
