package io.github.celeryjava.kombu.serialization;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A format of kombu's that this library knows by name only, and says why. Immutable and
 * thread-safe.
 */
record RefusedSerializer(String name, String contentType, String contentEncoding, String reason)
    implements Serializer {

  static final List<RefusedSerializer> ALL =
      List.of(
          new RefusedSerializer(
              "pickle",
              "application/x-python-serialize",
              "binary",
              "reading it runs code that the message names; use json on both sides"),
          notBuiltIn("yaml", "application/x-yaml", "utf-8"),
          notBuiltIn("msgpack", "application/x-msgpack", "binary"));

  RefusedSerializer {
    requireNonNull(name, "name");
    requireNonNull(contentType, "contentType");
    requireNonNull(contentEncoding, "contentEncoding");
    requireNonNull(reason, "reason");
  }

  private static RefusedSerializer notBuiltIn(String name, String contentType, String encoding) {
    return new RefusedSerializer(
        name, contentType, encoding, "it is not built in; register a Serializer of that name");
  }

  @Override
  public byte[] encode(@Nullable Object body) {
    throw refusal();
  }

  @Override
  public @Nullable Object decode(byte[] body) {
    throw refusal();
  }

  ConfigurationException refusal() {
    return new ConfigurationException("serializer " + name + " is refused: " + reason);
  }
}
