package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.serialization.AcceptList;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.lang.reflect.Type;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Turns received bytes into bodies, as far as one consumer accepts them: all that its messages have
 * in common. Thread-safe.
 */
final class BodyReader {

  private final SerializerRegistry serializers;
  private final CompressorRegistry compressors;
  private final AcceptList accept;
  private final TrafficListener traffic;

  BodyReader(Connection connection, @Nullable Collection<String> accept) {
    this.serializers = connection.serializers();
    this.compressors = connection.compressors();
    this.accept = serializers.accept(accept);
    this.traffic = connection.settings().traffic();
  }

  /** Hears of what is read by this and settled. */
  TrafficListener traffic() {
    return traffic;
  }

  void check(TransportMessage message) {
    accept.check(message.properties().contentType());
    Object unreadable = message.headers().get(TransportMessage.UNREADABLE_HEADERS);
    if (unreadable != null) {
      throw new DecodeException("the headers cannot be read: " + unreadable, null);
    }
    serializers.limits().checkHeaders(message.headers());
  }

  @Nullable Object read(TransportMessage message) {
    byte[] body = inflated(message);
    MessageProperties properties = message.properties();
    return serializers.decode(body, properties.contentType(), properties.contentEncoding(), accept);
  }

  @Nullable Object read(TransportMessage message, Type type) {
    byte[] body = inflated(message);
    MessageProperties properties = message.properties();
    return serializers.decode(
        body, properties.contentType(), properties.contentEncoding(), accept, type);
  }

  /** Refuses what is not accepted before a byte of it is inflated. */
  private byte[] inflated(TransportMessage message) {
    check(message);
    return compressors.decompress(
        message.body(), message.headers(), serializers.limits()::maxInflatedBytes);
  }
}
