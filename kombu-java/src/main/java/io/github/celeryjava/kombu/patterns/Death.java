package io.github.celeryjava.kombu.patterns;

import io.github.celeryjava.kombu.Message;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the header {@code x-death}, in which RabbitMQ writes why a message left a queue by
 * dead-lettering, and {@link DeadLetters} on the other transports: one entry for each queue and
 * reason, the latest first.
 *
 * @param queue the queue it left; empty if the entry does not say
 * @param reason {@code rejected}, {@code expired}, {@code maxlen} or {@code delivery_limit}; empty
 *     if the entry does not say
 * @param exchange where it had been published to
 * @param routingKeys the keys it had been published with
 * @param count how often it left that queue for that reason
 * @param time when it did so first; null if the entry does not say
 */
public record Death(
    String queue,
    String reason,
    String exchange,
    List<String> routingKeys,
    long count,
    @Nullable Instant time) {

  static final String HEADER = "x-death";

  private static final String REJECTED = "rejected";

  public Death {
    routingKeys = List.copyOf(routingKeys);
  }

  /** What the header of a message says, the latest first; empty if it never died. */
  public static List<Death> of(Message message) {
    List<Death> deaths = new ArrayList<>();
    if (message.headers().get(HEADER) instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> fields) {
          deaths.add(read(fields));
        }
      }
    }
    return deaths;
  }

  /** What RabbitMQ would write of a message that is rejected now. */
  static Death rejected(Message message, Instant now) {
    long before =
        of(message).stream()
            .filter(death -> death.isOf(message.queue()))
            .mapToLong(Death::count)
            .findFirst()
            .orElse(0);
    return new Death(
        message.queue(),
        REJECTED,
        message.exchange(),
        List.of(message.routingKey()),
        before + 1,
        now.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Puts this in front of the others, in the place of an earlier one of its kind. */
  void addTo(Map<String, @Nullable Object> headers) {
    List<Object> entries = new ArrayList<>();
    entries.add(fields());
    if (headers.get(HEADER) instanceof List<?> others) {
      for (Object other : others) {
        if (other instanceof Map<?, ?> fields && !read(fields).isOf(queue)) {
          entries.add(fields);
        }
      }
    }
    headers.put(HEADER, entries);
  }

  private boolean isOf(String name) {
    return queue.equals(name) && reason.equals(REJECTED);
  }

  private Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("count", count);
    fields.put("reason", reason);
    fields.put("queue", queue);
    fields.put("time", time == null ? null : time.getEpochSecond());
    fields.put("exchange", exchange);
    fields.put("routing-keys", routingKeys);
    return fields;
  }

  private static Death read(Map<?, ?> fields) {
    List<String> keys = new ArrayList<>();
    if (fields.get("routing-keys") instanceof List<?> values) {
      values.forEach(key -> keys.add(String.valueOf(key)));
    }
    return new Death(
        text(fields.get("queue")),
        text(fields.get("reason")),
        text(fields.get("exchange")),
        keys,
        fields.get("count") instanceof Number count ? count.longValue() : 1,
        moment(fields.get("time")));
  }

  /** AMQP has a type for it; JSON has numbers. */
  private static @Nullable Instant moment(@Nullable Object value) {
    if (value instanceof Number seconds) {
      return Instant.ofEpochSecond(seconds.longValue());
    }
    return value instanceof Instant time ? time : null;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : String.valueOf(value);
  }
}
