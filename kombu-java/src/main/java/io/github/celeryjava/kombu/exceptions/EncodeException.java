package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A value could not be encoded; the message names the path to it.
 *
 * <p>Named after {@code kombu.exceptions.EncodeError}.
 */
public final class EncodeException extends SerializationException {

  private static final long serialVersionUID = 1L;

  public EncodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
