package io.github.celeryjava.kombu.entity;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Declarations as maps with kombu's names, the form that configuration files and Celery's {@code
 * inspect active_queues} use. Stateless.
 *
 * <p>Source: {@code attrs}, {@code as_dict} and {@code from_dict} in {@code kombu/entity.py}.
 */
final class EntityMaps {

  private static final Set<String> QUEUE_KEYS =
      Set.of(
          "name",
          "exchange",
          "exchange_type",
          "exchange_arguments",
          "exchange_durable",
          "exchange_auto_delete",
          "delivery_mode",
          "routing_key",
          "binding_key",
          "bindings",
          "durable",
          "queue_durable",
          "auto_delete",
          "queue_auto_delete",
          "exclusive",
          "no_ack",
          "no_declare",
          "alias",
          "queue_arguments",
          "binding_arguments",
          "consumer_arguments",
          "expires",
          "message_ttl",
          "max_length",
          "max_length_bytes",
          "max_priority");

  private static final Set<String> EXCHANGE_KEYS =
      Set.of(
          "name",
          "type",
          "arguments",
          "durable",
          "passive",
          "auto_delete",
          "delivery_mode",
          "no_declare");

  private static final Set<String> BINDING_KEYS =
      Set.of("exchange", "routing_key", "arguments", "unbind_arguments");

  private EntityMaps() {}

  static Map<String, @Nullable Object> of(Exchange exchange) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", exchange.name());
    map.put("type", exchange.type().name());
    map.put("arguments", orNull(exchange.arguments()));
    map.put("durable", exchange.durable());
    map.put("passive", exchange.passive());
    map.put("auto_delete", exchange.autoDelete());
    DeliveryMode mode = exchange.deliveryMode();
    map.put("delivery_mode", mode == null ? null : mode.code());
    map.put("no_declare", exchange.noDeclare());
    return map;
  }

  static Map<String, @Nullable Object> of(Queue queue) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", queue.name());
    map.put("exchange", queue.bindings().isEmpty() ? of(queue.exchange()) : null);
    map.put("routing_key", queue.routingKey());
    map.put("queue_arguments", orNull(queue.queueArguments()));
    map.put("binding_arguments", orNull(queue.bindingArguments()));
    map.put("consumer_arguments", orNull(queue.consumerArguments()));
    map.put("durable", queue.durable());
    map.put("exclusive", queue.exclusive());
    map.put("auto_delete", queue.autoDelete());
    map.put("no_ack", queue.noAck());
    map.put("alias", queue.alias());
    map.put("bindings", queue.bindings().stream().map(EntityMaps::of).toList());
    map.put("no_declare", queue.noDeclare() ? true : null);
    map.put("expires", seconds(queue.expires()));
    map.put("message_ttl", seconds(queue.messageTtl()));
    map.put("max_length", queue.maxLength());
    map.put("max_length_bytes", queue.maxLengthBytes());
    map.put("max_priority", queue.maxPriority());
    return map;
  }

  private static Map<String, @Nullable Object> of(Binding binding) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("exchange", of(binding.exchange()));
    map.put("routing_key", binding.routingKey());
    map.put("arguments", orNull(binding.arguments()));
    map.put("unbind_arguments", null);
    return map;
  }

  static Exchange exchange(Map<String, ? extends @Nullable Object> map) {
    MapReader options = new MapReader("an exchange", map, EXCHANGE_KEYS);
    return new Exchange(
        options.text("name", ""),
        new ExchangeType(options.text("type", "direct")),
        options.flag("durable", true),
        options.flag("auto_delete", false),
        options.deliveryMode("delivery_mode"),
        options.table("arguments"),
        options.flag("passive", false),
        options.flag("no_declare", false));
  }

  static Queue queue(String name, Map<String, ? extends @Nullable Object> map) {
    MapReader options = new MapReader("queue '" + name + "'", map, QUEUE_KEYS);
    boolean durable = options.flag("durable", true);
    boolean autoDelete = options.flag("auto_delete", false);
    return new Queue(
        name,
        exchangeOf(options, durable, autoDelete),
        options.text("binding_key", options.text("routing_key", "")),
        options.maps("bindings").stream().map(EntityMaps::binding).toList(),
        options.flag("queue_durable", durable),
        options.flag("exclusive", false),
        options.flag("queue_auto_delete", autoDelete),
        options.flag("no_ack", false),
        options.table("queue_arguments"),
        options.table("binding_arguments"),
        options.table("consumer_arguments"),
        options.duration("expires"),
        options.duration("message_ttl"),
        options.integer("max_length"),
        options.number("max_length_bytes"),
        options.integer("max_priority"),
        options.flag("no_declare", false),
        options.optionalText("alias"));
  }

  private static Exchange exchangeOf(MapReader options, boolean durable, boolean autoDelete) {
    Map<String, @Nullable Object> whole = options.mapOrNull("exchange");
    if (whole != null) {
      return exchange(whole);
    }
    return new Exchange(
        options.text("exchange", ""),
        new ExchangeType(options.text("exchange_type", "direct")),
        options.flag("exchange_durable", durable),
        options.flag("exchange_auto_delete", autoDelete),
        options.deliveryMode("delivery_mode"),
        options.table("exchange_arguments"),
        false,
        false);
  }

  private static Binding binding(Map<String, @Nullable Object> map) {
    MapReader options = new MapReader("a binding", map, BINDING_KEYS);
    Map<String, @Nullable Object> whole = options.mapOrNull("exchange");
    return new Binding(
        whole == null ? Exchange.direct(options.text("exchange", "")) : exchange(whole),
        options.text("routing_key", ""),
        options.table("arguments"));
  }

  private static @Nullable Map<String, @Nullable Object> orNull(
      Map<String, @Nullable Object> table) {
    return table.isEmpty() ? null : table;
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis() / 1000.0;
  }

  /** What kombu would be given in keyword arguments; a null value counts as not given. */
  private record MapReader(String what, Map<String, ? extends @Nullable Object> map) {

    MapReader(String what, Map<String, ? extends @Nullable Object> map, Set<String> known) {
      this(what, map);
      for (String key : map.keySet()) {
        if (!known.contains(key)) {
          throw new IllegalArgumentException(
              what + " has no option '" + key + "'; there are " + known.stream().sorted().toList());
        }
      }
    }

    String text(String key, String otherwise) {
      String value = optionalText(key);
      return value == null || value.isEmpty() ? otherwise : value;
    }

    @Nullable String optionalText(String key) {
      return value(key, String.class, "text");
    }

    boolean flag(String key, boolean otherwise) {
      Boolean value = value(key, Boolean.class, "true or false");
      return value == null ? otherwise : value;
    }

    @Nullable Integer integer(String key) {
      Long value = number(key);
      return value == null ? null : Math.toIntExact(value);
    }

    @Nullable Long number(String key) {
      Number value = value(key, Number.class, "a number");
      return value == null ? null : value.longValue();
    }

    @Nullable Duration duration(String key) {
      Number value = value(key, Number.class, "a number of seconds");
      return value == null ? null : Duration.ofMillis((long) (value.doubleValue() * 1000));
    }

    @Nullable DeliveryMode deliveryMode(String key) {
      Object value = map.get(key);
      return value == null ? null : DeliveryMode.named(value.toString());
    }

    Map<String, @Nullable Object> table(String key) {
      Map<String, @Nullable Object> value = mapOrNull(key);
      if (value == null && map.get(key) != null) {
        throw wrong(key, "a map");
      }
      return value == null ? Map.of() : value;
    }

    List<Map<String, @Nullable Object>> maps(String key) {
      List<?> value = value(key, List.class, "a list");
      return value == null ? List.of() : value.stream().map(each -> textKeys(key, each)).toList();
    }

    @Nullable Map<String, @Nullable Object> mapOrNull(String key) {
      Object value = map.get(key);
      return value instanceof Map ? textKeys(key, value) : null;
    }

    private Map<String, @Nullable Object> textKeys(String key, @Nullable Object value) {
      if (!(value instanceof Map<?, ?> given)) {
        throw wrong(key, "made of maps");
      }
      Map<String, @Nullable Object> result = new LinkedHashMap<>();
      given.forEach((name, each) -> result.put(String.valueOf(name), each));
      return result;
    }

    private <T> @Nullable T value(String key, Class<T> type, String expected) {
      Object value = map.get(key);
      if (value != null && !type.isInstance(value)) {
        throw wrong(key, expected);
      }
      return type.cast(value);
    }

    private IllegalArgumentException wrong(String key, String expected) {
      return new IllegalArgumentException(
          what + ": '" + key + "' must be " + expected + ", was " + map.get(key));
    }
  }
}
