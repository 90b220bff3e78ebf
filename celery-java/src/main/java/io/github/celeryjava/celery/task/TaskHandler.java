package io.github.celeryjava.celery.task;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The code of one task. Called by many threads at once. */
@FunctionalInterface
public interface TaskHandler {

  /**
   * Runs the task.
   *
   * @param context the running request
   * @param args positional arguments as decoded from the message
   * @param kwargs keyword arguments as decoded from the message
   * @return the result, or a {@link java.util.concurrent.CompletionStage} of it
   * @throws Exception whatever fails the task, or one of the instructions {@code RetryException},
   *     {@code IgnoreException}, {@code RejectException}
   */
  @Nullable Object run(
      TaskContext context, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs)
      throws Exception;
}
