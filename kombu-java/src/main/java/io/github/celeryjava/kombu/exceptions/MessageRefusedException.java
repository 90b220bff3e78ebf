package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * The broker did not take charge of one message: it answered with a negative confirm, or returned
 * the message because no queue was bound for it. The channel stays usable.
 */
public final class MessageRefusedException extends OperationalException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was published where, and the broker's words
   * @param replyCode 312 for a returned message, 0 for a negative confirm
   */
  public MessageRefusedException(String message, int replyCode) {
    this(message, replyCode, null);
  }

  private MessageRefusedException(String message, int replyCode, @Nullable Throwable cause) {
    super(message, false, replyCode, cause);
  }

  @Override
  public MessageRefusedException toldHere() {
    return new MessageRefusedException(String.valueOf(getMessage()), replyCode(), this);
  }
}
