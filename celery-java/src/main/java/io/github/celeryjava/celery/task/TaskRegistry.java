package io.github.celeryjava.celery.task;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that one app can run, by name. Thread-safe.
 *
 * <p>Named after {@code celery.app.registry.TaskRegistry}.
 */
public final class TaskRegistry {

  // Mutable state
  private final Map<String, TaskDefinition> tasks = new ConcurrentHashMap<>();

  /** No task yet; apps make one each. */
  public TaskRegistry() {}

  /**
   * Adds a task.
   *
   * @throws ConfigurationException if the name is taken
   */
  public void add(TaskDefinition task) {
    if (tasks.putIfAbsent(task.name(), task) != null) {
      throw new ConfigurationException(
          "two tasks are called '" + task.name() + "': give one of them another name");
    }
  }

  /** The task with that name; null if there is none. */
  public @Nullable TaskDefinition find(String name) {
    return tasks.get(name);
  }

  /** The names, sorted; a snapshot. */
  public SortedSet<String> names() {
    return new TreeSet<>(tasks.keySet());
  }
}
