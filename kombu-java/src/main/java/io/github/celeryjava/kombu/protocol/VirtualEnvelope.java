package io.github.celeryjava.kombu.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as kombu's virtual transports store it: one JSON object with the body in base64.
 * Reading takes whatever a peer may have left out.
 *
 * <p>Wire source: {@code Channel.prepare_message} and {@code _inplace_augment_message}, {@code
 * Message} in {@code kombu/transport/virtual/base.py} (5.2 to 5.7).
 *
 * @param message body, headers and properties
 * @param exchange where it was published; null if the sender has left that out
 * @param routingKey the key it was published with; null if the sender has left that out
 * @param redelivered whether somebody has put it back before
 */
@Internal
public record VirtualEnvelope(
    TransportMessage message,
    @Nullable String exchange,
    @Nullable String routingKey,
    boolean redelivered) {

  /** The largest priority there is; zero is the smallest. */
  public static final int MAX_PRIORITY = 9;

  static final String HEADERS = "headers";
  static final String PROPERTIES = "properties";
  static final String DELIVERY_INFO = "delivery_info";
  static final String DELIVERY_TAG = "delivery_tag";
  static final String PRIORITY = "priority";
  static final String REDELIVERED = "redelivered";

  private static final String BODY = "body";
  private static final String CONTENT_TYPE = "content-type";
  private static final String CONTENT_ENCODING = "content-encoding";
  static final String BODY_ENCODING = "body_encoding";
  private static final String EXCHANGE = "exchange";
  private static final String ROUTING_KEY = "routing_key";
  private static final String BASE64 = "base64";
  private static final String TEXT = "utf-8";

  public VirtualEnvelope {
    requireNonNull(message, "message");
  }

  /** How the body is put into JSON. */
  public enum BodyEncoding {
    /** In base64, whatever it is. */
    BASE64,
    /** As it is; it has to be text in UTF-8. */
    TEXT
  }

  /**
   * Writes a message.
   *
   * @param deliveryTag what its consumer's bookkeeping knows it by; unique
   * @throws EncodeException if a value has no form in JSON, the priority is none of 0 to 9, or the
   *     body is to be text and is none
   */
  public static byte[] encode(
      TransportMessage message,
      String exchange,
      String routingKey,
      String deliveryTag,
      BodyEncoding bodyEncoding) {
    MessageProperties properties = message.properties();
    requirePriority(properties.priority());
    Map<String, Object> deliveryInfo = new LinkedHashMap<>();
    deliveryInfo.put(EXCHANGE, exchange);
    deliveryInfo.put(ROUTING_KEY, routingKey);
    Map<String, @Nullable Object> written = EnvelopeProperties.write(properties);
    written.put(BODY_ENCODING, bodyEncoding == BodyEncoding.BASE64 ? BASE64 : TEXT);
    written.put(DELIVERY_TAG, deliveryTag);
    written.put(DELIVERY_INFO, deliveryInfo);
    Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
    envelope.put(BODY, bodyEncoding == BodyEncoding.BASE64 ? base64(message) : text(message));
    envelope.put(CONTENT_ENCODING, properties.contentEncoding());
    envelope.put(CONTENT_TYPE, properties.contentType());
    envelope.put(HEADERS, message.headers());
    envelope.put(PROPERTIES, written);
    return JsonTypes.standard().encode(envelope);
  }

  /**
   * The same envelope under another delivery tag.
   *
   * @param old the one that {@link #encode} was given
   * @param tag of the same length as {@code old}, both in ASCII
   */
  public static byte[] retagged(byte[] envelope, String old, String tag) {
    byte[] from = old.getBytes(StandardCharsets.US_ASCII);
    byte[] to = tag.getBytes(StandardCharsets.US_ASCII);
    byte[] copy = envelope.clone();
    int at = envelope.length - from.length; // it stands near the end
    while (!startsAt(envelope, at, from)) {
      at--;
    }
    System.arraycopy(to, 0, copy, at, to.length);
    return copy;
  }

  /**
   * Reads a message.
   *
   * @throws DecodeException if it is not JSON, no object, or its body cannot be read
   */
  public static VirtualEnvelope decode(byte[] json) {
    if (!(JsonTypes.standard().decode(json) instanceof Map<?, ?> envelope)) {
      throw new DecodeException("cannot decode an envelope: it is no JSON object", null);
    }
    Map<?, ?> properties = map(envelope.get(PROPERTIES));
    Map<?, ?> deliveryInfo = map(properties.get(DELIVERY_INFO));
    Map<String, @Nullable Object> headers = headers(map(envelope.get(HEADERS)));
    TransportMessage message =
        new TransportMessage(
            EnvelopeProperties.read(
                properties, envelope.get(CONTENT_TYPE), envelope.get(CONTENT_ENCODING)),
            headers,
            body(envelope.get(BODY), properties.get(BODY_ENCODING)));
    return new VirtualEnvelope(
        message,
        deliveryInfo.get(EXCHANGE) instanceof String exchange ? exchange : null,
        deliveryInfo.get(ROUTING_KEY) instanceof String key ? key : null,
        isTrue(headers.get(REDELIVERED))
            || isTrue(deliveryInfo.get(REDELIVERED))
            || isTrue(envelope.get(REDELIVERED)));
  }

  /** A priority between 0 and 9, whatever a peer has written; 0 if it is no number. */
  public static int priority(@Nullable Object written) {
    Integer number = EnvelopeProperties.integer(written);
    return number == null ? 0 : Math.max(0, Math.min(MAX_PRIORITY, number));
  }

  private static void requirePriority(@Nullable Integer priority) {
    if (priority != null && (priority < 0 || priority > MAX_PRIORITY)) {
      throw new EncodeException(
          "priority " + priority + " has no meaning here; there are 0 to 9, and 0 is served first",
          null);
    }
  }

  private static String base64(TransportMessage message) {
    return Base64.getEncoder().encodeToString(message.body());
  }

  private static String text(TransportMessage message) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.body())).toString();
    } catch (CharacterCodingException e) {
      throw new EncodeException(
          "the body is not text in UTF-8, and the transport option body_encoding says it is", e);
    }
  }

  private static byte[] body(@Nullable Object body, @Nullable Object encoding) {
    if (body == null) {
      return new byte[0];
    }
    if (!(body instanceof String text)) {
      throw new DecodeException("cannot decode an envelope: its body is no text", null);
    }
    if (encoding == null || TEXT.equalsIgnoreCase(encoding.toString())) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (!BASE64.equalsIgnoreCase(encoding.toString())) {
      throw new DecodeException(
          "cannot decode an envelope: its body_encoding is neither base64 nor utf-8", null);
    }
    try {
      return Markers.base64(text);
    } catch (IllegalArgumentException e) {
      throw new DecodeException("cannot decode an envelope: its body is no base64", e);
    }
  }

  private static Map<String, @Nullable Object> headers(Map<?, ?> decoded) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    decoded.forEach((name, value) -> headers.put(String.valueOf(name), asOnAmqp(value)));
    return headers;
  }

  /** Numbers are as large here as on AMQP, so that a program need not know the transport. */
  static @Nullable Object asOnAmqp(@Nullable Object value) {
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> values = new ArrayList<>(list.size());
      list.forEach(each -> values.add(asOnAmqp(each)));
      return values;
    }
    return value instanceof Map<?, ?> map ? headers(map) : value;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  private static boolean startsAt(byte[] bytes, int at, byte[] part) {
    for (int i = 0; i < part.length; i++) {
      if (bytes[at + i] != part[i]) {
        return false;
      }
    }
    return true;
  }
}
