package io.github.celeryjava.celery.task;

import io.github.celeryjava.kombu.internal.Internal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, after everything that follows from it – result, retry message, callbacks – has
 * been stored or sent. The worker settles the message by it.
 *
 * @hidden
 */
@Internal
public sealed interface Outcome {

  /**
   * The task returned.
   *
   * @param result its value
   * @param runtime time spent in the task's code
   * @hidden
   */
  record Succeeded(@Nullable Object result, Duration runtime) implements Outcome {}

  /**
   * The task failed for good.
   *
   * @param error what it threw
   * @param traceback the text that was stored
   * @hidden
   */
  record Failed(Throwable error, String traceback) implements Outcome {}

  /**
   * The message for another try was sent.
   *
   * @param reason what the task gave as the reason
   * @param eta when the next try is due
   * @hidden
   */
  record Retried(@Nullable Throwable reason, Instant eta) implements Outcome {}

  /**
   * The task asked for nothing to be stored.
   *
   * @hidden
   */
  record Ignored() implements Outcome {}

  /**
   * The task refused its message, or asked for another try that could not be sent.
   *
   * @param reason what it said, or why not
   * @param requeue whether the message goes back to the queue
   * @hidden
   */
  record Rejected(@Nullable String reason, boolean requeue) implements Outcome {}

  /**
   * The worker interrupted the task. Its message goes back to the queue if it still can, and
   * nothing is stored; else RETRY is, and no errback is called, as nothing failed.
   *
   * @hidden
   */
  record Cancelled() implements Outcome {}
}
