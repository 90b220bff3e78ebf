package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.QueueStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One queue: its messages, who consumes it and who waits for it. Guarded by the broker's lock. */
final class MemoryQueue {

  private final MemoryBroker broker;
  private final Queue declaration;
  private final Clock clock;
  private final @Nullable MemoryStore owner;
  private final long messageTtlMillis;
  private final long expiresMillis;
  private final int maxPriority;

  // Mutable state
  private final PriorityQueue<MemoryMessage> ready = new PriorityQueue<>();
  private final Map<MemoryStore, Integer> consumers = new HashMap<>();
  private final Set<MemoryStore> armed = new HashSet<>();
  private boolean exclusivelyConsumed;
  private boolean deleted;
  private long usedAtMillis;

  /**
   * @param owner whose exclusive queue it is; null for one that all may use
   */
  MemoryQueue(MemoryBroker broker, Queue declaration, Clock clock, @Nullable MemoryStore owner) {
    this.broker = broker;
    this.declaration = declaration;
    this.clock = clock;
    this.owner = owner;
    messageTtlMillis = argument(declaration, "x-message-ttl", Long.MAX_VALUE);
    expiresMillis = argument(declaration, "x-expires", Long.MAX_VALUE);
    maxPriority = (int) argument(declaration, "x-max-priority", 0);
    usedAtMillis = clock.millis();
  }

  MemoryBroker broker() {
    return broker;
  }

  String name() {
    return declaration.name();
  }

  @Nullable MemoryStore owner() {
    return owner;
  }

  QueueStatus status() {
    dropExpired();
    long count = consumers.values().stream().mapToLong(Integer::longValue).sum();
    return new QueueStatus(name(), ready.size(), count);
  }

  /** Refuses another declaration unless it says the same. */
  void requireEquivalent(Queue other) {
    String here = settings(declaration);
    String asked = settings(other);
    if (!here.equals(asked)) {
      throw OperationalException.refused(
          "queue '%s' exists as %s and cannot be declared as %s".formatted(name(), here, asked),
          406,
          null);
    }
  }

  void used() {
    if (expiresMillis != Long.MAX_VALUE) {
      usedAtMillis = clock.millis();
    }
  }

  /** Whether nobody has used it for as long as it was declared to last. */
  boolean isExpired() {
    return expiresMillis != Long.MAX_VALUE
        && consumers.isEmpty()
        && clock.millis() - usedAtMillis >= expiresMillis;
  }

  void put(Published published, long number) {
    Integer priority = published.message().properties().priority();
    ready.add(
        new MemoryMessage(
            this,
            published,
            number,
            priority == null ? 0 : Math.min(Math.max(0, priority), maxPriority),
            expiry(published.message().properties().expiration())));
  }

  /** Puts a message back to its place, unless the queue is gone. */
  void putBack(MemoryMessage message) {
    if (!deleted) {
      message.markRedelivered();
      ready.add(message);
    }
  }

  List<MemoryMessage> take(int max) {
    used();
    List<MemoryMessage> taken = new ArrayList<>(Math.min(max, ready.size()));
    dropExpired();
    while (taken.size() < max && !ready.isEmpty()) {
      taken.add(ready.remove());
      dropExpired();
    }
    return taken;
  }

  boolean isEmpty() {
    dropExpired();
    return ready.isEmpty();
  }

  long purge() {
    long purged = status().messages();
    ready.clear();
    return purged;
  }

  /** Leaves the queue without messages, for ever. */
  void delete() {
    deleted = true;
    ready.clear();
  }

  void addConsumer(MemoryStore store, boolean exclusive) {
    if (exclusivelyConsumed || (exclusive && !consumers.isEmpty())) {
      throw OperationalException.refused(
          "queue '" + name() + "' has an exclusive consumer, or cannot have one now", 403, null);
    }
    exclusivelyConsumed = exclusive;
    consumers.merge(store, 1, Integer::sum);
  }

  /** Says whether the queue is to go with the consumer, because it was the last one. */
  boolean removeConsumer(MemoryStore store) {
    consumers.computeIfPresent(store, (any, count) -> count == 1 ? null : count - 1);
    return afterRemoval();
  }

  /** Forgets a connection; says whether the queue is to go with it. */
  boolean forget(MemoryStore store) {
    armed.remove(store);
    boolean consumed = consumers.remove(store) != null;
    return store.equals(owner) || (consumed && afterRemoval());
  }

  private boolean afterRemoval() {
    if (!consumers.isEmpty()) {
      return false;
    }
    exclusivelyConsumed = false;
    used();
    return declaration.autoDelete();
  }

  Set<MemoryStore> consumers() {
    return Set.copyOf(consumers.keySet());
  }

  void arm(MemoryStore store) {
    armed.add(store);
  }

  /** Those who wait for a message, and who do so no longer. */
  Set<MemoryStore> disarm() {
    Set<MemoryStore> waiting = Set.copyOf(armed);
    armed.clear();
    return waiting;
  }

  private long expiry(@Nullable Duration expiration) {
    long ttl =
        expiration == null ? messageTtlMillis : Math.min(messageTtlMillis, expiration.toMillis());
    return ttl == Long.MAX_VALUE ? Long.MAX_VALUE : clock.millis() + ttl;
  }

  /**
   * From the front only, as RabbitMQ does: what waits behind a lasting message is not looked at.
   */
  private void dropExpired() {
    for (MemoryMessage first = ready.peek();
        first != null && first.mayExpire() && first.isExpired(clock.millis());
        first = ready.peek()) {
      ready.remove();
    }
  }

  /** What has to be equal for two declarations to be the same, and how an error shows it. */
  private static String settings(Queue queue) {
    return "%s%s%s %s"
        .formatted(
            queue.durable() ? "durable" : "transient",
            queue.exclusive() ? " exclusive" : "",
            queue.autoDelete() ? " auto-delete" : "",
            new TreeMap<>(queue.declareArguments())); // sorted: the order says nothing
  }

  private static long argument(Queue queue, String key, long otherwise) {
    Object value = queue.declareArguments().get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw OperationalException.refused(
        "queue '%s': argument %s must be a number, was %s".formatted(queue.name(), key, value),
        406,
        null);
  }
}
