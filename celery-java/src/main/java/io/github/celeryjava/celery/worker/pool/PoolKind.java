package io.github.celeryjava.celery.worker.pool;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.Threads;
import java.util.Locale;

/** The kinds of pools that {@code -P} and {@code worker_pool} choose from. */
public enum PoolKind {
  /** One platform thread a slot; for tasks that compute. The default. */
  THREADS,
  /** One virtual thread a task; for thousands of tasks that wait. JDK 21 and newer. */
  VIRTUAL,
  /** The worker's own loop runs the task, one at a time; control commands wait meanwhile. */
  SOLO;

  /**
   * The kind with that name, in any case.
   *
   * @throws ConfigurationException if there is none; Python's own kinds are answered with the one
   *     that serves the same purpose here
   */
  public static PoolKind of(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "threads" -> THREADS;
      case "virtual" -> VIRTUAL;
      case "solo" -> SOLO;
      case "prefork", "processes" ->
          throw new ConfigurationException(
              "pool '" + name + "' forks processes, which a JVM cannot: use 'threads'");
      case "gevent", "eventlet" ->
          throw new ConfigurationException(
              "pool '" + name + "' belongs to Python: use 'virtual' for many waiting tasks");
      default ->
          throw new ConfigurationException(
              "there is no pool '" + name + "': choose threads, virtual or solo");
    };
  }

  /**
   * Makes a pool of this kind with {@code limit} slots, which {@link #SOLO} ignores.
   *
   * @throws ConfigurationException if this JVM has no virtual threads and they are asked for
   */
  public TaskPool open(int limit) {
    if (limit < 1) {
      throw new ConfigurationException("concurrency must be at least 1, was " + limit);
    }
    return switch (this) {
      case THREADS -> new ThreadPool(limit);
      case VIRTUAL ->
          new VirtualThreadPool(
              limit,
              Threads.virtualExecutor()
                  .orElseThrow(
                      () ->
                          new ConfigurationException(
                              "pool 'virtual' needs JDK 21 or newer, this is "
                                  + Runtime.version().feature()
                                  + ": use 'threads'")));
      case SOLO -> new SoloPool();
    };
  }
}
