package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call do not fit the task's parameters. Peers see it as Python's {@code
 * TypeError}, which is what a Python task raises for the same mistake.
 */
public final class TaskArgumentsException extends CeleryException {

  /**
   * Describes the mismatch.
   *
   * @param message the parameter by name and position, what it takes and what it was given
   * @param cause the conversion that failed, null if there was none
   */
  public TaskArgumentsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
