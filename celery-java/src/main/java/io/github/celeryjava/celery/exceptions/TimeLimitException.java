package io.github.celeryjava.celery.exceptions;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A task ran longer than its hard time limit and was given up.
 *
 * <p>Named after {@code celery.exceptions.TimeLimitExceeded}.
 */
public final class TimeLimitException extends CeleryException {

  private final @Nullable Duration limit;

  /**
   * States the limit.
   *
   * @param limit the time the task was allowed, null if it is not known here
   */
  public TimeLimitException(@Nullable Duration limit) {
    super(limit == null ? "hard time limit exceeded" : "hard time limit exceeded: " + limit, null);
    this.limit = limit;
  }

  /** The time the task was allowed, null if it is not known here. */
  public @Nullable Duration limit() {
    return limit;
  }
}
