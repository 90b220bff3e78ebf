package io.github.celeryjava.celery.result;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which task. Only tasks that somebody waits for take room, and no longer than
 * somebody does. Thread-safe; futures are completed, and the owner is told, outside of its lock.
 *
 * @hidden
 */
@Internal
public final class PendingResults {

  private final ReentrantLock lock = new ReentrantLock();
  private final Consumer<String> abandoned;

  // Mutable state, guarded by lock
  private final Map<String, Set<Wait>> waiting = new HashMap<>();
  private @Nullable RuntimeException closed;

  /**
   * Nobody waits yet.
   *
   * @param abandoned told when the last one who waited for a task has given up, on the thread that
   *     gave up; somebody may wait again by then, which {@link #isAwaited} says
   */
  public PendingResults(Consumer<String> abandoned) {
    this.abandoned = abandoned;
  }

  /** Told apart by identity, which futures do not promise. */
  private static final class Wait {
    final CompletableFuture<ResultMeta> future = new CompletableFuture<>();
  }

  /**
   * One who waits.
   *
   * @param future completed with the state in which the task ended; cancelling it ends the wait
   * @param first whether nobody else waited for this task
   * @hidden
   */
  public record Waiter(CompletableFuture<ResultMeta> future, boolean first) {}

  /** Begins to wait. */
  public Waiter await(String taskId) {
    Wait wait = new Wait();
    boolean first;
    lock.lock();
    try {
      if (closed != null) {
        return new Waiter(CompletableFuture.failedFuture(closed), false);
      }
      first = !waiting.containsKey(taskId);
      waiting.computeIfAbsent(taskId, unused -> new HashSet<>(2)).add(wait);
    } finally {
      lock.unlock();
    }
    CompletableFuture<ResultMeta> unused =
        wait.future.whenComplete((meta, error) -> giveUp(taskId, wait));
    return new Waiter(wait.future, first);
  }

  /** Whether anybody waits for this task. */
  public boolean isAwaited(String taskId) {
    lock.lock();
    try {
      return waiting.containsKey(taskId);
    } finally {
      lock.unlock();
    }
  }

  /** The tasks that somebody waits for. */
  public Set<String> awaited() {
    lock.lock();
    try {
      return Set.copyOf(waiting.keySet());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells those who wait for it that a task has ended.
   *
   * @return whether anybody did
   */
  public boolean complete(String taskId, ResultMeta meta) {
    Set<Wait> waits = remove(taskId);
    waits.forEach(wait -> wait.future.complete(meta));
    return !waits.isEmpty();
  }

  /** Fails those who wait for one task. */
  public void fail(String taskId, RuntimeException error) {
    remove(taskId).forEach(wait -> wait.future.completeExceptionally(error));
  }

  /** Fails everybody who waits now. */
  public void failAll(RuntimeException error) {
    removeAll(null).forEach(wait -> wait.future.completeExceptionally(error));
  }

  /** Fails everybody, now and from now on. */
  public void close(RuntimeException error) {
    removeAll(error).forEach(wait -> wait.future.completeExceptionally(error));
  }

  private Set<Wait> remove(String taskId) {
    lock.lock();
    try {
      Set<Wait> waits = waiting.remove(taskId);
      return waits == null ? Set.of() : waits;
    } finally {
      lock.unlock();
    }
  }

  private List<Wait> removeAll(@Nullable RuntimeException closing) {
    List<Wait> all = new ArrayList<>();
    lock.lock();
    try {
      closed = closing == null ? closed : closing;
      waiting.values().forEach(all::addAll);
      waiting.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Finds nothing to do if the wait was completed by this object, which removed it before. */
  private void giveUp(String taskId, Wait wait) {
    lock.lock();
    try {
      Set<Wait> waits = waiting.get(taskId);
      if (waits == null || !waits.remove(wait) || !waits.isEmpty()) {
        return;
      }
      waiting.remove(taskId);
    } finally {
      lock.unlock();
    }
    abandoned.accept(taskId);
  }
}
