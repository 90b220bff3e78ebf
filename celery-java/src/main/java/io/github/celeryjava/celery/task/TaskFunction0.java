package io.github.celeryjava.celery.task;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task with no arguments, usually a lambda. Called by many threads at once.
 *
 * @param <R> type of the result
 */
@FunctionalInterface
public interface TaskFunction0<R extends @Nullable Object> {

  /**
   * Runs the task.
   *
   * @param context the running request
   * @throws Exception whatever fails the task, or an instruction such as {@code RetryException}
   */
  R run(TaskContext context) throws Exception;
}
