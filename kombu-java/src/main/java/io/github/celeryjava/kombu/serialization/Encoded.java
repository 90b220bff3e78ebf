package io.github.celeryjava.kombu.serialization;

import static java.util.Objects.requireNonNull;

/**
 * An encoded body with what a reader has to know about it. Compares by the identity of its array;
 * the array is not copied.
 *
 * @param contentType MIME type
 * @param contentEncoding character set, or {@code binary}
 * @param body the bytes, not compressed
 */
@SuppressWarnings("ArrayRecordComponent") // made and read once a message, never compared
public record Encoded(String contentType, String contentEncoding, byte[] body) {

  public Encoded {
    requireNonNull(contentType, "contentType");
    requireNonNull(contentEncoding, "contentEncoding");
    requireNonNull(body, "body");
  }
}
