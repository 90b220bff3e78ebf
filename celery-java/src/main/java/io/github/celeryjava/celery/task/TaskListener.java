package io.github.celeryjava.celery.task;

import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to the runs of one task. A class with tasks implements it to be told about all
 * of its tasks. Called on the thread that runs the task. What a hook throws after the run is logged
 * and changes nothing any more.
 *
 * <p>Counterpart of the hooks of {@code celery.app.task.Task}.
 */
public interface TaskListener {

  /** Before the task's code runs; an exception fails the task. */
  default void beforeStart(TaskContext context) throws Exception {}

  /** After the task returned and its result was stored. */
  default void onSuccess(TaskContext context, @Nullable Object result) throws Exception {}

  /** After the task failed for good and the error was stored. */
  default void onFailure(TaskContext context, Throwable error) throws Exception {}

  /**
   * After the task asked to be run again, and the message for that was sent; also after its worker
   * interrupted a task that was acknowledged before, with a {@code RetryException}.
   *
   * @param error what made it ask; null if it gave no reason
   */
  default void onRetry(TaskContext context, @Nullable Throwable error) throws Exception {}

  /**
   * After the task succeeded or failed for good, and after the hook for that; not after a run that
   * asked for another one, or whose message the task ignored or rejected.
   *
   * @param state {@code SUCCESS} or {@code FAILURE}
   * @param result the value or the error
   */
  default void afterReturn(TaskContext context, String state, @Nullable Object result)
      throws Exception {}
}
