package io.github.celeryjava.celery.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one task is sent and run. Immutable; null leaves a choice to the settings or to the call.
 *
 * <p>Counterpart of the attributes of {@code celery.app.task.Task}.
 *
 * @param queue queue that its calls go to
 * @param serializer serializer of its calls
 * @param compression compression of its calls
 * @param priority priority of its calls, 0 to 255
 * @param ignoreResult whether its results are not stored
 * @param storeErrorsEvenIfIgnored whether its errors are stored all the same
 * @param trackStarted whether STARTED is stored
 * @param acksLate whether it is acknowledged when it has ended instead of when it starts
 * @param acksOnFailure whether, acknowledged late, it is acknowledged rather than rejected when it
 *     fails
 * @param maxRetries how often it may be retried; null means for ever
 * @param defaultRetryDelay wait before a retry that gives no time
 * @param softTimeLimit soft time limit; Python workers keep to it, Java workers not yet
 * @param timeLimit hard time limit; the same
 */
public record TaskOptions(
    @Nullable String queue,
    @Nullable String serializer,
    @Nullable String compression,
    @Nullable Integer priority,
    boolean ignoreResult,
    boolean storeErrorsEvenIfIgnored,
    boolean trackStarted,
    boolean acksLate,
    boolean acksOnFailure,
    @Nullable Integer maxRetries,
    Duration defaultRetryDelay,
    @Nullable Duration softTimeLimit,
    @Nullable Duration timeLimit) {

  public TaskOptions {
    if (priority != null && (priority < 0 || priority > 255)) {
      throw new IllegalArgumentException("priority must be 0 to 255, was " + priority);
    }
    if (maxRetries != null && maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries must not be negative, was " + maxRetries);
    }
    if (defaultRetryDelay.isNegative()) {
      throw new IllegalArgumentException(
          "defaultRetryDelay must not be negative, was " + defaultRetryDelay);
    }
  }

  /** Celery's own defaults. */
  public static TaskOptionsBuilder builder() {
    return new TaskOptionsBuilder();
  }

  /** Starts from these options. */
  public TaskOptionsBuilder toBuilder() {
    return new TaskOptionsBuilder(this);
  }
}
