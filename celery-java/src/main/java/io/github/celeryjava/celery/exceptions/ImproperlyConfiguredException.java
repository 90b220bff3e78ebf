package io.github.celeryjava.celery.exceptions;

/**
 * A setting is unknown, has a value of a wrong type, or contradicts another. The message names the
 * setting and where it was given, and holds no secret.
 *
 * <p>Named after {@code celery.exceptions.ImproperlyConfigured}.
 */
public final class ImproperlyConfiguredException extends CeleryException {

  /**
   * Says which setting is wrong and what it should be.
   *
   * @param message the setting, where it was given and the remedy, without secrets
   */
  public ImproperlyConfiguredException(String message) {
    super(message, null);
  }

  /**
   * For a configuration that could not be read at all.
   *
   * @param message what could not be read
   * @param cause why
   */
  public ImproperlyConfiguredException(String message, Throwable cause) {
    super(message, cause);
  }
}
