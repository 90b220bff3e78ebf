package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.protocol.QueueFiles.Row;
import io.github.celeryjava.kombu.transport.virtual.BoundQueue;
import io.github.celeryjava.kombu.transport.virtual.ExchangeMatcher;
import io.github.celeryjava.kombu.transport.virtual.ExchangeTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What this process knows of one set of folders that no file says: types of exchanges, queues that
 * exist while they are empty, and who consumes. Shared by the connections of the process to those
 * folders. Thread-safe.
 */
final class FolderTopology {

  private final ExchangeMatcher matcher = new ExchangeMatcher();
  private final ExchangeTable exchanges = new ExchangeTable(matcher);
  private final ExchangeFiles files;

  // Mutable state
  private final Map<String, Boolean> queues = new ConcurrentHashMap<>(); // to whether auto-delete
  private final Map<String, List<FilesystemStore>> consumers = new ConcurrentHashMap<>();

  FolderTopology(ExchangeFiles files) {
    this.files = files;
  }

  ExchangeFiles files() {
    return files;
  }

  /** Declares an exchange, checks it, or only remembers its type. */
  void declare(Exchange exchange) {
    boolean checkedElsewhere = exchange.passive() && files.exists(exchange.name());
    if (exchange.isDeclarable() && !checkedElsewhere) {
      exchanges.declare(exchange);
    } else {
      exchanges.learn(exchange);
    }
  }

  void deleteExchange(String exchange) {
    exchanges.delete(exchange);
    files.delete(exchange);
  }

  void declare(Queue queue) {
    queues.put(queue.name(), queue.autoDelete());
  }

  boolean knows(String queue) {
    return queues.containsKey(queue);
  }

  void bind(String queue, Exchange exchange, String routingKey) {
    exchanges.learn(exchange);
    ExchangeType type = exchanges.typeOf(exchange.name());
    files.add(
        exchange.name(), new Row(routingKey, ExchangeMatcher.pattern(type, routingKey), queue));
  }

  /** Forgets a queue and its bindings; returns those who consumed it. */
  Set<FilesystemStore> delete(String queue) {
    queues.remove(queue);
    files.removeAll(queue);
    List<FilesystemStore> ended = consumers.remove(queue);
    return ended == null ? Set.of() : Set.copyOf(ended);
  }

  void addConsumer(String queue, FilesystemStore store) {
    consumers.computeIfAbsent(queue, any -> new CopyOnWriteArrayList<>()).add(store);
  }

  /** Says whether the queue was declared to go with its last consumer, and this was the last. */
  boolean removeConsumer(String queue, FilesystemStore store) {
    List<FilesystemStore> left = consumers.get(queue);
    return left != null
        && left.remove(store)
        && left.isEmpty()
        && queues.getOrDefault(queue, false);
  }

  /** How many consumers the queue has in this process. */
  int consumers(String queue) {
    return consumers.getOrDefault(queue, List.of()).size();
  }

  /** Whether it is a named exchange that routes by equal keys, as far as is known. */
  boolean isNamedDirect(String exchange) {
    return !exchange.isEmpty() && exchanges.typeOf(exchange).equals(ExchangeType.DIRECT);
  }

  /**
   * The queues that a message goes to. The type of an exchange may be unknown here; then a binding
   * with a pattern is one of a topic, and others are compared with the key.
   */
  Set<String> route(String exchange, String routingKey) {
    if (exchange.isEmpty()) {
      return Set.of(routingKey);
    }
    Optional<ExchangeType> type =
        exchanges.exists(exchange) ? Optional.of(exchanges.typeOf(exchange)) : Optional.empty();
    Set<String> found = new LinkedHashSet<>();
    for (Row row : files.read(exchange)) {
      ExchangeType rule =
          type.orElse(row.pattern().isEmpty() ? ExchangeType.DIRECT : ExchangeType.TOPIC);
      BoundQueue binding = new BoundQueue(row.routingKey(), row.pattern(), row.queue());
      if (!row.queue().isEmpty() && matcher.matches(rule, binding, routingKey)) {
        found.add(row.queue());
      }
    }
    return found;
  }
}
