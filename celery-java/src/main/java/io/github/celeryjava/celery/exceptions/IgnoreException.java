package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a task whose run is to leave no trace: the message is acknowledged, no state is stored,
 * no callback runs.
 *
 * <p>Named after {@code celery.exceptions.Ignore}.
 */
public final class IgnoreException extends CeleryException {

  /** Ends the run without giving a reason. */
  public IgnoreException() {
    this(null);
  }

  /**
   * Ends the run for a reason that is logged.
   *
   * @param reason text for the log, null for none
   */
  public IgnoreException(@Nullable String reason) {
    super(reason, null, false);
  }
}
