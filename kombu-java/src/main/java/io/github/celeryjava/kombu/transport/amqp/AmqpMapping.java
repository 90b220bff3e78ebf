package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages as the driver wants them, and back. Stateless. */
final class AmqpMapping {

  private AmqpMapping() {}

  /**
   * The properties and headers of a message that is published.
   *
   * @throws io.github.celeryjava.kombu.exceptions.EncodeException if AMQP has no type for a header,
   *     or a property is too long
   */
  static AMQP.BasicProperties outgoing(TransportMessage message) {
    MessageProperties properties = message.properties();
    ShortText.require(properties);
    DeliveryMode mode = properties.deliveryMode();
    Duration expiration = properties.expiration();
    Instant timestamp = properties.timestamp();
    return new AMQP.BasicProperties(
        properties.contentType(),
        properties.contentEncoding(),
        OutgoingTable.of(message.headers()),
        mode == null ? null : mode.code(),
        properties.priority(),
        properties.correlationId(),
        properties.replyTo(),
        expiration == null ? null : Long.toString(expiration.toMillis()),
        properties.messageId(),
        timestamp == null ? null : Date.from(timestamp),
        properties.type(),
        properties.userId(),
        properties.appId(),
        properties.clusterId());
  }

  /** A message that was received; {@code properties} is used up by this. */
  static TransportMessage incoming(AMQP.BasicProperties properties, byte[] body) {
    Map<String, @Nullable Object> headers = headers(properties);
    return new TransportMessage(
        new MessageProperties(
            properties.getContentType(),
            properties.getContentEncoding(),
            mode(properties.getDeliveryMode()),
            properties.getPriority(),
            properties.getCorrelationId(),
            properties.getReplyTo(),
            millis(properties.getExpiration()),
            properties.getMessageId(),
            properties.getTimestamp() == null ? null : properties.getTimestamp().toInstant(),
            properties.getType(),
            properties.getUserId(),
            properties.getAppId(),
            properties.getClusterId()),
        IncomingTable.inPlace(headers),
        body);
  }

  @SuppressWarnings("NullAway") // the driver's tables have null values
  private static Map<String, @Nullable Object> headers(AMQP.BasicProperties properties) {
    Map<String, @Nullable Object> headers = properties.getHeaders();
    return headers == null ? Map.of() : headers;
  }

  /** Peers may send any octet; what is neither mode is the same as none. */
  private static @Nullable DeliveryMode mode(@Nullable Integer code) {
    if (code == null) {
      return null;
    }
    return code == 2 ? DeliveryMode.PERSISTENT : code == 1 ? DeliveryMode.TRANSIENT : null;
  }

  /** Peers may send any text; what is no number is the same as none. */
  private static @Nullable Duration millis(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Duration.ofMillis(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
