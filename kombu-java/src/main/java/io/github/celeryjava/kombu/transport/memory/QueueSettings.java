package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a declaration means to the memory broker, under RabbitMQ's names for the arguments. Others,
 * such as {@code x-queue-type}, have to be equal in all declarations and mean nothing.
 *
 * @param messageTtlMillis longest wait of a message; {@code Long.MAX_VALUE} for no limit
 * @param expiresMillis how long it lives unused; {@code Long.MAX_VALUE} for ever
 * @param maxPriority highest priority told apart; 0 for none
 * @param maxLength most ready messages; {@code Long.MAX_VALUE} for no limit
 * @param rejectsPublish whether a full queue refuses what is new instead of dropping what is old
 * @param deadLetterExchange where dead messages go; null for nowhere
 * @param deadLetterKey the key they go with; null for the one they have
 */
record QueueSettings(
    long messageTtlMillis,
    long expiresMillis,
    int maxPriority,
    long maxLength,
    boolean rejectsPublish,
    @Nullable String deadLetterExchange,
    @Nullable String deadLetterKey) {

  static QueueSettings of(Queue queue) {
    Arguments arguments = new Arguments(queue.name(), queue.declareArguments());
    return new QueueSettings(
        arguments.number("x-message-ttl", Long.MAX_VALUE),
        arguments.number("x-expires", Long.MAX_VALUE),
        (int) arguments.number("x-max-priority", 0),
        arguments.number("x-max-length", Long.MAX_VALUE),
        "reject-publish".equals(arguments.text("x-overflow")),
        arguments.text("x-dead-letter-exchange"),
        arguments.text("x-dead-letter-routing-key"));
  }

  /** What has to be equal for two declarations to be the same, and how an error shows it. */
  static String describe(Queue queue) {
    return "%s%s%s %s"
        .formatted(
            queue.durable() ? "durable" : "transient",
            queue.exclusive() ? " exclusive" : "",
            queue.autoDelete() ? " auto-delete" : "",
            new TreeMap<>(queue.declareArguments())); // sorted: the order says nothing
  }

  private record Arguments(String queue, Map<String, @Nullable Object> values) {

    long number(String key, long otherwise) {
      Object value = values.get(key);
      if (value == null) {
        return otherwise;
      }
      if (value instanceof Number number && number.longValue() >= 0) {
        return number.longValue();
      }
      throw refused(key, "a number of at least 0", value);
    }

    @Nullable String text(String key) {
      Object value = values.get(key);
      if (value == null || value instanceof String) {
        return (String) value;
      }
      throw refused(key, "text", value);
    }

    private OperationalException refused(String key, String wanted, Object value) {
      return OperationalException.refused(
          "queue '%s': argument %s must be %s, was %s".formatted(queue, key, wanted, value),
          406,
          null);
    }
  }
}
