package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * Bytes could not be decoded: malformed, too large, too deep, or of an unknown charset.
 *
 * <p>Named after {@code kombu.exceptions.DecodeError}.
 */
public final class DecodeException extends SerializationException {

  private static final long serialVersionUID = 1L;

  public DecodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
