package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one physical connection has declared. Thread-safe; dies with its connection, so that
 * everything is declared again after a loss.
 *
 * <p>Unlike kombu's ({@code maybe_declare} in {@code kombu/common.py}), which goes by kind and name
 * alone, two queues of one name with different settings are two entries: the broker gets to see the
 * second one, and refuses it.
 */
final class DeclarationCache {

  private final Set<Entity> declared = ConcurrentHashMap.newKeySet();

  /** Whether {@code entity} need not be declared. */
  boolean has(Entity entity) {
    return declared.contains(entity);
  }

  /** Remembers what was declared, unless the broker may drop it without telling. */
  void add(Entity entity) {
    if (isLasting(entity)) {
      declared.add(entity);
    }
  }

  void forget(Entity entity) {
    declared.remove(entity);
  }

  private static boolean isLasting(Entity entity) {
    if (entity instanceof Queue queue) {
      return !queue.isTemporary() && !queue.name().isEmpty();
    }
    return !((Exchange) entity).autoDelete();
  }
}
