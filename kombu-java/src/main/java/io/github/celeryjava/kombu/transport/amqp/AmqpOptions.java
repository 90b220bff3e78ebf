package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.TransportOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the options of a connection mean to this transport, under the names that kombu hands to
 * py-amqp.
 *
 * @param connection the connection's own options, those that the bag says differently replaced
 * @param channelMax most channels; 0 leaves it to the broker
 * @param frameMax largest frame in bytes; 0 leaves it to the broker
 * @param maxBody largest body that is received, in bytes; a larger one breaks the connection
 * @param writeTimeout how long one write to the socket may take; null for as long as it takes
 * @param clientProperties what the client says of itself, in addition to or in place of the usual
 * @param sockets settings of the socket
 */
record AmqpOptions(
    ConnectionOptions connection,
    int channelMax,
    int frameMax,
    int maxBody,
    @Nullable Duration writeTimeout,
    Map<String, @Nullable Object> clientProperties,
    SocketSettings sockets) {

  private static final String CONFIRM_PUBLISH = "confirm_publish";
  private static final String READ_TIMEOUT = "read_timeout";
  private static final String WRITE_TIMEOUT = "write_timeout";
  private static final String CONNECT_TIMEOUT = "connect_timeout";
  private static final String HEARTBEAT = "heartbeat";
  private static final String LOGIN_METHOD = "login_method";
  private static final String CLIENT_PROPERTIES = "client_properties";
  private static final String CHANNEL_MAX = "channel_max";
  private static final String FRAME_MAX = "frame_max";
  private static final String MAX_BODY = "max_inbound_message_body_size";
  private static final String LOCALE = "locale";

  private static final Set<String> KNOWN =
      Set.of(
          CONFIRM_PUBLISH,
          READ_TIMEOUT,
          WRITE_TIMEOUT,
          CONNECT_TIMEOUT,
          HEARTBEAT,
          LOGIN_METHOD,
          CLIENT_PROPERTIES,
          CHANNEL_MAX,
          FRAME_MAX,
          MAX_BODY,
          LOCALE,
          SocketSettings.OPTION);

  /** The only one that the driver announces, and RabbitMQ has. */
  private static final String ENGLISH = "en_US";

  private static final int MOST_CHANNELS = 65_535;
  private static final int SMALLEST_FRAME = 4_096;

  /** RabbitMQ's own limit. */
  private static final int LARGEST_BODY = 512 * 1024 * 1024 + 1;

  /**
   * Reads the options.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if one is unknown or makes
   *     no sense
   */
  static AmqpOptions of(ConnectionOptions options) {
    TransportOptions given = TransportOptions.of(options);
    AmqpCallbacks.refuse(given);
    given.requireKnown("amqp", KNOWN);
    if (!given.text(LOCALE, ENGLISH).equals(ENGLISH)) {
      throw given.wrong(LOCALE, ENGLISH);
    }
    return new AmqpOptions(
        connection(options, given),
        limit(given, CHANNEL_MAX, MOST_CHANNELS),
        frameMax(given),
        given.count(MAX_BODY, LARGEST_BODY, 1),
        given.get(WRITE_TIMEOUT) == null
            ? null
            : given.positiveSeconds(WRITE_TIMEOUT, Duration.ZERO),
        clientProperties(given),
        SocketSettings.of(given));
  }

  private static ConnectionOptions connection(ConnectionOptions options, TransportOptions given) {
    Duration heartbeat = given.seconds(HEARTBEAT);
    return options.toBuilder()
        .confirms(given.truth(CONFIRM_PUBLISH, options.confirms()))
        .callTimeout(given.positiveSeconds(READ_TIMEOUT, options.callTimeout()))
        .connectTimeout(given.positiveSeconds(CONNECT_TIMEOUT, options.connectTimeout()))
        .heartbeat(heartbeat == null ? options.heartbeat() : heartbeat)
        .loginMethod(given.text(LOGIN_METHOD, options.loginMethod()))
        .build();
  }

  private static int limit(TransportOptions given, String key, int most) {
    int count = given.count(key, 0, 0);
    if (count > most) {
      throw given.wrong(key, "at most " + most);
    }
    return count;
  }

  private static int frameMax(TransportOptions given) {
    int size = given.count(FRAME_MAX, 0, 0);
    if (size != 0 && size < SMALLEST_FRAME) {
      throw given.wrong(FRAME_MAX, "0 or at least " + SMALLEST_FRAME);
    }
    return size;
  }

  private static Map<String, @Nullable Object> clientProperties(TransportOptions given) {
    Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    given.map(CLIENT_PROPERTIES).forEach((key, value) -> properties.put(key.toString(), value));
    return properties;
  }
}
