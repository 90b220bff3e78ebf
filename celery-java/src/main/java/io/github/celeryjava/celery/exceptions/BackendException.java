package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A result could not be stored or read: the store did not answer, refused, or holds something that
 * is not a result.
 *
 * <p>Named after {@code celery.exceptions.BackendError}.
 */
public final class BackendException extends CeleryException {

  /**
   * Describes the attempt.
   *
   * @param message what was attempted and what was wrong; URLs masked
   * @param cause the store's error, null if there is none
   */
  public BackendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
