package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import io.github.celeryjava.kombu.transport.virtual.BoundQueue;
import io.github.celeryjava.kombu.transport.virtual.ExchangeMatcher;
import io.github.celeryjava.kombu.transport.virtual.ExchangeTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process knows of one server that the server itself does not keep: types of exchanges,
 * which queues exist while they are empty, which bindings were made here. Shared by all connections
 * of the process to that server. Thread-safe.
 */
final class RedisTopology {

  private static final String EXPIRES = "x-expires";

  private final ExchangeMatcher matcher = new ExchangeMatcher();
  private final ExchangeTable exchanges = new ExchangeTable(matcher);

  // Mutable state
  private final Set<String> names = ConcurrentHashMap.newKeySet(); // of exchanges
  private final Map<String, Long> queues = new ConcurrentHashMap<>(); // to milliseconds, 0 for ever
  private final Map<String, Set<Member>> bindings = new ConcurrentHashMap<>(); // by exchange

  /** Declares, checks, or only remembers, as {@link ExchangeTable} does. */
  void declare(Exchange exchange) {
    if (exchange.isDeclarable()) {
      exchanges.declare(exchange);
    } else {
      exchanges.learn(exchange);
    }
    names.add(exchange.name());
  }

  /** Takes the type of an exchange that a binding names, unless it is known. */
  void learn(Exchange exchange) {
    exchanges.learn(exchange);
    names.add(exchange.name());
  }

  void forgetExchange(String exchange) {
    exchanges.delete(exchange);
    bindings.remove(exchange);
    names.remove(exchange);
  }

  /** The type of an exchange that was declared here. */
  Optional<ExchangeType> typeOf(String exchange) {
    return exchanges.exists(exchange) ? Optional.of(exchanges.typeOf(exchange)) : Optional.empty();
  }

  boolean isFanout(String exchange) {
    return exchanges.typeOf(exchange).equals(ExchangeType.FANOUT);
  }

  void declare(Queue queue) {
    Object expires = queue.declareArguments().get(EXPIRES);
    queues.put(queue.name(), expires instanceof Number millis ? millis.longValue() : 0L);
  }

  boolean knows(String queue) {
    return queues.containsKey(queue);
  }

  /** How long the lists of a queue last unused, in milliseconds; 0 means for ever. */
  long expiresMillis(String queue) {
    return queues.getOrDefault(queue, 0L);
  }

  void forgetQueue(String queue) {
    queues.remove(queue);
    bindings.values().forEach(bound -> bound.removeIf(member -> member.queue().equals(queue)));
  }

  void bound(String exchange, Member member) {
    bindings.computeIfAbsent(exchange, any -> ConcurrentHashMap.newKeySet()).add(member);
  }

  void unbound(String exchange, Member member) {
    Set<Member> bound = bindings.get(exchange);
    if (bound != null) {
      bound.remove(member);
    }
  }

  /** The exchanges that were declared or bound to here. */
  Set<String> exchangeNames() {
    return Set.copyOf(names);
  }

  /** The bindings of an exchange that were made here. */
  Set<Member> boundHere(String exchange) {
    Set<Member> bound = bindings.get(exchange);
    return bound == null ? Set.of() : Set.copyOf(bound);
  }

  /** The bindings of a queue that were made here, to exchanges of all types. */
  List<OwnBinding> bindingsOf(String queue) {
    List<OwnBinding> found = new ArrayList<>();
    bindings.forEach(
        (exchange, bound) -> {
          for (Member member : bound) {
            if (member.queue().equals(queue)) {
              found.add(new OwnBinding(exchange, member));
            }
          }
        });
    return found;
  }

  /** Whether broadcasts come to a queue. */
  boolean listens(String queue) {
    return bindingsOf(queue).stream().anyMatch(binding -> isFanout(binding.exchange()));
  }

  /** Whether messages come to a queue by other exchanges than fanouts. */
  boolean hasLists(String queue) {
    return bindingsOf(queue).stream().anyMatch(binding -> !isFanout(binding.exchange()));
  }

  /** A binding and the exchange it belongs to. */
  record OwnBinding(String exchange, Member member) {}

  /**
   * The queues that a message goes to. The type of an exchange may be unknown here; then a binding
   * with a pattern is one of a topic, and others are compared with the key.
   */
  Set<String> route(String exchange, String routingKey, Collection<Member> members) {
    Optional<ExchangeType> type = typeOf(exchange);
    Set<String> found = new LinkedHashSet<>();
    for (Member member : members) {
      ExchangeType rule =
          type.orElse(member.pattern().isEmpty() ? ExchangeType.DIRECT : ExchangeType.TOPIC);
      BoundQueue binding = new BoundQueue(member.routingKey(), member.pattern(), member.queue());
      if (!member.queue().isEmpty() && matcher.matches(rule, binding, routingKey)) {
        found.add(member.queue());
      }
    }
    return found;
  }
}
