package io.github.celeryjava.examples;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What Celery does, in one process: a worker and a program that gives it tasks, over a broker in
 * memory. Run by {@code bin/demo}; ends with 0 if everything went as it says.
 */
public final class Demo {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MANY = 400;
  private static final int BAR = 40;

  private Demo() {}

  /** Runs the demo. */
  public static void main(String[] args) throws Exception {
    say("A Celery app needs a broker, for tasks, and a backend, for results.");
    say("Here both are in memory, so that nothing has to be installed.");
    Celery app =
        Celery.builder()
            .withoutEnvironment()
            .name("demo")
            .broker("memory://demo")
            .backend("memory://demo")
            .build()
            .register(new DemoTasks());
    try (app;
        Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(4).build())) {
      worker.start();
      if (!worker.awaitReady(LIMIT)) {
        throw new IllegalStateException("the worker is not ready after " + LIMIT);
      }
      say("Worker " + worker.hostname() + " runs, 4 tasks at a time.");
      plain(app);
      countdown(app);
      retry(app);
      failure(app);
      many(app);
      worker.stop(LIMIT);
      say("");
      say("The worker ran " + worker.processed() + " tasks and has stopped.");
    }
  }

  private static void plain(Celery app) throws Exception {
    title("A plain task: send demo.add(2, 3), wait for the result");
    AsyncResult<Object> sum = app.send("demo.add", 2, 3);
    say("sent as " + sum.id());
    expect(5L, sum.get(LIMIT));
    say("the result is 5");
  }

  private static void countdown(Celery app) throws Exception {
    title("A countdown: the same, but no sooner than in half a second");
    long start = System.nanoTime();
    Object sum =
        app.send(
                "demo.add",
                List.of(40, 2),
                Map.of(),
                CallOptions.builder().countdown(Duration.ofMillis(500)).build())
            .get(LIMIT);
    expect(42L, sum);
    say("the result is 42, after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private static void retry(Celery app) throws Exception {
    title("A task that fails and asks to be run again");
    Object result = app.send("demo.flaky").get(LIMIT);
    expect("done in run number 3", result);
    say("the result is \"" + result + "\"");
  }

  private static void failure(Celery app) throws Exception {
    title("A task that fails for good: the caller gets its error");
    try {
      app.send("demo.broken", "magic").get(LIMIT);
      throw new IllegalStateException("the task should have failed");
    } catch (TaskFailedException e) {
      say("as expected: " + e.getMessage());
    }
  }

  private static void many(Celery app) throws Exception {
    title("Many at once: " + MANY + " tasks that count the primes below 20000");
    List<TaskSignature> calls = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      calls.add(TaskSignature.of("demo.primes", List.of(20_000)));
    }
    long start = System.nanoTime();
    List<AsyncResult<Object>> results = app.sendAll(calls);
    int done = 0;
    for (AsyncResult<Object> result : results) {
      expect(2262L, result.get(LIMIT));
      done++;
      progress(done);
    }
    System.out.println();
    say("all done after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private static void progress(int done) {
    boolean terminal = Boolean.getBoolean("demo.terminal");
    if (terminal || done == MANY) {
      int filled = done * BAR / MANY;
      System.out.print(
          (terminal ? "\r" : "")
              + "  ["
              + "#".repeat(filled)
              + ".".repeat(BAR - filled)
              + "] "
              + done
              + "/"
              + MANY);
      System.out.flush();
    }
  }

  private static void expect(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new IllegalStateException("expected " + expected + ", got " + actual);
    }
  }

  private static void title(String text) {
    say("");
    say("== " + text);
  }

  private static void say(String text) {
    System.out.println(text.isEmpty() ? "" : "  " + text);
  }
}
