package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryBuilder;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.task.Task;
import io.github.celeryjava.celery.task.TaskHandler;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/** An app with results in memory, its broker in memory or anywhere, and all its workers do. */
final class AppBench implements AutoCloseable {

  final ManualClock clock = new ManualClock();
  final BrokerView broker;
  final Queue jobs;
  final Celery app;

  /** The tasks that have begun, in order. */
  final List<String> begun = new CopyOnWriteArrayList<>();

  /** Lets one task {@code wait} or {@code wait_late} end for each permit. */
  final Semaphore gate = new Semaphore(0);

  AppBench() {
    this(builder -> builder);
  }

  /** An app on a broker that others use as well: its queues have names of their own. */
  AppBench(String broker) {
    this(broker, "jobs-" + UUID.randomUUID(), builder -> builder);
  }

  /** An app on a broker of its own in memory. */
  AppBench(UnaryOperator<CeleryBuilder> settings) {
    this("memory://" + UUID.randomUUID(), "jobs", settings);
  }

  private AppBench(String url, String queue, UnaryOperator<CeleryBuilder> settings) {
    broker = new BrokerView(Connection.open(url));
    jobs = broker.jobs(queue);
    app =
        settings
            .apply(
                Celery.builder()
                    .withoutEnvironment()
                    .broker(url)
                    .backend("memory://" + UUID.randomUUID())
                    .clock(clock)
                    .nanos(clock)
                    .set("task_queues", List.of(jobs))
                    .set("task_default_queue", jobs.name()))
            .build();
    task("noop", false, (context, args, kwargs) -> null);
    task("wait", false, (context, args, kwargs) -> waited());
    task("wait_late", true, (context, args, kwargs) -> waited());
  }

  void task(String name, boolean late, TaskHandler handler) {
    Task<Object> unused =
        app.task(name, Object.class)
            .options(options -> options.acksLate(late))
            .runs(
                (context, args, kwargs) -> {
                  begun.add(context.id());
                  return handler.run(context, args, kwargs);
                });
  }

  Worker worker(UnaryOperator<WorkerOptions.Builder> options) {
    return Worker.of(app, options.apply(WorkerOptions.builder().concurrency(1)).build());
  }

  /** A worker with one slot that consumes. */
  Worker consuming() throws InterruptedException {
    return consuming(options -> options);
  }

  Worker consuming(UnaryOperator<WorkerOptions.Builder> options) throws InterruptedException {
    Worker worker = worker(options);
    worker.start();
    if (!worker.awaitReady(WorkerBench.LIMIT)) {
      throw new AssertionError("the worker does not consume");
    }
    return worker;
  }

  void post(TaskPost... posts) {
    broker.post(jobs.name(), posts);
  }

  /** The queue that rejected messages go to. */
  String dead() {
    return BrokerView.dead(jobs.name());
  }

  /** Stops a worker on a thread of its own. */
  static CompletableFuture<Boolean> stopping(Worker worker, Duration wait) {
    return onThread(() -> worker.stop(wait));
  }

  static <T> CompletableFuture<T> onThread(Callable<T> call) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                done.complete(call.call());
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  /** Leaves nothing behind on a broker that others use as well. */
  void deleteQueues() {
    broker.delete(jobs.name());
    broker.delete(dead());
  }

  /** Messages in the queue that no worker has taken. */
  int waiting() {
    return broker.waiting(jobs.name());
  }

  /** The state that is stored of a task; {@code PENDING} if there is none. */
  String state(String id) {
    return app.backend().fetch(id).map(ResultMeta::status).orElse("PENDING");
  }

  @Override
  public void close() {
    gate.release(1_000);
    app.close();
    broker.close();
  }

  private String waited() throws InterruptedException {
    gate.acquire();
    return "waited";
  }
}
