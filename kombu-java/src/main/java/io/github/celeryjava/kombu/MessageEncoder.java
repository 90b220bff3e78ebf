package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.serialization.Encoded;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a complete message of a body and options, filling in a producer's defaults. Stateless but
 * for those, thread-safe.
 *
 * <p>Wire source: {@code Producer.publish} and {@code Producer._prepare} in {@code
 * kombu/messaging.py}.
 */
final class MessageEncoder {

  private static final int DEFAULT_PRIORITY = 0;

  private final Connection connection;
  private final Exchange exchange;
  private final String routingKey;
  private final boolean mandatory;
  private final @Nullable String serializer;
  private final @Nullable String compression;
  private final int maxBodyBytes;

  MessageEncoder(Connection connection, ProducerBuilder defaults) {
    this.connection = connection;
    this.exchange = defaults.exchange();
    this.routingKey = defaults.routingKey();
    this.mandatory = defaults.isMandatory();
    this.serializer = defaults.serializer();
    this.compression = defaults.compression();
    this.maxBodyBytes = defaults.maxBodyBytes();
  }

  OutgoingMessage encode(@Nullable Object body, PublishOptions options) {
    Exchange to = options.exchange() == null ? exchange : options.exchange();
    String key = options.routingKey() == null ? routingKey : options.routingKey();
    boolean required = options.mandatory() == null ? mandatory : options.mandatory();
    MessageProperties given = options.properties();
    Encoded encoded =
        connection
            .serializers()
            .encode(
                body,
                options.serializer() == null ? serializer : options.serializer(),
                given.contentType(),
                given.contentEncoding());
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(options.headers());
    byte[] bytes = compressed(encoded.body(), options, headers);
    if (bytes.length > maxBodyBytes) {
      throw new EncodeException(
          "the body has " + bytes.length + " bytes, more than the limit of " + maxBodyBytes, null);
    }
    return new OutgoingMessage(
        new Destination(to.name(), key, required),
        new TransportMessage(complete(given, encoded, to), headers, bytes));
  }

  private byte[] compressed(
      byte[] body, PublishOptions options, Map<String, @Nullable Object> headers) {
    String wanted = options.compression() == null ? compression : options.compression();
    return wanted == null || wanted.isEmpty()
        ? body
        : connection.compressors().compress(wanted, body, headers);
  }

  private MessageProperties complete(MessageProperties given, Encoded body, Exchange to) {
    DeliveryMode mode = given.deliveryMode() != null ? given.deliveryMode() : modeOf(to);
    return new MessageProperties(
        body.contentType(),
        body.contentEncoding(),
        mode == null ? DeliveryMode.PERSISTENT : mode,
        given.priority() == null ? DEFAULT_PRIORITY : given.priority(),
        given.correlationId(),
        given.replyTo(),
        given.expiration(),
        given.messageId(),
        given.timestamp(),
        given.type(),
        given.userId(),
        given.appId(),
        given.clusterId(),
        given.custom());
  }

  /** An exchange known by its name only has the mode of the producer's own exchange. */
  private @Nullable DeliveryMode modeOf(Exchange to) {
    return to.deliveryMode() == null && to.noDeclare()
        ? exchange.deliveryMode()
        : to.deliveryMode();
  }
}
