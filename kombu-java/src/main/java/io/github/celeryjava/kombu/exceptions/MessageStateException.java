package io.github.celeryjava.kombu.exceptions;

/**
 * A message was settled twice. Always a bug in the calling code.
 *
 * <p>Named after {@code kombu.exceptions.MessageStateError}.
 */
public final class MessageStateException extends KombuException {

  private static final long serialVersionUID = 1L;

  public MessageStateException(String message) {
    super(message, null);
  }
}
