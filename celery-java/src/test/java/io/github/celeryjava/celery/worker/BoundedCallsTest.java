package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedCallsTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final ExecutorService thread = Threads.singleThread("calls");
  private final CountDownLatch gate = new CountDownLatch(1);
  private final List<String> made = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    gate.countDown();
    thread.shutdown();
  }

  @Test
  void makesOneCallAfterTheOther() {
    BoundedCalls calls = new BoundedCalls(thread, LONG);

    CompletableFuture<Void> first = calls.run(this::untilReleased);
    CompletableFuture<Void> second = calls.run(() -> made.add("second"));
    assertThat(second).isNotDone();
    gate.countDown();

    assertThat(first).succeedsWithin(WorkerBench.LIMIT);
    assertThat(second).succeedsWithin(WorkerBench.LIMIT);
    assertThat(made).containsExactly("first", "second");
  }

  @Test
  void tellsWhatACallThrew() {
    BoundedCalls calls = new BoundedCalls(thread, LONG);

    CompletableFuture<Void> failed =
        calls.run(
            () -> {
              throw new IllegalStateException("no store");
            });
    CompletableFuture<Void> broken =
        calls.run(
            () -> {
              throw new NoClassDefFoundError("driver");
            });
    CompletableFuture<Void> next = calls.run(() -> made.add("next"));

    assertThat(failed)
        .failsWithin(WorkerBench.LIMIT)
        .withThrowableThat()
        .havingCause()
        .withMessage("no store");
    assertThat(broken)
        .failsWithin(WorkerBench.LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(NoClassDefFoundError.class);
    assertThat(next).succeedsWithin(WorkerBench.LIMIT);
  }

  @Test
  void givesUpACallThatDoesNotReturnAndThoseThatWaitBehindIt() {
    BoundedCalls calls = new BoundedCalls(thread, SHORT);

    CompletableFuture<Void> stuck = calls.run(this::untilReleased);
    CompletableFuture<Void> behind = calls.run(() -> made.add("behind"));

    assertTimedOut(stuck);
    assertTimedOut(behind);
    assertTimedOut(calls.run(() -> made.add("later")));
    assertThat(made).isEmpty();
  }

  @Test
  void takesCallsAgainOnceTheStuckOneHasReturned() {
    BoundedCalls calls = new BoundedCalls(thread, SHORT);
    assertTimedOut(calls.run(this::untilReleased));
    CompletableFuture<Void> never = calls.run(() -> made.add("never"));
    assertTimedOut(never);

    gate.countDown();

    WorkerBench.eventually(() -> !calls.run(() -> made.add("again")).isCompletedExceptionally());
    WorkerBench.eventually(() -> made.contains("again"));
    assertThat(made).doesNotContain("never");
  }

  @Test
  void refusesCallsOnceItsThreadIsShutDown() {
    BoundedCalls calls = new BoundedCalls(thread, LONG);

    thread.shutdown();

    assertThat(calls.run(() -> made.add("late")))
        .failsWithin(WorkerBench.LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(RejectedExecutionException.class);
  }

  private void untilReleased() {
    try {
      gate.await();
      made.add("first");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertTimedOut(CompletableFuture<Void> call) {
    assertThat(call)
        .failsWithin(WorkerBench.LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
  }
}
