package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A task asked for one retry more than it may have.
 *
 * <p>Named after {@code celery.exceptions.MaxRetriesExceededError}.
 */
public final class MaxRetriesExceededException extends CeleryException {

  /**
   * Describes the call.
   *
   * @param message task, id, arguments and limit
   * @param cause the error of the last run, null if there is none
   */
  public MaxRetriesExceededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
