package io.github.celeryjava.celery.task;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task with three arguments, usually a lambda. Called by many threads at once.
 *
 * @param <A> type of the first argument
 * @param <B> type of the second argument
 * @param <C> type of the third argument
 * @param <R> type of the result
 */
@FunctionalInterface
public interface TaskFunction3<
    A extends @Nullable Object,
    B extends @Nullable Object,
    C extends @Nullable Object,
    R extends @Nullable Object> {

  /**
   * Runs the task.
   *
   * @param context the running request
   * @throws Exception whatever fails the task, or an instruction such as {@code RetryException}
   */
  R run(TaskContext context, A first, B second, C third) throws Exception;
}
