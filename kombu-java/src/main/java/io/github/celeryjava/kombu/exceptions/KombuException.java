package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/** Root of every exception that kombu-java throws; the subclasses are the whole vocabulary. */
public abstract sealed class KombuException extends RuntimeException
    permits OperationalException,
        LimitExceededException,
        MessageStateException,
        ConfigurationException,
        SerializationException {

  private static final long serialVersionUID = 1L;

  KombuException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
