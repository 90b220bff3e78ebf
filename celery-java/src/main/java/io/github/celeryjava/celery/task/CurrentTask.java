package io.github.celeryjava.celery.task;

import io.github.celeryjava.kombu.internal.Internal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which task of one app the calling thread runs, so that what it sends knows its parent. One an
 * app, shared by what runs tasks and what sends them. Thread-safe.
 *
 * <p>Counterpart of {@code celery.app.base.Celery.current_worker_task}.
 *
 * @hidden
 */
@Internal
public final class CurrentTask {

  @SuppressWarnings("ThreadLocalUsage") // one an app, not one a process
  private final ThreadLocal<@Nullable TaskContext> running = new ThreadLocal<>();

  /** No thread runs a task yet. */
  public CurrentTask() {}

  /** The running task; null outside of one. */
  public @Nullable TaskContext get() {
    return running.get();
  }

  /** Remembers, if a task is running, that it has sent another one. */
  public void sent(String taskId) {
    children().accept(taskId);
  }

  /**
   * Takes the ids of what the task that runs now has sent, on any thread and once the broker has
   * them; outside of a task they go nowhere.
   */
  public Consumer<String> children() {
    TaskContext context = running.get();
    return context == null ? id -> {} : context::sent;
  }

  /** Says that the calling thread begins a task, and returns what it was doing before. */
  @Nullable TaskContext enter(TaskContext context) {
    TaskContext before = running.get();
    running.set(context);
    return before;
  }

  /** Says that the calling thread is back at what it was doing before. */
  void leave(@Nullable TaskContext before) {
    if (before == null) {
      running.remove();
    } else {
      running.set(before);
    }
  }
}
