package io.github.celeryjava.benchmarks;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.task.CeleryTask;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The same work by celery-java. */
public final class ProjectRole extends Role {

  static final String TASK = "bench.noop";
  private static final Duration END = Duration.ofSeconds(10);

  private final Celery app;

  // Mutable state
  private volatile CountDownLatch left = new CountDownLatch(0);

  private ProjectRole(String url) {
    app =
        Celery.builder()
            .withoutEnvironment()
            .broker(url)
            .set("task_default_queue", QUEUE)
            .set("task_ignore_result", true)
            .build();
    app.register(new Tasks());
  }

  public static void main(String[] args) throws Exception {
    serve(() -> new ProjectRole(args[0]));
  }

  /** The task. */
  public final class Tasks {

    /** Does nothing but count. */
    @CeleryTask(TASK)
    public void noop() {
      left.countDown();
    }
  }

  @Override
  void sample() {
    app.send(TASK, List.of(), Map.of(), CallOptions.builder().queue(SAMPLE_QUEUE).build());
  }

  @Override
  void pipeline(int count) {
    app.sendAll(Collections.nCopies(count, TaskSignature.of(TASK, List.of())));
  }

  @Override
  void confirmed(int threads, int count) throws Exception {
    onThreads(
        threads,
        () -> {
          for (int i = 0; i < count / threads; i++) {
            app.send(TASK);
          }
        });
  }

  @Override
  void consume(int count) throws Exception {
    left = new CountDownLatch(count);
    try (Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(SLOTS).build())) {
      worker.start();
      left.await();
      worker.stop(END);
    }
  }
}
