package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * The broker ended a consumer that nobody here has cancelled: its queue was deleted or has moved.
 * Connection and channel stay usable; consuming again works once the queue is there again.
 *
 * <p>Named after {@code amqp.exceptions.ConsumerCancelled}.
 */
public final class ConsumerCancelledException extends OperationalException {

  private static final long serialVersionUID = 1L;

  public ConsumerCancelledException(String message, @Nullable Throwable cause) {
    super(message, Kind.BUSY, 0, Scope.CHANNEL, cause);
  }

  @Override
  public ConsumerCancelledException toldHere() {
    return new ConsumerCancelledException(String.valueOf(getMessage()), this);
  }
}
