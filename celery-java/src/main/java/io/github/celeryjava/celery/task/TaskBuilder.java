package io.github.celeryjava.celery.task;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Collects what makes a task of a lambda; {@code runs} registers it and gives the handle. Not
 * thread-safe.
 *
 * @param <R> type of the result
 */
public final class TaskBuilder<R extends @Nullable Object> {

  private final TaskDefinitions definitions;
  private final String name;
  private final Type resultType;
  private final Function<TaskDefinition, Task<R>> made;

  // Mutable state
  private TaskOptions options;
  private TaskListener listener = TaskDefinition.NOBODY;

  TaskBuilder(
      TaskDefinitions definitions,
      String name,
      Type resultType,
      Function<TaskDefinition, Task<R>> made) {
    this.definitions = definitions;
    this.name = requireNonNull(name, "name");
    this.resultType = requireNonNull(resultType, "resultType");
    this.made = made;
    options = definitions.options();
  }

  /** Changes options; what is left as it is, the app's settings have decided. */
  public TaskBuilder<R> options(UnaryOperator<TaskOptionsBuilder> changes) {
    options = changes.apply(options.toBuilder()).build();
    return this;
  }

  /** Hears of the task's runs. */
  public TaskBuilder<R> listener(TaskListener listener) {
    this.listener = requireNonNull(listener, "listener");
    return this;
  }

  /**
   * A task that takes its arguments as they were decoded. Its handler may return a {@link
   * java.util.concurrent.CompletionStage} of the result too.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if the name is taken
   */
  public Task<R> runs(TaskHandler handler) {
    return made.apply(new TaskDefinition(name, resultType, handler, options, listener));
  }

  /** A task without arguments; see {@link #runs(TaskHandler)}. */
  public Task<R> runs(TaskFunction0<? extends R> code) {
    ArgumentBinder binder = definitions.binder(name);
    requireNonNull(code, "code");
    return runs(
        (context, args, kwargs) -> {
          binder.bind(args, kwargs, 0);
          return code.run(context);
        });
  }

  /** A task with one argument; see {@link #runs(TaskHandler)}. */
  public <A extends @Nullable Object> Task<R> runs(
      Argument<A> first, TaskFunction1<A, ? extends R> code) {
    ArgumentBinder binder = definitions.binder(name, first);
    requireNonNull(code, "code");
    return runs(
        (context, args, kwargs) -> {
          @Nullable Object[] values = binder.bind(args, kwargs, 0);
          return code.run(context, first.typed(values[0]));
        });
  }

  /** A task with two arguments; see {@link #runs(TaskHandler)}. */
  public <A extends @Nullable Object, B extends @Nullable Object> Task<R> runs(
      Argument<A> first, Argument<B> second, TaskFunction2<A, B, ? extends R> code) {
    ArgumentBinder binder = definitions.binder(name, first, second);
    requireNonNull(code, "code");
    return runs(
        (context, args, kwargs) -> {
          @Nullable Object[] values = binder.bind(args, kwargs, 0);
          return code.run(context, first.typed(values[0]), second.typed(values[1]));
        });
  }

  /** A task with three arguments; see {@link #runs(TaskHandler)}. */
  public <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      Task<R> runs(
          Argument<A> first,
          Argument<B> second,
          Argument<C> third,
          TaskFunction3<A, B, C, ? extends R> code) {
    ArgumentBinder binder = definitions.binder(name, first, second, third);
    requireNonNull(code, "code");
    return runs(
        (context, args, kwargs) -> {
          @Nullable Object[] values = binder.bind(args, kwargs, 0);
          return code.run(
              context, first.typed(values[0]), second.typed(values[1]), third.typed(values[2]));
        });
  }
}
