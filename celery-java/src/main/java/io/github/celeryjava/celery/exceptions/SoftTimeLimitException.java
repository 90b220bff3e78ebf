package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A task ran longer than its soft time limit. A task may catch it, or the interrupt that announces
 * it, to clean up.
 *
 * <p>Named after {@code celery.exceptions.SoftTimeLimitExceeded}.
 */
public final class SoftTimeLimitException extends CeleryException {

  /**
   * Describes the limit.
   *
   * @param message task and limit
   * @param cause what the interrupt made the task throw, null if it has none
   */
  public SoftTimeLimitException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
