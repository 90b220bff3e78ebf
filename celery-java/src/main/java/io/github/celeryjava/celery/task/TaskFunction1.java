package io.github.celeryjava.celery.task;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task with one argument, usually a lambda. Called by many threads at once.
 *
 * @param <A> type of the first argument
 * @param <R> type of the result
 */
@FunctionalInterface
public interface TaskFunction1<A extends @Nullable Object, R extends @Nullable Object> {

  /**
   * Runs the task.
   *
   * @param context the running request
   * @throws Exception whatever fails the task, or an instruction such as {@code RetryException}
   */
  R run(TaskContext context, A first) throws Exception;
}
