package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Messages for tests. */
public final class Messages {

  private Messages() {}

  public static TransportMessage message(String text) {
    return with(MessageProperties.builder(), text);
  }

  public static TransportMessage message(String text, int priority) {
    return with(MessageProperties.builder().priority(priority), text);
  }

  public static TransportMessage expiring(String text, Duration expiration) {
    return with(MessageProperties.builder().expiration(expiration), text);
  }

  private static TransportMessage with(MessageProperties.Builder properties, String text) {
    return new TransportMessage(
        properties.contentType("text/plain").build(),
        Map.of(),
        text.getBytes(StandardCharsets.UTF_8));
  }
}
