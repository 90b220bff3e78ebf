package io.github.celeryjava.kombu.serialization;

import org.jspecify.annotations.Nullable;

/**
 * A way to write bodies. Thread-safe; registered with {@link SerializerRegistryBuilder#register},
 * or found by {@link java.util.ServiceLoader}.
 *
 * <p>Failures of any kind reach the caller of the registry as {@code EncodeException} and {@code
 * DecodeException}.
 */
public interface Serializer {

  /** What callers ask for it by, for example {@code json}; no slash in it. */
  String name();

  /** MIME type that messages carry, for example {@code application/json}. */
  String contentType();

  /** Character set of the bytes, or {@code binary}. */
  default String contentEncoding() {
    return "utf-8";
  }

  /** Encodes a body; the caller keeps the array. */
  byte[] encode(@Nullable Object body);

  /**
   * Decodes a body. Bytes come from the network: no class may be loaded or instantiated by a name
   * in them.
   *
   * @param body never empty; not to be changed
   */
  @Nullable Object decode(byte[] body);
}
