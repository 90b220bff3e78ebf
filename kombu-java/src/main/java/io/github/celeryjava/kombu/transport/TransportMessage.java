package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as a transport carries it: properties, headers and encoded bytes. Immutable as long as
 * nobody writes to the arrays and maps it was given; it copies neither, since it is made for every
 * message.
 */
public final class TransportMessage {

  /**
   * The only header of a message whose headers the transport could not read; its value says why.
   * Such a message counts as one that cannot be decoded.
   */
  public static final String UNREADABLE_HEADERS = "kombu-java-unreadable-headers";

  private final MessageProperties properties;
  private final Map<String, @Nullable Object> headers;
  private final byte[] body;

  /**
   * Wraps the parts without copying them.
   *
   * @param headers values are those of the wire: strings, numbers, booleans, byte arrays, {@code
   *     BigDecimal}, {@code Instant}, lists and maps of these, null
   * @param body encoded and, if a header says so, compressed
   */
  public TransportMessage(
      MessageProperties properties, Map<String, @Nullable Object> headers, byte[] body) {
    this.properties = requireNonNull(properties, "properties");
    this.headers = requireNonNull(headers, "headers");
    this.body = requireNonNull(body, "body");
  }

  public MessageProperties properties() {
    return properties;
  }

  /** Header values; text is always {@code String} here, whatever the driver makes of it. */
  public Map<String, @Nullable Object> headers() {
    return headers;
  }

  /** The bytes themselves, not a copy: read only. */
  public byte[] body() {
    return body;
  }
}
