package io.github.celeryjava.kombu.protocol;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message inside of an envelope. What a peer has written in a strange form
 * counts as absent. Stateless and thread-safe.
 *
 * <p>Wire source: {@code Producer.publish} in {@code kombu/messaging.py}.
 */
final class EnvelopeProperties {

  private static final String DELIVERY_MODE = "delivery_mode";
  private static final String CORRELATION_ID = "correlation_id";
  private static final String REPLY_TO = "reply_to";
  private static final String EXPIRATION = "expiration";
  private static final String MESSAGE_ID = "message_id";
  private static final String TIMESTAMP = "timestamp";
  private static final String TYPE = "type";
  private static final String USER_ID = "user_id";
  private static final String APP_ID = "app_id";

  private static final String CLUSTER_ID = "cluster_id";

  /** What the sender says in other ways, and the reader is told in other ways. */
  private static final Set<String> STANDARD =
      Set.of(
          DELIVERY_MODE,
          CORRELATION_ID,
          REPLY_TO,
          EXPIRATION,
          MESSAGE_ID,
          TIMESTAMP,
          TYPE,
          USER_ID,
          APP_ID,
          CLUSTER_ID,
          VirtualEnvelope.PRIORITY,
          VirtualEnvelope.BODY_ENCODING,
          VirtualEnvelope.DELIVERY_TAG,
          VirtualEnvelope.DELIVERY_INFO);

  private static final BigDecimal MOST_MILLIS = BigDecimal.valueOf(Long.MAX_VALUE);

  private EnvelopeProperties() {}

  /**
   * Absent ones are left out, but for the priority.
   *
   * @throws EncodeException if one of the application's own has the name of another
   */
  static Map<String, @Nullable Object> write(MessageProperties properties) {
    Map<String, @Nullable Object> written = new LinkedHashMap<>();
    DeliveryMode mode = properties.deliveryMode();
    Integer priority = properties.priority();
    Duration expiration = properties.expiration();
    Instant timestamp = properties.timestamp();
    put(written, CORRELATION_ID, properties.correlationId());
    put(written, REPLY_TO, properties.replyTo());
    put(written, EXPIRATION, expiration == null ? null : Long.toString(expiration.toMillis()));
    put(written, MESSAGE_ID, properties.messageId());
    put(written, TIMESTAMP, timestamp == null ? null : timestamp.getEpochSecond());
    put(written, TYPE, properties.type());
    put(written, USER_ID, properties.userId());
    put(written, APP_ID, properties.appId());
    put(written, CLUSTER_ID, properties.clusterId());
    properties
        .custom()
        .forEach(
            (name, value) -> {
              if (STANDARD.contains(name)) {
                throw new EncodeException(
                    "a property of the application's own cannot be named " + name, null);
              }
              written.put(name, value);
            });
    put(written, DELIVERY_MODE, mode == null ? null : mode.code());
    written.put(VirtualEnvelope.PRIORITY, priority == null ? 0 : priority);
    return written;
  }

  static MessageProperties read(
      Map<?, ?> written, @Nullable Object contentType, @Nullable Object contentEncoding) {
    return new MessageProperties(
        text(contentType),
        text(contentEncoding),
        deliveryMode(written.get(DELIVERY_MODE)),
        integer(written.get(VirtualEnvelope.PRIORITY)),
        text(written.get(CORRELATION_ID)),
        text(written.get(REPLY_TO)),
        expiration(written.get(EXPIRATION)),
        text(written.get(MESSAGE_ID)),
        timestamp(written.get(TIMESTAMP)),
        text(written.get(TYPE)),
        text(written.get(USER_ID)),
        text(written.get(APP_ID)),
        text(written.get(CLUSTER_ID)),
        custom(written));
  }

  private static Map<String, @Nullable Object> custom(Map<?, ?> written) {
    Map<String, @Nullable Object> custom = Map.of();
    for (Map.Entry<?, ?> each : written.entrySet()) {
      String name = String.valueOf(each.getKey());
      if (!STANDARD.contains(name)) {
        if (custom.isEmpty()) { // most messages have none
          custom = new LinkedHashMap<>();
        }
        custom.put(name, VirtualEnvelope.asOnAmqp(each.getValue()));
      }
    }
    return custom;
  }

  /** A whole number, or the text of one; null if it is neither. */
  static @Nullable Integer integer(@Nullable Object value) {
    BigDecimal number = number(value);
    if (number == null) {
      return null;
    }
    return number
        .max(BigDecimal.valueOf(Integer.MIN_VALUE))
        .min(BigDecimal.valueOf(Integer.MAX_VALUE))
        .intValue();
  }

  private static @Nullable DeliveryMode deliveryMode(@Nullable Object value) {
    Integer code = integer(value);
    return code != null && (code == 1 || code == 2) ? DeliveryMode.of(code) : null;
  }

  private static @Nullable Duration expiration(@Nullable Object value) {
    BigDecimal millis = number(value);
    return millis == null || millis.signum() < 0
        ? null
        : Duration.ofMillis(millis.min(MOST_MILLIS).longValue());
  }

  private static @Nullable Instant timestamp(@Nullable Object value) {
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof Instant time) {
      return time;
    }
    BigDecimal seconds = number(value);
    return seconds == null
            || seconds.compareTo(BigDecimal.valueOf(Instant.MAX.getEpochSecond())) > 0
            || seconds.compareTo(BigDecimal.valueOf(Instant.MIN.getEpochSecond())) < 0
        ? null
        : Instant.ofEpochSecond(seconds.longValue());
  }

  private static @Nullable BigDecimal number(@Nullable Object value) {
    if (!(value instanceof Number || value instanceof String)) {
      return null;
    }
    String digits = value.toString();
    if (digits.length() > 40 || digits.matches("(?s).*[eE].{4,}")) {
      return null; // arithmetic with huge exponents takes for ever
    }
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String || value instanceof Number ? value.toString() : null;
  }

  private static void put(
      Map<String, @Nullable Object> written, String name, @Nullable Object value) {
    if (value != null) {
      written.put(name, value);
    }
  }
}
