package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryBuilder;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.kombu.testing.Services;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Workers and clients that all tests of this JVM share, each started on first use: starting them
 * takes longer than most tests. They end with the JVM. Tests that stop or freeze one, or count what
 * it does, start their own. Thread-safe.
 *
 * <p>Every queue has priorities up to {@value #MAX_PRIORITY}, which every app here knows, and
 * results are extended.
 */
final class SharedPeers {

  static final int MAX_PRIORITY = 10;

  private static final Duration READY_LIMIT = Duration.ofSeconds(30);
  private static final String UNIQUE = UUID.randomUUID().toString();
  private static final Map<String, Object> RUNNING = new ConcurrentHashMap<>();

  private SharedPeers() {}

  /** The queue of the Java worker with such results. */
  static String javaQueue(Results results) {
    return "interop-java-" + results + "-" + UNIQUE;
  }

  /** The queue of the Python worker with such results. */
  static String pythonQueue(PythonPeer peer, Results results) {
    return "interop-python-" + peer.version() + "-" + results + "-" + UNIQUE;
  }

  /** Starts the Java worker that consumes {@link #javaQueue}, with {@link JavaTasks}. */
  static Worker javaWorker(Results results) {
    return running(
        javaQueue(results),
        Worker.class,
        () -> {
          Celery app = JavaTasks.in(javaApp(results, javaQueue(results)).build());
          Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(4).build());
          worker.start();
          try {
            assertThat(worker.awaitReady(READY_LIMIT)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts tests", e);
          }
          return worker;
        });
  }

  /** Starts the Python worker that consumes {@link #pythonQueue}. */
  static PythonWorker pythonWorker(PythonPeer peer, Results results) {
    String queue = pythonQueue(peer, results);
    return running(
        queue,
        PythonWorker.class,
        () -> {
          try {
            return PythonWorker.start(peer, setup(results).queue(queue));
          } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts tests", e);
          }
        });
  }

  /** A Python client that sends to {@link #javaQueue} unless a call says otherwise. */
  static PythonClient pythonClient(PythonPeer peer, Results results) {
    return running(
        "client " + peer + results,
        PythonClient.class,
        () -> PythonClient.start(peer, setup(results).queue(javaQueue(results))));
  }

  /** What a Python app needs in order to work with those here, but for the queue. */
  static PeerSetup setup(Results results) {
    return PeerSetup.over(Services.amqp())
        .resultsIn(results.url())
        .with("result_extended", true)
        .with("task_queue_max_priority", MAX_PRIORITY);
  }

  /** The same for a Java app. */
  static CeleryBuilder javaApp(Results results, String queue) {
    return Celery.builder()
        .withoutEnvironment()
        .broker(Services.amqp().toString())
        .backend(results.url())
        .set("result_extended", true)
        .set("task_default_queue", queue)
        .set("task_queue_max_priority", MAX_PRIORITY);
  }

  private static <T> T running(String name, Class<T> type, Supplier<T> start) {
    return type.cast(RUNNING.computeIfAbsent(name, unused -> start.get()));
  }
}
