package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * The broker did not take charge of one message. The channel stays usable.
 *
 * <p>A returned message, for which no queue was bound, would come back again. A negative confirm
 * holds for now and is recoverable, as in kombu ({@code amqp.exceptions.MessageNacked} is one of
 * its {@code recoverable_connection_errors}): a full queue has room later.
 */
public final class MessageRefusedException extends OperationalException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was published where, and the broker's words
   * @param replyCode 312 for a returned message, 0 for a negative confirm and whatever else makes
   *     the broker refuse a message for now
   */
  public MessageRefusedException(String message, int replyCode) {
    this(message, replyCode, null);
  }

  private MessageRefusedException(String message, int replyCode, @Nullable Throwable cause) {
    super(message, replyCode == 0 ? Kind.BUSY : Kind.REFUSED, replyCode, Scope.CHANNEL, cause);
  }

  @Override
  public MessageRefusedException toldHere() {
    return new MessageRefusedException(String.valueOf(getMessage()), replyCode(), this);
  }
}
