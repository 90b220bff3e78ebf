package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message died of, and the record of it in the header {@code x-death}, as RabbitMQ keeps it:
 * newest first, one entry a queue and cause, with a count.
 */
enum Death {
  REJECTED("rejected"),
  EXPIRED("expired"),
  MAXLEN("maxlen");

  private static final String HEADER = "x-death";

  private final String reason;

  Death(String reason) {
    this.reason = reason;
  }

  /** The message as it goes to the dead-letter exchange: it does not expire there again. */
  TransportMessage letter(MemoryMessage dead, Instant now) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(dead.message().headers());
    headers.put(HEADER, deaths(dead, now));
    MessageProperties before = dead.message().properties();
    return new TransportMessage(withoutExpiration(before), headers, dead.message().body());
  }

  /**
   * Whether a letter would go round for ever: it died there before and nobody rejected it since.
   */
  static boolean isCycle(TransportMessage letter, String queue) {
    for (Map<?, ?> death : entries(letter)) {
      if (REJECTED.reason.equals(death.get("reason"))) {
        return false;
      }
      if (queue.equals(death.get("queue"))) {
        return true;
      }
    }
    return false;
  }

  private List<Map<?, ?>> deaths(MemoryMessage dead, Instant now) {
    String queue = dead.queue().name();
    Map<String, @Nullable Object> death = new LinkedHashMap<>();
    long count = 1;
    List<Map<?, ?>> others = new ArrayList<>();
    for (Map<?, ?> earlier : entries(dead.message())) {
      if (queue.equals(earlier.get("queue")) && reason.equals(earlier.get("reason"))) {
        count += earlier.get("count") instanceof Number number ? number.longValue() : 0;
      } else {
        others.add(earlier);
      }
    }
    death.put("count", count);
    death.put("reason", reason);
    death.put("queue", queue);
    death.put("time", now);
    death.put("exchange", dead.exchange());
    death.put("routing-keys", List.of(dead.routingKey()));
    others.add(0, death);
    return others;
  }

  private static List<Map<?, ?>> entries(TransportMessage message) {
    List<Map<?, ?>> entries = new ArrayList<>();
    if (message.headers().get(HEADER) instanceof List<?> list) {
      for (Object entry : list) {
        if (entry instanceof Map<?, ?> map) {
          entries.add(map);
        }
      }
    }
    return entries;
  }

  private static MessageProperties withoutExpiration(MessageProperties properties) {
    return properties.toBuilder().expiration(null).build();
  }
}
