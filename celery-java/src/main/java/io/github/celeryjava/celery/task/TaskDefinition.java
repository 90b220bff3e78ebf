package io.github.celeryjava.celery.task;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;

/**
 * A task that this process can run.
 *
 * @param name name under which peers call it
 * @param resultType what its result is converted to for those who wait for it
 * @param handler its code
 * @param options its options, with the settings already applied
 * @param listener hears of its runs; {@link #NOBODY} if nothing does
 */
public record TaskDefinition(
    String name, Type resultType, TaskHandler handler, TaskOptions options, TaskListener listener) {

  /** Hears nothing. */
  public static final TaskListener NOBODY = new TaskListener() {};

  public TaskDefinition {
    requireNonNull(name, "name");
    requireNonNull(resultType, "resultType");
    requireNonNull(handler, "handler");
    requireNonNull(options, "options");
    requireNonNull(listener, "listener");
    if (name.isBlank()) {
      throw new IllegalArgumentException("a task needs a name");
    }
  }
}
