package io.github.celeryjava.kombu.serialization;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.internal.OptionalLibrary;
import org.jspecify.annotations.Nullable;

/**
 * A format of kombu's that this library knows by name only, and says why. Immutable and
 * thread-safe.
 */
record RefusedSerializer(String name, String contentType, String reason) implements Serializer {

  static final RefusedSerializer PICKLE =
      new RefusedSerializer(
          "pickle",
          "application/x-python-serialize",
          "reading it runs code that the message names; use json on both sides");

  RefusedSerializer {
    requireNonNull(name, "name");
    requireNonNull(contentType, "contentType");
    requireNonNull(reason, "reason");
  }

  static RefusedSerializer missing(String name, String contentType, OptionalLibrary library) {
    return new RefusedSerializer(name, contentType, library.remedy());
  }

  @Override
  public byte[] encode(@Nullable Object body) {
    throw refusal();
  }

  /** Reached only by a reader that takes even what is disabled. */
  @Override
  public @Nullable Object decode(byte[] body) {
    throw new ContentDisallowedException(words());
  }

  ConfigurationException refusal() {
    return new ConfigurationException(words());
  }

  private String words() {
    return "serializer " + name + " is refused: " + reason;
  }
}
