package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/** A URL, an option or a missing library: the program was set up wrongly. */
public final class ConfigurationException extends KombuException {

  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message, null);
  }

  public ConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
