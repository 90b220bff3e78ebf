package io.github.celeryjava.celery.worker;

import static io.github.celeryjava.celery.worker.AppBench.onThread;
import static io.github.celeryjava.celery.worker.AppBench.stopping;
import static io.github.celeryjava.celery.worker.WorkerBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryBuilder;
import io.github.celeryjava.celery.worker.pool.PoolKind;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WorkerTest {

  private static final Duration LIMIT = WorkerBench.LIMIT;
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final AppBench bench = new AppBench();
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void close() {
    bench.close();
    log.close();
  }

  @Test
  void runsTasksUntilItIsStopped() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("noop", "id-1"), TaskPost.of("noop", "id-2"));
    eventually(() -> worker.processed() == 2);

    assertThat(worker.stop(LIMIT)).isTrue();

    assertThat(bench.begun).containsExactly("id-1", "id-2");
    assertThat(bench.state("id-2")).isEqualTo("SUCCESS");
    assertThat(worker.isConsuming()).isFalse();
    assertThat(bench.waiting()).isZero();
    assertThat(bench.broker.consumers("jobs")).isZero();
  }

  @Test
  void aWarmStopLetsRunningTasksEndAndStartsNoOther() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait", "running"), TaskPost.of("noop", "waiting"));
    eventually(() -> bench.begun.contains("running"));

    CompletableFuture<Boolean> stopped = stopping(worker, FOR_EVER);
    eventually(() -> bench.broker.consumers("jobs") == 0);
    bench.post(TaskPost.of("noop", "later"));
    bench.gate.release();

    assertThat(stopped).succeedsWithin(LIMIT).isEqualTo(true);
    assertThat(bench.begun).containsExactly("running");
    assertThat(bench.state("running")).isEqualTo("SUCCESS");
    assertThat(bench.broker.take("jobs")).containsExactlyInAnyOrder("waiting", "later");
  }

  @Test
  void aWarmStopGivesBackAtOnceWhatHasNotStarted() throws Exception {
    Worker worker = bench.consuming();
    bench.post(
        TaskPost.of("wait", "running"),
        TaskPost.of("noop", "waiting"),
        TaskPost.of("noop", "held").eta(ManualClock.START.plusSeconds(60)));
    eventually(() -> bench.begun.contains("running") && bench.waiting() == 0);

    CompletableFuture<Boolean> stopped = stopping(worker, FOR_EVER);

    eventually(() -> bench.waiting() == 2);
    assertThat(stopped).isNotDone();
    bench.gate.release();
    assertThat(stopped).succeedsWithin(LIMIT).isEqualTo(true);
    assertThat(bench.waiting()).isEqualTo(2);
  }

  @Test
  void aStopInterruptsLateTasksAfterItsLimitAndTheyGoBack() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait_late", "running"));
    eventually(() -> bench.begun.contains("running"));

    CompletableFuture<Boolean> stopped = stopping(worker, Duration.ofMinutes(1));
    eventually(() -> bench.broker.consumers("jobs") == 0);
    bench.clock.advance(Duration.ofSeconds(59));
    assertThat(stopped).isNotDone();
    bench.clock.advance(Duration.ofSeconds(1));

    assertThat(stopped).succeedsWithin(LIMIT).isEqualTo(false);
    assertThat(bench.broker.take("jobs")).containsExactly("running");
    assertThat(bench.state("running")).isEqualTo("PENDING");
  }

  @Test
  void aColdStopStoresARetryForTheTasksItInterruptsIfTheyAreAcknowledged() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait", "running"), TaskPost.of("noop", "waiting"));
    eventually(() -> bench.begun.contains("running"));

    assertThat(worker.stop(Duration.ZERO)).isFalse();

    assertThat(bench.state("running")).isEqualTo("RETRY");
    assertThat(bench.broker.take("jobs")).containsExactly("waiting");
  }

  @Test
  void aColdStopStoresARetryForATaskThatTakesNoNotice() throws Exception {
    bench.task("stubborn", false, (context, args, kwargs) -> stubborn());
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("stubborn", "running"));
    eventually(() -> bench.begun.contains("running"));

    assertThat(worker.stop(Duration.ZERO)).isFalse();

    assertThat(bench.state("running")).isEqualTo("RETRY");
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "SOLO"})
  void aColdStopInterruptsNobodyWhereNothingRuns(PoolKind pool) throws Exception {
    for (int i = 0; i < 20; i++) {
      Worker worker = bench.consuming(options -> options.pool(pool).concurrency(4));
      bench.post(TaskPost.of("noop", "id-" + i));
      eventually(() -> worker.processed() == 1 && worker.active() == 0);

      assertThat(worker.stop(Duration.ZERO)).isTrue();
    }
    assertThat(log.lines(Level.WARN)).isEmpty();
  }

  @Test
  void aWarmStopBecomesAColdOneWhenToldSo() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait_late", "running"));
    eventually(() -> bench.begun.contains("running"));
    CompletableFuture<Boolean> stopped = stopping(worker, FOR_EVER);
    eventually(() -> bench.broker.consumers("jobs") == 0);

    worker.interruptTasks();

    assertThat(stopped).succeedsWithin(LIMIT).isEqualTo(false);
    assertThat(bench.broker.take("jobs")).containsExactly("running");
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "SOLO"})
  void interruptedTasksOfARunningWorkerGoBackAndItTakesThemAgain(PoolKind pool) throws Exception {
    Worker worker = bench.consuming(options -> options.pool(pool));
    bench.post(TaskPost.of("wait_late", "late"));
    eventually(() -> bench.begun.contains("late"));

    worker.interruptTasks();
    eventually(() -> bench.begun.equals(List.of("late", "late")));
    bench.gate.release();

    eventually(() -> bench.state("late").equals("SUCCESS"));
    assertThat(worker.isConsuming()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "SOLO"})
  void aRunningWorkerTakesTasksAfterItInterruptedOthers(PoolKind pool) throws Exception {
    Worker worker = bench.consuming(options -> options.pool(pool));
    bench.task(
        "fails",
        false,
        (context, args, kwargs) -> {
          throw new IllegalStateException("broken");
        });
    bench.post(TaskPost.of("wait", "early"));
    eventually(() -> bench.begun.contains("early"));

    worker.interruptTasks();
    bench.post(TaskPost.of("noop", "next"), TaskPost.of("fails", "failing"));

    eventually(() -> bench.state("failing").equals("FAILURE")); // it was not interrupted
    assertThat(bench.state("early")).isEqualTo("RETRY");
    assertThat(bench.state("next")).isEqualTo("SUCCESS");
  }

  @Test
  void interruptingAWorkerWithoutTasksChangesNothing() throws Exception {
    Worker worker = bench.consuming();

    worker.interruptTasks();
    bench.post(TaskPost.of("noop", "next"));

    eventually(() -> bench.state("next").equals("SUCCESS"));
  }

  @Test
  void stoppingAgainWaitsForTheFirstStop() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait", "running"));
    eventually(() -> bench.begun.contains("running"));

    CompletableFuture<Boolean> first = stopping(worker, FOR_EVER);
    eventually(() -> bench.broker.consumers("jobs") == 0);
    CompletableFuture<Boolean> second = stopping(worker, Duration.ZERO);
    assertThat(second).isNotDone();
    bench.gate.release();

    assertThat(first).succeedsWithin(LIMIT).isEqualTo(true);
    assertThat(second).succeedsWithin(LIMIT).isEqualTo(true);
    assertThat(worker.stop(Duration.ZERO)).isTrue();
  }

  @Test
  void anInterruptOfTheStoppingThreadStopsAtOnce() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait_late", "running"));
    eventually(() -> bench.begun.contains("running"));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread stopper =
        new Thread(
            () -> {
              try {
                worker.stop(FOR_EVER);
              } catch (InterruptedException e) {
                thrown.set(e);
              }
            });
    stopper.start();
    eventually(() -> bench.broker.consumers("jobs") == 0);

    stopper.interrupt();
    stopper.join(LIMIT.toMillis());

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(worker.stop(LIMIT)).isFalse();
    eventually(() -> bench.waiting() == 1);
  }

  @Test
  void aWorkerThatNeverStartedStopsAtOnceAndCannotBeStarted() throws Exception {
    Worker worker = bench.worker(options -> options);

    assertThat(worker.stop(FOR_EVER)).isTrue();

    assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> worker.awaitReady(LIMIT)).hasMessageContaining("stopped");
  }

  @Test
  void startsOnce() throws Exception {
    Worker worker = bench.consuming();

    assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);

    worker.close();
    assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stopsWhileItIsStarting() throws Exception {
    for (int i = 0; i < 50; i++) {
      Worker worker = bench.worker(options -> options);
      worker.start();

      assertThat(worker.stop(LIMIT)).isTrue();

      assertThat(bench.broker.consumers("jobs")).isZero();
    }
  }

  @Test
  void runReturnsOnceTheWorkerIsStopped() throws Exception {
    Worker worker = bench.worker(options -> options);
    CompletableFuture<Void> run = running(worker);
    assertThat(worker.awaitReady(LIMIT)).isTrue();

    worker.close();

    assertThat(run).succeedsWithin(LIMIT);
  }

  @Test
  void runFailsWhenAQueueIsDeclaredOtherwise() throws Exception {
    bench.broker.delete("jobs");
    bench.broker.declare(Queue.builder("jobs").maxPriority(3).build());
    Worker worker = bench.worker(options -> options);

    CompletableFuture<Void> run = running(worker);

    assertFailed(run, OperationalException.class, "jobs");
    assertThatThrownBy(() -> worker.awaitReady(LIMIT)).isInstanceOf(OperationalException.class);
    assertThat(worker.stop(LIMIT)).isTrue();
  }

  @Test
  void runFailsWhenTheWorkerGivesUpLater() throws Exception {
    try (AppBench hasty =
        new AppBench(builder -> builder.set("broker_connection_max_retries", 1))) {
      Worker worker = hasty.worker(options -> options);
      CompletableFuture<Void> run = running(worker);
      assertThat(worker.awaitReady(LIMIT)).isTrue();

      losesItsQueue(hasty);
      eventually(
          () -> {
            hasty.clock.advance(Duration.ofSeconds(2)); // to the next attempt
            return run.isDone();
          });

      assertFailed(run, KombuException.class, "jobs");
      assertThat(worker.isConsuming()).isFalse();
      assertThat(worker.stop(LIMIT)).isTrue();
    }
  }

  @Test
  void aWorkerThatGivesUpLetsItsTasksEnd() throws Exception {
    try (AppBench hasty = new AppBench(builder -> builder.set("broker_connection_retry", false))) {
      Worker worker = hasty.worker(options -> options);
      CompletableFuture<Void> run = running(worker);
      assertThat(worker.awaitReady(LIMIT)).isTrue();
      hasty.post(TaskPost.of("wait", "running"));
      eventually(() -> hasty.begun.contains("running"));

      losesItsQueue(hasty);
      eventually(() -> log.errors().stream().anyMatch(line -> line.contains("The worker ends")));
      assertThat(run).isNotDone();
      hasty.gate.release();

      assertFailed(run, KombuException.class, "jobs");
      assertThat(hasty.state("running")).isEqualTo("SUCCESS");
      assertThat(worker.stop(LIMIT)).isTrue();
    }
  }

  @Test
  void stoppingAWorkerThatGaveUpWaitsNoLongerThanItSays() throws Exception {
    try (AppBench hasty = new AppBench(builder -> builder.set("broker_connection_retry", false))) {
      Worker worker = hasty.consuming();
      hasty.post(TaskPost.of("wait", "running"));
      eventually(() -> hasty.begun.contains("running"));
      losesItsQueue(hasty);
      eventually(() -> log.errors().stream().anyMatch(line -> line.contains("The worker ends")));

      assertThat(worker.stop(Duration.ZERO)).isFalse();

      assertThat(hasty.state("running")).isEqualTo("RETRY");
    }
  }

  @Test
  void awaitingSaysWhetherItConsumesYet() throws Exception {
    Worker worker = bench.worker(options -> options);

    assertThat(worker.awaitReady(Duration.ZERO)).isFalse();
    worker.start();

    assertThat(worker.awaitReady(FOR_EVER)).isTrue();
    assertThat(worker.isConsuming()).isTrue();
    worker.close();
  }

  @Test
  void refusesOptionsThatCannotWork() {
    try (AppBench strict =
        new AppBench(builder -> builder.set("task_create_missing_queues", false))) {
      assertThatThrownBy(() -> strict.worker(options -> options.queues(List.of("nobody"))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'nobody'")
          .hasMessageContaining("jobs");
      assertThatThrownBy(() -> strict.worker(options -> options.excludedQueues(List.of("jobs"))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("no queue is left");
    }
    try (AppBench forked = new AppBench(builder -> builder.set("worker_pool", "prefork"))) {
      assertThatThrownBy(() -> forked.worker(options -> options))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("threads");
    }
    try (Celery bare = Celery.builder().withoutEnvironment().build()) {
      assertThatThrownBy(() -> Worker.of(bare))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("broker_url");
    }
  }

  @Test
  void takesFromItsOptionsAndFromTheSettingsWhatThoseLeaveOpen() {
    try (AppBench set =
        new AppBench(
            builder ->
                builder
                    .set("worker_pool", "solo")
                    .set("worker_concurrency", 7)
                    .set("worker_eta_task_limit", 0)
                    .set("worker_prefetch_multiplier", 3))) {
      Worker solo = Worker.of(set.app);
      Worker threads =
          set.worker(options -> options.pool(PoolKind.THREADS).concurrency(null).name("jobs@here"));

      assertThat(solo.poolName()).isEqualTo("solo");
      assertThat(solo.concurrency()).isEqualTo(1);
      assertThat(solo.hostname()).startsWith("celery@");
      assertThat(solo.queues()).extracting(Queue::name).containsExactly("jobs");
      assertThat(intake(set).etaLimit()).isNull();
      assertThat(solo.broker()).startsWith("memory://");
      assertThat(threads.concurrency()).isEqualTo(7);
      assertThat(threads.hostname()).isEqualTo("jobs@here");
      assertThat(intake(set).prefetch()).isEqualTo(3);
      assertThat(prefetch(set, WorkerOptions.builder().pool(PoolKind.THREADS))).isEqualTo(21);
      assertThat(prefetch(set, WorkerOptions.builder().prefetchMultiplier(0))).isZero();
      assertThat(
              prefetch(
                  set,
                  WorkerOptions.builder().pool(PoolKind.THREADS).prefetchMultiplier(1_000_000)))
          .isEqualTo(65_535);
    }
  }

  @Test
  void triesAgainAsTheSettingsSay() {
    Duration asCelery = Duration.ofSeconds(2_790);
    assertThat(persistence(builder -> builder).atStart()).isEqualTo(asCelery);
    assertThat(persistence(builder -> builder).later()).isEqualTo(asCelery);
    assertThat(persistence(builder -> builder.set("broker_connection_retry", false)))
        .returns(Duration.ZERO, Persistence::atStart)
        .returns(Duration.ZERO, Persistence::later);
    assertThat(persistence(builder -> builder.set("broker_connection_retry_on_startup", false)))
        .returns(Duration.ZERO, Persistence::atStart)
        .returns(asCelery, Persistence::later);
    assertThat(
            persistence(
                builder ->
                    builder
                        .set("broker_connection_retry", false)
                        .set("broker_connection_retry_on_startup", true)))
        .returns(asCelery, Persistence::atStart)
        .returns(Duration.ZERO, Persistence::later);
    assertThat(persistence(builder -> builder.set("broker_connection_max_retries", 0)))
        .returns(Duration.ZERO, Persistence::later);
    assertThat(persistence(builder -> builder.set("broker_connection_max_retries", null)))
        .returns(null, Persistence::later);
    assertThat(persistence(builder -> builder.set("broker_url", "memory://a;memory://b")))
        .returns(2, Persistence::brokers);
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "SOLO"})
  void stopsWarmWithEveryPool(PoolKind pool) throws Exception {
    Worker worker = bench.consuming(options -> options.pool(pool));
    bench.post(TaskPost.of("wait_late", "running"), TaskPost.of("noop", "waiting"));
    eventually(() -> bench.begun.contains("running"));

    CompletableFuture<Boolean> stopped = stopping(worker, FOR_EVER);
    assertThat(stopped).isNotDone();
    bench.gate.release();

    assertThat(stopped).succeedsWithin(LIMIT).isEqualTo(true);
    assertThat(bench.state("running")).isEqualTo("SUCCESS");
    assertThat(bench.broker.take("jobs")).isSubsetOf("waiting");
    assertThat(bench.begun.size() + bench.waiting()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "SOLO"})
  void stopsColdWithEveryPool(PoolKind pool) throws Exception {
    Worker worker = bench.consuming(options -> options.pool(pool));
    bench.post(TaskPost.of("wait_late", "running"), TaskPost.of("noop", "waiting"));
    eventually(() -> bench.begun.contains("running"));

    assertThat(worker.stop(Duration.ZERO)).isFalse();

    assertThat(bench.broker.take("jobs")).containsExactlyInAnyOrder("running", "waiting");
    assertThat(bench.begun).containsExactly("running");
  }

  @Test
  void aTaskMayStopItsOwnWorkerFromAnotherThread() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicReference<Worker> self = new AtomicReference<>();
    bench.task(
        "stop",
        false,
        (context, args, kwargs) -> {
          new Thread(
                  () -> {
                    self.get().close();
                    stopped.countDown();
                  })
              .start();
          return null;
        });
    Worker worker = bench.worker(options -> options);
    self.set(worker);
    CompletableFuture<Void> run = running(worker);

    bench.post(TaskPost.of("stop", "id-1"));

    assertThat(run).succeedsWithin(LIMIT);
    stopped.await();
  }

  /** The broker refuses to let the worker consume from here on. */
  private static void losesItsQueue(AppBench bench) {
    bench.broker.delete("jobs");
    bench.broker.declare(Queue.builder("jobs").maxPriority(3).build());
  }

  private static WorkerSession.Intake intake(AppBench bench) {
    return WorkerPlan.of(bench.app, WorkerOptions.defaults()).intake();
  }

  private static int prefetch(AppBench bench, WorkerOptions.Builder options) {
    return WorkerPlan.of(bench.app, options.build()).intake().prefetch();
  }

  private static Persistence persistence(UnaryOperator<CeleryBuilder> settings) {
    try (AppBench bench = new AppBench(settings)) {
      return WorkerPlan.of(bench.app, WorkerOptions.defaults()).persistence();
    }
  }

  private static CompletableFuture<Void> running(Worker worker) {
    return onThread(
        () -> {
          worker.run();
          return null;
        });
  }

  private static void assertFailed(
      CompletableFuture<Void> run, Class<? extends Throwable> type, String text) {
    assertThat(run)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(type)
        .withMessageContaining(text);
  }

  private Object stubborn() {
    bench.gate.acquireUninterruptibly();
    return null;
  }
}
