package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A pool had nothing to lend in time, or a window of unconfirmed messages was full.
 *
 * <p>Covers {@code kombu.exceptions.ConnectionLimitExceeded} and {@code ChannelLimitExceeded}.
 */
public final class LimitExceededException extends KombuException {

  private static final long serialVersionUID = 1L;

  public LimitExceededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
