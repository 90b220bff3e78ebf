package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.TaskState;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last results that came with messages, asked for or not: a message comes once, and its result
 * may be asked for later, or twice. Bounded by number and by size; the oldest go first.
 * Thread-safe.
 */
final class KeptResults {

  private static final Logger log = LoggerFactory.getLogger(KeptResults.class);

  private record Kept(ResultMeta meta, int bytes) {}

  private final int maxResults;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<String, Kept> byTask = new LinkedHashMap<>();
  private long bytes;
  private boolean dropped;

  /**
   * Keeps nothing yet.
   *
   * @param maxResults most results
   * @param maxBytes most bytes of their messages together
   */
  KeptResults(int maxResults, long maxBytes) {
    this.maxResults = maxResults;
    this.maxBytes = maxBytes;
  }

  /**
   * Keeps a state in place of the one before, unless that is a success, or the end of the task and
   * this is not.
   *
   * @param size bytes of its message
   * @return the state that is kept now
   */
  ResultMeta put(ResultMeta meta, int size) {
    lock.lock();
    try {
      Kept before = byTask.get(meta.taskId());
      if (before != null && stays(before.meta, meta)) {
        return before.meta;
      }
      forget(meta.taskId());
      byTask.put(meta.taskId(), new Kept(meta, size));
      bytes += size;
      dropOldest();
      return meta;
    } finally {
      lock.unlock();
    }
  }

  Optional<ResultMeta> fetch(String taskId) {
    lock.lock();
    try {
      return Optional.ofNullable(byTask.get(taskId)).map(Kept::meta);
    } finally {
      lock.unlock();
    }
  }

  void forget(String taskId) {
    lock.lock();
    try {
      @Nullable Kept kept = byTask.remove(taskId);
      bytes -= kept == null ? 0 : kept.bytes;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return byTask.size();
    } finally {
      lock.unlock();
    }
  }

  private static boolean stays(ResultMeta before, ResultMeta next) {
    return before.status().equals(TaskState.SUCCESS)
        || (TaskState.isReady(before.status()) && !TaskState.isReady(next.status()));
  }

  /** The newest stays, however large. */
  private void dropOldest() {
    Iterator<Kept> oldest = byTask.values().iterator();
    while (byTask.size() > 1 && (byTask.size() > maxResults || bytes > maxBytes)) {
      bytes -= oldest.next().bytes;
      oldest.remove();
      if (!dropped) {
        dropped = true;
        log.warn(
            "More than {} results or {} bytes of results are kept in memory: the oldest are"
                + " dropped from now on. Send tasks whose result nobody wants with ignore_result",
            maxResults,
            maxBytes);
      }
    }
  }
}
