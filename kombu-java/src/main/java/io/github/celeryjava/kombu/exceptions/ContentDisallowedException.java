package io.github.celeryjava.kombu.exceptions;

/**
 * A message has a content type that its reader does not accept; its body was not looked at.
 *
 * <p>Named after {@code kombu.exceptions.ContentDisallowed}.
 */
public final class ContentDisallowedException extends SerializationException {

  private static final long serialVersionUID = 1L;

  public ContentDisallowedException(String message) {
    super(message, null);
  }
}
