package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A publish was not confirmed before its deadline. The message may or may not have reached the
 * broker; sending it again may deliver it twice.
 */
public final class PublishTimeoutException extends OperationalException {

  private static final long serialVersionUID = 1L;

  public PublishTimeoutException(String message, @Nullable Throwable cause) {
    super(message, Kind.BUSY, 0, Scope.CONNECTION, cause);
  }

  @Override
  public PublishTimeoutException toldHere() {
    return new PublishTimeoutException(String.valueOf(getMessage()), this);
  }
}
