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
import org.jspecify.annotations.Nullable;

/** One queue: its messages, who consumes it and who waits for it. Guarded by the broker's lock. */
final class MemoryQueue {

  private final MemoryBroker broker;
  private final Queue declaration;
  private final QueueSettings settings;
  private final Clock clock;
  private final @Nullable MemoryStore owner;

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
    settings = QueueSettings.of(declaration);
    usedAtMillis = clock.millis();
  }

  MemoryBroker broker() {
    return broker;
  }

  String name() {
    return declaration.name();
  }

  QueueSettings settings() {
    return settings;
  }

  QueueStatus status(Aftermath after) {
    dropExpired(after);
    long count = consumers.values().stream().mapToLong(Integer::longValue).sum();
    return new QueueStatus(name(), ready.size(), count);
  }

  /** Refuses another declaration unless it says the same. */
  void requireEquivalent(Queue other) {
    String here = QueueSettings.describe(declaration);
    String asked = QueueSettings.describe(other);
    if (!here.equals(asked)) {
      throw OperationalException.refused(
          "queue '%s' exists as %s and cannot be declared as %s".formatted(name(), here, asked),
          406,
          null);
    }
  }

  void requireAccess(MemoryStore store) {
    if (owner != null && !owner.equals(store)) {
      throw OperationalException.busy(
          "queue '" + name() + "' is exclusive to another connection", 405, null);
    }
  }

  /** Counts as use of a queue that expires unused. */
  void used() {
    if (settings.expiresMillis() != Long.MAX_VALUE) {
      usedAtMillis = clock.millis();
    }
  }

  /** Whether nobody has used it for as long as it was declared to last. */
  boolean isExpired() {
    return settings.expiresMillis() != Long.MAX_VALUE
        && consumers.isEmpty()
        && clock.millis() - usedAtMillis >= settings.expiresMillis();
  }

  /** Adds a message unless the queue is full and refuses new ones. */
  boolean put(Published published, long number, Aftermath after) {
    if (settings.rejectsPublish() && ready.size() >= settings.maxLength()) {
      return false;
    }
    Integer wanted = published.message().properties().priority();
    int priority = wanted == null ? 0 : Math.min(Math.max(0, wanted), settings.maxPriority());
    long expiresAt = expiry(published.message().properties().expiration());
    ready.add(new MemoryMessage(this, published, number, priority, expiresAt));
    while (ready.size() > settings.maxLength()) {
      after.died(ready.remove(), Death.MAXLEN);
    }
    after.ready(this);
    return true;
  }

  /** Puts a message back to its place, unless the queue is gone. */
  void putBack(MemoryMessage message, Aftermath after) {
    if (!deleted) {
      message.markRedelivered();
      ready.add(message);
      after.ready(this);
    }
  }

  List<MemoryMessage> take(int max, Aftermath after) {
    used();
    dropExpired(after);
    List<MemoryMessage> taken = new ArrayList<>(Math.min(max, ready.size()));
    while (taken.size() < max && !ready.isEmpty()) {
      taken.add(ready.remove());
      dropExpired(after);
    }
    return taken;
  }

  long purge(Aftermath after) {
    long purged = status(after).messages();
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
    boolean consumed = consumers.containsKey(store); // not if the queue was declared anew meanwhile
    consumers.computeIfPresent(store, (any, count) -> count == 1 ? null : count - 1);
    return consumed && isAbandoned();
  }

  /** Forgets a connection; says whether the queue is to go with it. */
  boolean forget(MemoryStore store) {
    armed.remove(store);
    boolean consumed = consumers.remove(store) != null;
    return store.equals(owner) || (consumed && isAbandoned());
  }

  private boolean isAbandoned() {
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

  void arm(MemoryStore store, Aftermath after) {
    armed.add(store);
    dropExpired(after);
    if (!ready.isEmpty()) {
      after.ready(this);
    }
  }

  /** Those who wait for a message, and who do so no longer. */
  Set<MemoryStore> disarm() {
    Set<MemoryStore> waiting = Set.copyOf(armed);
    armed.clear();
    return waiting;
  }

  private long expiry(@Nullable Duration expiration) {
    long ttl = settings.messageTtlMillis();
    if (expiration != null) {
      ttl = Math.min(ttl, expiration.toMillis());
    }
    return ttl == Long.MAX_VALUE ? Long.MAX_VALUE : clock.millis() + ttl;
  }

  /**
   * From the front only, as RabbitMQ does: what waits behind a lasting message is not looked at.
   */
  private void dropExpired(Aftermath after) {
    MemoryMessage first = ready.peek();
    while (first != null && first.mayExpire() && first.isExpired(clock.millis())) {
      after.died(ready.remove(), Death.EXPIRED);
      first = ready.peek();
    }
  }
}
