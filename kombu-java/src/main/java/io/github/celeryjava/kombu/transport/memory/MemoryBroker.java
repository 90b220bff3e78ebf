package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The queues, exchanges and bindings of one name, shared by the stores of all its connections.
 * Thread-safe: one lock for everything, never held while somebody else's code runs.
 */
final class MemoryBroker {

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
        news -> {
          MemoryQueue queue = find(declaration.name(), news);
          if (queue == null) {
            MemoryStore owner = declaration.exclusive() ? store : null;
            queue = new MemoryQueue(this, declaration, clock, owner);
            queues.put(queue.name(), queue);
          } else {
            requireAccess(queue, store);
            queue.requireEquivalent(declaration);
            queue.used();
          }
          return queue.status();
        });
  }

  Optional<QueueStatus> inspectQueue(MemoryStore store, String name) {
    return locked(
        news -> {
          MemoryQueue queue = find(name, news);
          if (queue == null) {
            return Optional.empty();
          }
          requireAccess(queue, store);
          return Optional.of(queue.status());
        });
  }

  void bind(MemoryStore store, String name, Binding binding) {
    locked(
        news -> {
          require(name, store, news);
          exchanges.bind(binding.exchange().name(), binding.routingKey(), name);
          return null;
        });
  }

  void unbind(MemoryStore store, String name, Binding binding) {
    locked(
        news -> {
          require(name, store, news);
          exchanges.unbind(binding.exchange().name(), binding.routingKey(), name);
          return null;
        });
  }

  long purge(MemoryStore store, String name) {
    return locked(news -> require(name, store, news).purge());
  }

  long deleteQueue(MemoryStore store, String name) {
    return locked(
        news -> {
          MemoryQueue queue = find(name, news);
          if (queue == null) {
            return 0L;
          }
          requireAccess(queue, store);
          long messages = queue.status().messages();
          drop(queue, news);
          return messages;
        });
  }

  /** Puts a copy into each queue it is routed to; says how many those were. */
  int publish(Destination to, TransportMessage message) {
    return locked(
        news -> {
          Published published = new Published(to.exchange(), to.routingKey(), message);
          Set<String> names =
              to.exchange().isEmpty()
                  ? Set.of(to.routingKey())
                  : exchanges.route(to.exchange(), to.routingKey());
          int reached = 0;
          for (String name : names) {
            MemoryQueue queue = find(name, news);
            if (queue != null) {
              queue.put(published, ++lastNumber);
              news.ready(queue);
              reached++;
            }
          }
          return reached;
        });
  }

  List<MemoryMessage> take(MemoryStore store, String name, int max) {
    return locked(news -> require(name, store, news).take(max));
  }

  void putBack(MemoryMessage message) {
    locked(
        news -> {
          message.queue().putBack(message);
          news.ready(message.queue());
          return null;
        });
  }

  void arm(MemoryStore store, String name) {
    locked(
        news -> {
          MemoryQueue queue = find(name, news);
          if (queue != null) {
            queue.arm(store);
            if (!queue.isEmpty()) {
              news.ready(queue);
            }
          }
          return null;
        });
  }

  void addConsumer(MemoryStore store, String name, boolean exclusive) {
    locked(
        news -> {
          require(name, store, news).addConsumer(store, exclusive);
          return null;
        });
  }

  void removeConsumer(MemoryStore store, String name) {
    locked(
        news -> {
          MemoryQueue queue = queues.get(name);
          if (queue != null && queue.removeConsumer(store)) {
            drop(queue, news);
          }
          return null;
        });
  }

  /** A connection is gone, and with it its consumers and what it had for itself. */
  void disconnect(MemoryStore store) {
    locked(
        news -> {
          for (MemoryQueue queue : List.copyOf(queues.values())) {
            if (queue.forget(store)) {
              drop(queue, news);
            }
          }
          return null;
        });
  }

  private MemoryQueue require(String name, MemoryStore store, News news) {
    MemoryQueue queue = find(name, news);
    if (queue == null) {
      throw OperationalException.refused("no queue '" + name + "'", 404, null);
    }
    requireAccess(queue, store);
    return queue;
  }

  private @Nullable MemoryQueue find(String name, News news) {
    MemoryQueue queue = queues.get(name);
    if (queue != null && queue.isExpired()) {
      drop(queue, news);
      return null;
    }
    return queue;
  }

  private void drop(MemoryQueue queue, News news) {
    queues.remove(queue.name());
    exchanges.unbindAll(queue.name());
    queue.delete();
    news.deleted(queue);
  }

  private static void requireAccess(MemoryQueue queue, MemoryStore store) {
    if (queue.owner() != null && !queue.owner().equals(store)) {
      throw OperationalException.busy(
          "queue '" + queue.name() + "' is exclusive to another connection", 405, null);
    }
  }

  private <T extends @Nullable Object> T locked(Function<News, T> action) {
    News news = new News();
    lock.lock();
    try {
      return action.apply(news);
    } finally {
      lock.unlock();
      news.spread();
    }
  }

  /** What has to be told to stores once the lock is free. */
  private static final class News {

    private @Nullable List<Runnable> calls;

    void ready(MemoryQueue queue) {
      for (MemoryStore store : queue.disarm()) {
        add(() -> store.ready(queue.name()));
      }
    }

    void deleted(MemoryQueue queue) {
      for (MemoryStore store : queue.consumers()) {
        add(() -> store.deleted(queue.name()));
      }
    }

    void spread() {
      if (calls != null) {
        calls.forEach(Runnable::run);
      }
    }

    private void add(Runnable call) {
      if (calls == null) {
        calls = new ArrayList<>();
      }
      calls.add(call);
    }
  }
}
