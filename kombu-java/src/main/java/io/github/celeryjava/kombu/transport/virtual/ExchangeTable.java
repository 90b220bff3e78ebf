package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that a process has declared and, for stores that keep them nowhere else, their
 * bindings. Thread-safe.
 *
 * <p>Starts with the three exchanges every broker has: {@code amq.direct}, {@code amq.topic} and
 * {@code amq.fanout}. Named after {@code kombu.transport.virtual.BrokerState}.
 */
public final class ExchangeTable {

  private static final Set<ExchangeType> TYPES =
      Set.of(ExchangeType.DIRECT, ExchangeType.TOPIC, ExchangeType.FANOUT);

  private final ExchangeMatcher matcher;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  public ExchangeTable(ExchangeMatcher matcher) {
    this.matcher = matcher;
    for (ExchangeType type :
        List.of(ExchangeType.DIRECT, ExchangeType.TOPIC, ExchangeType.FANOUT)) {
      String name = "amq." + type;
      entries.put(name, new Entry(Exchange.of(name, type)));
    }
  }

  /**
   * Declares an exchange; does nothing if it is already declared with equal settings.
   *
   * @throws OperationalException not recoverable; 404 if it is passive and unknown, 406 if it was
   *     declared with other settings, 503 if its type is none of direct, topic and fanout
   */
  public void declare(Exchange exchange) {
    locked(
        () -> {
          Entry known = entries.get(exchange.name());
          if (exchange.passive()) {
            return require(known, exchange.name());
          }
          if (!TYPES.contains(exchange.type())) {
            throw OperationalException.refused(
                "exchange '%s' has the type %s, this transport knows direct, topic and fanout"
                    .formatted(exchange.name(), exchange.type()),
                503,
                null);
          }
          if (known == null) {
            known = new Entry(exchange);
            entries.put(exchange.name(), known);
          } else if (!settings(known.exchange).equals(settings(exchange))) {
            throw OperationalException.refused(
                "exchange '%s' exists as %s and cannot be declared as %s"
                    .formatted(exchange.name(), settings(known.exchange), settings(exchange)),
                406,
                null);
          }
          return known;
        });
  }

  /** Remembers the type of an exchange that somebody else declares, unless it is known already. */
  public void learn(Exchange exchange) {
    locked(() -> entries.putIfAbsent(exchange.name(), new Entry(exchange)));
  }

  /** Forgets an exchange with its bindings; does nothing if there is none. */
  public void delete(String exchange) {
    locked(() -> entries.remove(exchange));
  }

  public boolean exists(String exchange) {
    return locked(() -> entries.containsKey(exchange));
  }

  /** The type it was declared with; direct if this process has not declared it, as in kombu. */
  public ExchangeType typeOf(String exchange) {
    return locked(
        () -> {
          Entry entry = entries.get(exchange);
          return entry == null ? ExchangeType.DIRECT : entry.exchange.type();
        });
  }

  /**
   * Adds a binding; does nothing if it exists.
   *
   * @throws OperationalException not recoverable, 404, if the exchange is unknown
   */
  public void bind(String exchange, String bindingKey, String queue) {
    locked(
        () -> {
          Entry entry = require(entries.get(exchange), exchange);
          String pattern = ExchangeMatcher.pattern(entry.exchange.type(), bindingKey);
          return entry.bindings(bindingKey).add(new BoundQueue(bindingKey, pattern, queue));
        });
  }

  /** Removes a binding if it is there, and an auto-delete exchange with its last one. */
  public void unbind(String exchange, String bindingKey, String queue) {
    locked(
        () -> {
          Entry entry = entries.get(exchange);
          if (entry != null) {
            entry.removeIf(b -> b.queue().equals(queue) && b.routingKey().equals(bindingKey));
            dropIfUnused(entry);
          }
          return null;
        });
  }

  /** Removes every binding of a queue, and the auto-delete exchanges that this leaves unused. */
  public void unbindAll(String queue) {
    locked(
        () -> {
          for (Entry entry : List.copyOf(entries.values())) {
            if (entry.removeIf(b -> b.queue().equals(queue))) {
              dropIfUnused(entry);
            }
          }
          return null;
        });
  }

  /**
   * The queues that a message goes to, each once.
   *
   * @throws OperationalException not recoverable, 404, if the exchange is unknown
   */
  public Set<String> route(String exchange, String routingKey) {
    return locked(
        () -> {
          Entry entry = require(entries.get(exchange), exchange);
          ExchangeType type = entry.exchange.type();
          Set<String> queues = new LinkedHashSet<>();
          if (type.equals(ExchangeType.DIRECT)) {
            Set<BoundQueue> bound = entry.byKey.getOrDefault(routingKey, Set.of());
            bound.forEach(b -> queues.add(b.queue()));
          } else {
            for (Set<BoundQueue> bound : entry.byKey.values()) {
              queues.addAll(matcher.queues(type, bound, routingKey));
            }
          }
          return queues;
        });
  }

  /** The bindings of one exchange; empty if it is unknown. */
  public Collection<BoundQueue> bindings(String exchange) {
    return locked(
        () -> {
          Entry entry = entries.get(exchange);
          return entry == null
              ? List.<BoundQueue>of()
              : entry.byKey.values().stream().flatMap(Set::stream).toList();
        });
  }

  private void dropIfUnused(Entry entry) {
    if (entry.exchange.autoDelete() && entry.byKey.isEmpty()) {
      entries.remove(entry.exchange.name());
    }
  }

  private static Entry require(@Nullable Entry entry, String exchange) {
    if (entry == null) {
      throw OperationalException.refused("no exchange '" + exchange + "'", 404, null);
    }
    return entry;
  }

  /** What has to be equal for two declarations to be the same, and how an error shows it. */
  private static String settings(Exchange exchange) {
    return "%s%s%s %s"
        .formatted(
            exchange.type(),
            exchange.durable() ? " durable" : " transient",
            exchange.autoDelete() ? " auto-delete" : "",
            new TreeMap<>(exchange.arguments())); // sorted: the order says nothing
  }

  private <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private static final class Entry {

    private final Exchange exchange;
    private final Map<String, Set<BoundQueue>> byKey = new LinkedHashMap<>();

    Entry(Exchange exchange) {
      this.exchange = exchange;
    }

    Set<BoundQueue> bindings(String key) {
      return byKey.computeIfAbsent(key, k -> new LinkedHashSet<>());
    }

    boolean removeIf(Predicate<BoundQueue> condition) {
      boolean removed = false;
      for (Set<BoundQueue> bound : byKey.values()) {
        removed |= bound.removeIf(condition);
      }
      byKey.values().removeIf(Set::isEmpty);
      return removed;
    }
  }
}
