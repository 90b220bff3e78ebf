package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/** A body could not be turned into bytes, or bytes into a body. */
public abstract sealed class SerializationException extends KombuException
    permits EncodeException, DecodeException, ContentDisallowedException {

  private static final long serialVersionUID = 1L;

  SerializationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
