package io.github.celeryjava.kombu.transport.memory;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.ExchangeMatcher;
import io.github.celeryjava.kombu.transport.virtual.ExchangeTable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues, exchanges and bindings of one name, shared by the stores of all its connections.
 * Thread-safe: one lock for everything, never held while somebody else's code runs.
 */
final class MemoryBroker {

  private static final Logger log = LoggerFactory.getLogger(MemoryBroker.class);

  private final Clock clock;
  private final ExchangeTable exchanges = new ExchangeTable(new ExchangeMatcher());
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<String, MemoryQueue> queues = new HashMap<>();
  private long lastNumber;

  MemoryBroker(Clock clock) {
    this.clock = clock;
  }

  void declareExchange(Exchange exchange) {
    exchanges.declare(exchange);
  }

  void deleteExchange(String exchange) {
    exchanges.delete(exchange);
  }

  QueueStatus declareQueue(MemoryStore store, Queue declaration) {
    return locked(
        after -> {
          MemoryQueue queue = find(declaration.name(), after);
          if (queue == null) {
            MemoryStore owner = declaration.exclusive() ? store : null;
            queue = new MemoryQueue(this, declaration, clock, owner);
            queues.put(queue.name(), queue);
          } else {
            queue.requireAccess(store);
            queue.requireEquivalent(declaration);
            queue.used();
          }
          return queue.status(after);
        });
  }

  Optional<QueueStatus> inspectQueue(MemoryStore store, String name) {
    return locked(after -> accessible(name, store, after).map(queue -> queue.status(after)));
  }

  void bind(MemoryStore store, String name, Binding binding) {
    run(
        after -> {
          require(name, store, after);
          exchanges.bind(binding.exchange().name(), binding.routingKey(), name);
        });
  }

  void unbind(MemoryStore store, String name, Binding binding) {
    run(
        after -> {
          require(name, store, after);
          exchanges.unbind(binding.exchange().name(), binding.routingKey(), name);
        });
  }

  long purge(MemoryStore store, String name) {
    return locked(after -> require(name, store, after).purge(after));
  }

  long deleteQueue(MemoryStore store, String name) {
    return locked(
        after -> {
          MemoryQueue queue = accessible(name, store, after).orElse(null);
          if (queue == null) {
            return 0L;
          }
          long messages = queue.status(after).messages();
          drop(queue, after);
          return messages;
        });
  }

  /**
   * Puts a copy into each queue it is routed to.
   *
   * @param strays the queue for what a direct exchange cannot route; null for none
   * @throws MessageRefusedException 312 if a mandatory message reached no queue, 0 if a full queue
   *     refused it
   */
  void publish(Destination to, TransportMessage message, @Nullable String strays) {
    run(
        after -> {
          Published published = new Published(to.exchange(), to.routingKey(), message);
          List<MemoryQueue> targets = route(to.exchange(), to.routingKey(), after);
          if (targets.isEmpty() && to.mandatory()) {
            throw refused(to, "reached no queue", 312);
          }
          if (targets.isEmpty() && strays != null && isNamedDirect(to.exchange())) {
            log.warn(
                "Message to exchange '{}' reached no queue, it is put into '{}'",
                to.exchange(),
                strays);
            targets.add(queue(strays, after));
          }
          if (targets.isEmpty()) {
            log.debug("Dropped a message that reached no queue: {}", to);
          }
          boolean accepted = true;
          for (MemoryQueue queue : targets) {
            accepted &= queue.put(published, ++lastNumber, after);
          }
          if (!accepted) {
            throw refused(to, "found a queue full", 0);
          }
        });
  }

  List<MemoryMessage> take(MemoryStore store, String name, int max) {
    return locked(after -> require(name, store, after).take(max, after));
  }

  void putBack(MemoryMessage message) {
    run(after -> message.queue().putBack(message, after));
  }

  void reject(MemoryMessage message) {
    if (message.queue().settings().deadLetterExchange() != null) {
      run(after -> after.died(message, Death.REJECTED));
    }
  }

  void arm(MemoryStore store, String name) {
    run(
        after -> {
          MemoryQueue queue = find(name, after);
          if (queue != null) {
            queue.arm(store, after);
          }
        });
  }

  void addConsumer(MemoryStore store, String name, boolean exclusive) {
    run(after -> require(name, store, after).addConsumer(store, exclusive));
  }

  void removeConsumer(MemoryStore store, String name) {
    run(
        after -> {
          MemoryQueue queue = queues.get(name);
          if (queue != null && queue.removeConsumer(store)) {
            drop(queue, after);
          }
        });
  }

  /** A connection is gone, and with it its consumers and what it had for itself. */
  void disconnect(MemoryStore store) {
    run(
        after -> {
          for (MemoryQueue queue : List.copyOf(queues.values())) {
            if (queue.forget(store)) {
              drop(queue, after);
            }
          }
        });
  }

  private static MessageRefusedException refused(Destination to, String why, int replyCode) {
    return new MessageRefusedException(
        "message to exchange '%s' with key '%s' %s".formatted(to.exchange(), to.routingKey(), why),
        replyCode);
  }

  private MemoryQueue require(String name, MemoryStore store, Aftermath after) {
    return accessible(name, store, after)
        .orElseThrow(() -> OperationalException.refused("no queue '" + name + "'", 404, null));
  }

  private Optional<MemoryQueue> accessible(String name, MemoryStore store, Aftermath after) {
    MemoryQueue queue = find(name, after);
    if (queue != null) {
      queue.requireAccess(store);
    }
    return Optional.ofNullable(queue);
  }

  private @Nullable MemoryQueue find(String name, Aftermath after) {
    MemoryQueue queue = queues.get(name);
    if (queue != null && queue.isExpired()) {
      drop(queue, after);
      return null;
    }
    return queue;
  }

  private List<MemoryQueue> route(String exchange, String routingKey, Aftermath after) {
    Set<String> names =
        exchange.isEmpty() ? Set.of(routingKey) : exchanges.route(exchange, routingKey);
    List<MemoryQueue> targets = new ArrayList<>(names.size());
    for (String name : names) {
      MemoryQueue queue = find(name, after);
      if (queue != null) {
        targets.add(queue);
      }
    }
    return targets;
  }

  private boolean isNamedDirect(String exchange) {
    return !exchange.isEmpty() && exchanges.typeOf(exchange).equals(ExchangeType.DIRECT);
  }

  /** A queue of that name, made if there is none. */
  private MemoryQueue queue(String name, Aftermath after) {
    MemoryQueue known = find(name, after);
    if (known != null) {
      return known;
    }
    MemoryQueue made = new MemoryQueue(this, Queue.named(name), clock, null);
    queues.put(name, made);
    return made;
  }

  private void drop(MemoryQueue queue, Aftermath after) {
    queues.remove(queue.name());
    exchanges.unbindAll(queue.name());
    queue.delete();
    after.deleted(queue);
  }

  private void deadLetter(Aftermath.Dead dead, Aftermath after) {
    QueueSettings settings = dead.message().queue().settings();
    String exchange = requireNonNull(settings.deadLetterExchange());
    String key = settings.deadLetterKey();
    Published letter =
        new Published(
            exchange,
            key == null ? dead.message().routingKey() : key,
            dead.cause().letter(dead.message(), clock.instant()));
    if (exchange.isEmpty() || exchanges.exists(exchange)) {
      for (MemoryQueue queue : route(exchange, letter.routingKey(), after)) {
        if (!Death.isCycle(letter.message(), queue.name())) {
          queue.put(letter, ++lastNumber, after);
        }
      }
    }
  }

  private void run(Consumer<Aftermath> operation) {
    locked(
        after -> {
          operation.accept(after);
          return null;
        });
  }

  /** Runs an operation alone, buries its dead, then tells stores with the lock released. */
  private <T extends @Nullable Object> T locked(Function<Aftermath, T> operation) {
    Aftermath after = new Aftermath();
    lock.lock();
    try {
      return operation.apply(after);
    } finally {
      try {
        for (Aftermath.Dead dead = after.nextDead(); dead != null; dead = after.nextDead()) {
          deadLetter(dead, after);
        }
      } finally {
        lock.unlock();
      }
      after.spread();
    }
  }
}
