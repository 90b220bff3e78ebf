package io.github.celeryjava.celery.routing;

import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code task_queues}: a list of queues, or a map from names to queues or to their options.
 *
 * <p>Source: {@code Queues.add_compat} in {@code celery/app/amqp.py}, {@code Queue.from_dict} in
 * {@code kombu/entity.py}.
 */
final class QueueTable {

  private static final String EXCHANGE = "exchange";
  private static final String EXCHANGE_TYPE = "exchange_type";
  private static final String DELIVERY_MODE = "delivery_mode";
  private static final String ROUTING_KEY = "routing_key";
  private static final String BINDING_KEY = "binding_key";

  private static final Set<String> OPTIONS =
      Set.of(
          EXCHANGE,
          EXCHANGE_TYPE,
          DELIVERY_MODE,
          ROUTING_KEY,
          BINDING_KEY,
          "queue_arguments",
          "binding_arguments",
          "consumer_arguments",
          "durable",
          "auto_delete",
          "exclusive",
          "no_ack",
          "no_declare",
          "expires",
          "message_ttl",
          "max_length",
          "max_length_bytes",
          "max_priority",
          "alias");

  private final Exchange defaultExchange;

  /**
   * @param defaultExchange of queues whose options name none
   */
  QueueTable(Exchange defaultExchange) {
    this.defaultExchange = defaultExchange;
  }

  /**
   * The queues.
   *
   * @throws ConfigurationException if it is anything else
   */
  List<Queue> read(Object given) {
    List<Queue> queues = new ArrayList<>();
    if (given instanceof Map<?, ?> map) {
      map.forEach((name, queue) -> queues.add(named(String.valueOf(name), queue)));
    } else if (given instanceof Iterable<?> several) {
      several.forEach(queue -> queues.add(queue(queue)));
    } else {
      queues.add(queue(given));
    }
    return queues;
  }

  private static Queue queue(@Nullable Object given) {
    if (given instanceof Queue queue) {
      return queue;
    }
    throw new ConfigurationException(
        Settings.TASK_QUEUES
            + " takes a list of kombu queues, or a map from names to queues or their options, got "
            + (given == null ? "null" : given.getClass().getName()));
  }

  private Queue named(String name, @Nullable Object given) {
    if (given instanceof Queue queue) {
      return queue;
    }
    if (!(given instanceof Map<?, ?> map)) {
      throw wrong(name, "takes a kombu queue or its options, got " + given);
    }
    Map<String, Object> options = known(name, map);
    QueueBuilder queue = Queue.builder(name);
    try {
      queue.exchange(exchange(name, options)).routingKey(routingKey(name, options));
      options.forEach((key, value) -> put(queue, name + "." + key, key, value));
      return queue.build();
    } catch (IllegalArgumentException e) {
      throw wrong(name, "cannot be declared: " + e.getMessage());
    }
  }

  /** Python's None is the same as leaving an option out. */
  private static Map<String, Object> known(String name, Map<?, ?> options) {
    Map<String, Object> known = new LinkedHashMap<>();
    options.forEach(
        (key, value) -> {
          String option = String.valueOf(key);
          if (!OPTIONS.contains(option)) {
            throw wrong(
                name, "has no option '" + option + "', there are " + new TreeSet<>(OPTIONS));
          }
          if (value != null) {
            known.put(option, value);
          }
        });
    return known;
  }

  private Exchange exchange(String name, Map<String, Object> options) {
    String exchangeName = options.getOrDefault(EXCHANGE, "").toString();
    Object type = options.getOrDefault(EXCHANGE_TYPE, ExchangeType.DIRECT);
    Exchange exchange =
        exchangeName.isEmpty()
            ? defaultExchange
            : Exchange.of(exchangeName, new ExchangeType(type.toString()));
    Object mode = options.get(DELIVERY_MODE);
    if (mode == null) {
      return exchange;
    }
    return exchange.withDeliveryMode(
        switch (mode.toString()) {
          case "1", "transient" -> DeliveryMode.TRANSIENT;
          case "2", "persistent" -> DeliveryMode.PERSISTENT;
          default ->
              throw wrong(
                  name + "." + DELIVERY_MODE, "is 1, 2, transient or persistent, was " + mode);
        });
  }

  private static String routingKey(String name, Map<String, Object> options) {
    String binding = options.getOrDefault(BINDING_KEY, "").toString();
    return binding.isEmpty() ? options.getOrDefault(ROUTING_KEY, name).toString() : binding;
  }

  private static void put(QueueBuilder queue, String where, String key, Object value) {
    switch (key) {
      case "queue_arguments" -> queue.arguments(map(where, value));
      case "binding_arguments" -> queue.bindingArguments(map(where, value));
      case "consumer_arguments" -> queue.consumerArguments(map(where, value));
      case "durable" -> when(!flag(where, value), queue::notDurable);
      case "auto_delete" -> when(flag(where, value), queue::autoDelete);
      case "exclusive" -> when(flag(where, value), queue::exclusive);
      case "no_ack" -> when(flag(where, value), queue::noAck);
      case "no_declare" -> when(flag(where, value), queue::noDeclare);
      case "expires" -> queue.expires(seconds(where, value));
      case "message_ttl" -> queue.messageTtl(seconds(where, value));
      case "max_length" -> queue.maxLength((int) number(where, value));
      case "max_length_bytes" -> queue.maxLengthBytes((long) number(where, value));
      case "max_priority" -> queue.maxPriority((int) number(where, value));
      case "alias" -> queue.alias(value.toString());
      default -> {} // the exchange and the key, which were looked at before
    }
  }

  private static void when(boolean wanted, Runnable change) {
    if (wanted) {
      change.run();
    }
  }

  private static boolean flag(String where, Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(where, "must be true or false, was " + value);
  }

  private static double number(String where, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(where, "must be a number, was " + value);
  }

  private static Duration seconds(String where, Object value) {
    return value instanceof Duration duration
        ? duration
        : Duration.ofNanos((long) (number(where, value) * 1e9));
  }

  @SuppressWarnings("unchecked") // the settings have looked at the keys
  private static Map<String, @Nullable Object> map(String where, Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw wrong(where, "must be a map, was " + value);
  }

  private static ConfigurationException wrong(String where, @Nullable String what) {
    return new ConfigurationException(Settings.TASK_QUEUES + "." + where + " " + what);
  }
}
