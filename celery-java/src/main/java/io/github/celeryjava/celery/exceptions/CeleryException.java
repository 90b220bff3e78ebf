package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * Root of every exception celery-java throws; the subclasses are the whole vocabulary.
 *
 * <p>{@link RetryException}, {@link IgnoreException}, {@link RejectException} and {@link
 * RemoteTypeException} are thrown by tasks, as instructions to the worker. The others report what
 * went wrong to a caller or to the worker.
 */
public abstract sealed class CeleryException extends RuntimeException
    permits BackendException,
        ChordException,
        IgnoreException,
        ImproperlyConfiguredException,
        InvalidTaskException,
        MaxRetriesExceededException,
        NotRegisteredException,
        RejectException,
        RemoteTypeException,
        RetryException,
        SoftTimeLimitException,
        TaskArgumentsException,
        TaskFailedException,
        TaskRevokedException,
        TimeLimitException {

  /**
   * Takes the text and the reason.
   *
   * @param message what happened, never a secret
   * @param cause the reason, null if there is none
   */
  protected CeleryException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * For instructions, which are thrown often and whose stack nobody reads.
   *
   * @param message what is asked for
   * @param cause the reason, null if there is none
   * @param writableStackTrace false to save the cost of a stack trace
   */
  protected CeleryException(
      @Nullable String message, @Nullable Throwable cause, boolean writableStackTrace) {
    super(message, cause, true, writableStackTrace);
  }
}
