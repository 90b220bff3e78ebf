package io.github.celeryjava.celery.task;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.result.AsyncResult;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A handle on one registered task, to call it by. Immutable and thread-safe.
 *
 * <p>Named after {@code celery.Task}.
 *
 * @param <R> type of the task's result
 */
public final class Task<R extends @Nullable Object> {

  private final TaskDefinition definition;
  private final TaskCaller caller;

  /** Apps make these, when a task is registered. */
  public Task(TaskDefinition definition, TaskCaller caller) {
    this.definition = requireNonNull(definition, "definition");
    this.caller = requireNonNull(caller, "caller");
  }

  /** Name under which peers call it. */
  public String name() {
    return definition.name();
  }

  /** How it is sent and run. */
  public TaskOptions options() {
    return definition.options();
  }

  /**
   * Sends a call with positional arguments and waits for the broker's confirm.
   *
   * @param args values that the task's serializer can encode; may be null
   * @return a handle for the result
   * @throws io.github.celeryjava.kombu.exceptions.KombuException if the call could not be encoded,
   *     or was not confirmed in time; in the second case it may have been sent all the same
   */
  public AsyncResult<R> delay(@Nullable Object... args) {
    return apply(signature(args));
  }

  /** Sends a call with positional arguments and options; otherwise as {@link #delay}. */
  public AsyncResult<R> applyAsync(List<? extends @Nullable Object> args, CallOptions options) {
    return applyAsync(args, Map.of(), options);
  }

  /** Sends a call with all that it may have; otherwise as {@link #delay}. */
  public AsyncResult<R> applyAsync(
      List<? extends @Nullable Object> args,
      Map<String, ? extends @Nullable Object> kwargs,
      CallOptions options) {
    return apply(signature(args, kwargs).withOptions(options));
  }

  /** A call with positional arguments, not sent: Celery's {@code s}. */
  public TaskSignature signature(@Nullable Object... args) {
    return signature(Arrays.asList(args), Map.of());
  }

  /** A call with positional and keyword arguments, not sent. */
  public TaskSignature signature(
      List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
    return new TaskSignature(
        name(),
        Collections.unmodifiableList(args),
        Collections.unmodifiableMap(kwargs),
        CallOptions.none(),
        false);
  }

  /**
   * Runs the task's code here and now, on the calling thread: no message, no stored result, no
   * listener, no interceptor. The arguments are converted as those of a message are.
   *
   * <p>What the code sends meanwhile is sent as the caller's own. States that it stores are
   * dropped, and asking for a retry is a failure, since nobody would run it again: its reason is
   * thrown.
   *
   * @return what the task returned; a {@code CompletionStage} is waited for
   * @throws Exception what the task threw
   */
  public R call(@Nullable Object... args) throws Exception {
    return call(Arrays.asList(args), Map.of());
  }

  /** The same with keyword arguments. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the definition was made for results of this type
  public R call(
      List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs)
      throws Exception {
    return (R) LocalRun.of(definition, args, kwargs);
  }

  @Override
  public String toString() {
    return "Task[" + name() + "]";
  }

  private AsyncResult<R> apply(TaskSignature call) {
    return caller.apply(call, definition.resultType());
  }
}
