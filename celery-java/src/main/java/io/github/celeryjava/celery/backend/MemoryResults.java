package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Results that several apps of one process share. Thread-safe; listeners are called outside. */
final class MemoryResults {

  private record Kept(ResultMeta meta, @Nullable Instant until) {

    boolean isOver(Instant now) {
      return until != null && !until.isAfter(now);
    }
  }

  private final Clock clock;
  private final CopyOnWriteArrayList<Consumer<ResultMeta>> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<String, Kept> byTask = new LinkedHashMap<>();

  MemoryResults(Clock clock) {
    this.clock = clock;
  }

  /**
   * Keeps a state, unless the task has succeeded already, and tells those who listen.
   *
   * @param lifetime null means for ever
   */
  void store(ResultMeta meta, @Nullable Duration lifetime) {
    Instant now = clock.instant();
    lock.lock();
    try {
      Kept before = byTask.remove(meta.taskId()); // so that the oldest stays first
      if (before != null && !before.isOver(now) && before.meta.status().equals(TaskState.SUCCESS)) {
        byTask.put(meta.taskId(), before);
        return;
      }
      dropExpired(now);
      byTask.put(meta.taskId(), new Kept(meta, lifetime == null ? null : now.plus(lifetime)));
    } finally {
      lock.unlock();
    }
    listeners.forEach(listener -> listener.accept(meta));
  }

  Optional<ResultMeta> fetch(String taskId) {
    Instant now = clock.instant();
    lock.lock();
    try {
      Kept kept = byTask.get(taskId);
      return kept == null || kept.isOver(now) ? Optional.empty() : Optional.of(kept.meta);
    } finally {
      lock.unlock();
    }
  }

  void forget(String taskId) {
    lock.lock();
    try {
      byTask.remove(taskId);
    } finally {
      lock.unlock();
    }
  }

  /** How many states are kept. */
  int size() {
    lock.lock();
    try {
      dropExpired(clock.instant());
      return byTask.size();
    } finally {
      lock.unlock();
    }
  }

  void listen(Consumer<ResultMeta> listener) {
    listeners.add(listener);
  }

  /**
   * Stops telling one listener.
   *
   * @return whether nobody listens any more
   */
  boolean unlisten(Consumer<ResultMeta> listener) {
    listeners.remove(listener);
    return listeners.isEmpty();
  }

  /** Nearly all live equally long, so those stored first expire first. */
  private void dropExpired(Instant now) {
    Iterator<Kept> oldest = byTask.values().iterator();
    while (oldest.hasNext() && oldest.next().isOver(now)) {
      oldest.remove();
    }
  }
}
