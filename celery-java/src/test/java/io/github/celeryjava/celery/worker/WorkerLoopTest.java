package io.github.celeryjava.celery.worker;

import static io.github.celeryjava.celery.worker.WorkerBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerLoopTest {

  private static final Duration LIMIT = WorkerBench.LIMIT;
  private static final Duration NEVER = Duration.ZERO;
  private static final Duration ALWAYS = Duration.ofDays(365);
  private static final OperationalException AWAY = OperationalException.lost("no route", null);
  private static final OperationalException REFUSED =
      OperationalException.refused("wrong password", 403, null);

  private final WorkerBench bench = new WorkerBench();
  private final ExecutorService side = Threads.singleThread("side");
  private final CapturedLog log = new CapturedLog();
  private WorkerLoop loop;
  private Thread thread;

  @AfterEach
  void close() throws InterruptedException {
    if (thread != null) {
      loop.finish();
      thread.join(LIMIT.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
    side.shutdown();
    bench.close();
    log.close();
  }

  @Test
  void consumesOnceItIsReady() {
    start(NEVER, NEVER);

    assertThat(loop.ready()).succeedsWithin(LIMIT);
    assertThat(loop.isConsuming()).isTrue();
    assertThat(loop.failure()).isNull();
    assertRuns("id-1");
  }

  @Test
  void endsWhenTheBrokerIsAwayAtTheStartAndNobodyWantsToTryAgain() throws Exception {
    bench.transport.failAlways(AWAY);

    start(NEVER, ALWAYS);

    assertEndedBy(AWAY);
    assertThat(bench.transport.attempts()).isEqualTo(1);
    assertThat(log.errors()).singleElement().asString().contains("no route");
  }

  @Test
  void endsWhenTheBrokerRefusesItAtTheStart() throws Exception {
    bench.transport.failAlways(REFUSED);

    start(ALWAYS, ALWAYS);

    assertEndedBy(REFUSED);
    assertThat(bench.transport.attempts()).isEqualTo(1);
  }

  @Test
  void endsWhenAQueueIsDeclaredOtherwise() throws Exception {
    start(NEVER, NEVER, bench.jobs.toBuilder().maxPriority(7).build());

    thread.join(LIMIT.toMillis());

    assertThat(loop.failure())
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("jobs");
    assertThat(loop.ready()).isCompletedExceptionally();
  }

  @Test
  void endsWhenATransportBreaksItsContract() throws Exception {
    IllegalStateException defect = new IllegalStateException("a defect of the transport");
    bench.transport.failAlways(defect);

    start(ALWAYS, ALWAYS);

    assertEndedBy(defect);
  }

  @Test
  void triesAgainAtTheStartAtTheIntervalsOfItsPolicy() {
    bench.transport.failNext(AWAY, AWAY);
    start(ALWAYS, NEVER);

    awaitFailures(1);
    passes(199);
    assertThat(bench.transport.attempts()).isEqualTo(1);
    passes(1);
    awaitFailures(2);
    passes(399);
    assertThat(bench.transport.attempts()).isEqualTo(2);
    passes(1);

    assertThat(loop.ready()).succeedsWithin(LIMIT);
    assertThat(bench.transport.attempts()).isEqualTo(3);
  }

  @Test
  void givesUpAtTheStartOnceItHasTriedForLongEnough() throws Exception {
    bench.transport.failAlways(AWAY);
    start(Duration.ofSeconds(4), ALWAYS);

    awaitFailures(1);
    passes(2_000);
    awaitFailures(2);
    passesAtTheEnd(2_000);

    assertEndedBy(AWAY);
    assertThat(bench.transport.attempts()).isEqualTo(3);
    assertThat(log.errors()).last().asString().contains("gives up, 3 attempts");
  }

  @Test
  void triesEveryBrokerBeforeItSaysThatItCannotStart() {
    bench.transport.failNext(AWAY);
    Connection two =
        Connection.builder("faulty://other;faulty://bench").transport(bench.transport).build();
    loop =
        new WorkerLoop(
            two, bench.timer, side, () -> session(two), new Persistence(NEVER, NEVER, 2, () -> 0));
    run();

    assertThat(loop.ready()).succeedsWithin(LIMIT);
    two.close();
  }

  @Test
  void comesBackAfterALossAndRunsWhatItHadNotStarted() {
    start(NEVER, ALWAYS);
    bench.broker.post("jobs", TaskPost.of("noop", "waiting"));
    eventually(() -> bench.pool.waiting() == 1);

    bench.transport.cut();
    eventually(() -> !loop.isConsuming());
    eventually(() -> bench.state.reserved().isEmpty());
    bench.pool.runAll();
    assertThat(bench.ran).isEmpty();

    passes(200);
    eventually(loop::isConsuming);
    eventually(() -> bench.pool.waiting() == 1);
    bench.pool.runAll();
    assertThat(bench.ran).containsExactly("waiting");
  }

  @Test
  void comesBackAgainAndAgainWithEveryIntervalStartingAnew() {
    start(NEVER, Duration.ofSeconds(1));
    for (int i = 0; i < 10; i++) {
      eventually(loop::isConsuming);
      bench.transport.failNext(AWAY);
      bench.transport.cut();
      eventually(() -> !loop.isConsuming());
      passes(200);
      awaitFailures(i + 1);
      passes(200);
    }

    eventually(loop::isConsuming);
    assertThat(bench.transport.attempts()).isEqualTo(21);
    assertRuns("id-1");
    assertThat(bench.broker.consumers("jobs")).isEqualTo(1);
  }

  @Test
  void givesUpAfterALossOnceItHasTriedForLongEnough() throws Exception {
    start(NEVER, Duration.ofMillis(300));
    assertThat(loop.ready()).succeedsWithin(LIMIT);
    bench.transport.failAlways(AWAY);

    bench.transport.cut();
    eventually(() -> !loop.isConsuming());
    passes(200);
    awaitFailures(1);
    passes(200);
    awaitFailures(2);
    passesAtTheEnd(400);
    thread.join(LIMIT.toMillis());

    assertThat(loop.failure()).hasMessage("no route");
    assertThat(bench.transport.attempts()).isEqualTo(4);
  }

  @Test
  void endsAfterALossIfItMayNotTryAgain() throws Exception {
    start(NEVER, NEVER);
    assertThat(loop.ready()).succeedsWithin(LIMIT);

    bench.transport.cut();
    thread.join(LIMIT.toMillis());

    assertThat(loop.failure()).hasMessageContaining("the wire was cut");
    assertThat(bench.transport.attempts()).isEqualTo(1);
  }

  @Test
  void goesOnAfterALossAlthoughTheBrokerThenRefusesForAWhile() {
    start(NEVER, ALWAYS);
    assertThat(loop.ready()).succeedsWithin(LIMIT);
    bench.transport.failNext(REFUSED);

    bench.transport.cut();
    eventually(() -> !loop.isConsuming());
    passes(200);
    awaitFailures(1);
    passes(200);

    eventually(loop::isConsuming);
  }

  @Test
  void startsAnewWhenAQueueIsDeletedAndLosesNothingOfTheOthers() {
    Queue mail = Queue.named("mail");
    start(NEVER, ALWAYS, bench.jobs, mail);
    assertThat(loop.ready()).succeedsWithin(LIMIT);
    bench.broker.post("jobs", TaskPost.of("noop", "waiting"));
    eventually(() -> bench.pool.waiting() == 1);

    bench.broker.delete("mail");
    eventually(() -> !loop.isConsuming());
    passes(200);
    eventually(loop::isConsuming);
    bench.broker.post("mail", TaskPost.of("noop", "mail"));

    eventually(
        () -> {
          bench.pool.runAll();
          return bench.ran.size() == 2;
        });
    assertThat(bench.ran).containsExactlyInAnyOrder("waiting", "mail");
    assertThat(bench.transport.attempts()).isEqualTo(1);
  }

  @Test
  void stopsConsumingAndGivesBackWhatHasNotStarted() {
    start(NEVER, NEVER);
    bench.broker.post("jobs", TaskPost.of("noop", "waiting"));
    eventually(() -> bench.pool.waiting() == 1);

    assertThat(loop.stopConsuming()).succeedsWithin(LIMIT);

    assertThat(loop.isConsuming()).isFalse();
    assertThat(bench.broker.consumers("jobs")).isZero();
    assertThat(bench.broker.take("jobs")).containsExactly("waiting");
    assertThat(bench.state.reserved()).isEmpty();
  }

  @Test
  void doesNotConnectAgainOnceItHasStopped() {
    start(NEVER, ALWAYS);
    assertThat(loop.ready()).succeedsWithin(LIMIT);
    assertThat(loop.stopConsuming()).succeedsWithin(LIMIT);

    bench.transport.cut();
    poke();
    passes(60_000);

    assertThat(bench.transport.attempts()).isEqualTo(1);
    assertThat(log.errors()).isEmpty();
  }

  @Test
  void stopsAtOnceWhileItConnectsAndConsumesNothingAfterwards() {
    CountDownLatch gate = new CountDownLatch(1);
    bench.transport.holdBack(gate);
    start(ALWAYS, ALWAYS);
    eventually(() -> bench.transport.attempts() == 1);

    assertThat(loop.stopConsuming()).succeedsWithin(LIMIT);
    bench.broker.post("jobs", TaskPost.of("noop", "id-1"));
    gate.countDown();
    sideIsDone();
    poke();
    sideIsDone();

    assertThat(loop.isConsuming()).isFalse();
    assertThat(loop.ready()).isNotDone();
    assertThat(bench.broker.consumers("jobs")).isZero();
    assertThat(bench.broker.take("jobs")).containsExactly("id-1");
  }

  @Test
  void stopsAtOnceWhileItWaitsForTheNextAttempt() {
    bench.transport.failAlways(AWAY);
    start(ALWAYS, ALWAYS);
    awaitFailures(1);

    assertThat(loop.stopConsuming()).succeedsWithin(LIMIT);
    passes(60_000);

    assertThat(bench.transport.attempts()).isEqualTo(1);
  }

  @Test
  void stoppingWhatHasGivenUpWaitsForNothing() throws Exception {
    bench.transport.failAlways(AWAY);
    start(NEVER, NEVER);
    thread.join(LIMIT.toMillis());

    CompletableFuture<Void> stopped = loop.stopConsuming();

    assertThat(stopped).isDone();
  }

  @Test
  void finishingForgetsWhatHasNotStarted() throws Exception {
    start(NEVER, NEVER);
    bench.broker.post("jobs", TaskPost.of("noop", "waiting"));
    eventually(() -> bench.pool.waiting() == 1);

    loop.finish();
    thread.join(LIMIT.toMillis());
    bench.pool.runAll();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(loop.failure()).isNull();
    assertThat(loop.isConsuming()).isFalse();
  }

  @Test
  void finishingBeforeItIsReadyTellsThoseWhoWait() {
    bench.transport.failAlways(AWAY);
    start(ALWAYS, ALWAYS);
    awaitFailures(1);

    loop.finish();

    assertThat(loop.ready())
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withMessageContaining("stopped");
    assertThat(loop.failure()).isNull();
  }

  @Test
  void goesOnAfterADefectInWhatItRuns() {
    start(NEVER, NEVER);
    assertThat(loop.ready()).succeedsWithin(LIMIT);
    RuntimeException defect = new IllegalStateException("a defect");

    bench.connection.execute(
        () -> {
          bench.timer.at(
              ManualClock.START,
              () -> {
                throw defect;
              });
          throw defect;
        });

    eventually(() -> log.errors().size() == 2);
    assertRuns("id-1");
  }

  @Test
  void endsLoudlyWhenTheJvmFailsIt() throws Exception {
    start(NEVER, NEVER);
    assertThat(loop.ready()).succeedsWithin(LIMIT);
    Error error = new OutOfMemoryError("made up");

    bench.connection.execute(
        () -> {
          throw error;
        });
    thread.join(LIMIT.toMillis());

    assertThat(loop.failure()).isSameAs(error);
    assertThat(loop.isConsuming()).isFalse();
    assertThat(log.errors()).hasSize(1);
  }

  @Test
  void doesNothingMoreOnceTheSideThreadIsGone() {
    start(NEVER, ALWAYS);
    assertThat(loop.ready()).succeedsWithin(LIMIT);

    side.shutdown();
    bench.transport.cut();
    eventually(() -> !loop.isConsuming());
    passes(200);

    assertThat(loop.stopConsuming()).succeedsWithin(LIMIT);
    assertThat(bench.transport.attempts()).isEqualTo(1);
  }

  private void start(Duration atStart, Duration later, Queue... queues) {
    Queue[] consumed = queues.length == 0 ? new Queue[] {bench.jobs} : queues;
    loop =
        new WorkerLoop(
            bench.connection,
            bench.timer,
            side,
            () -> bench.session(side, 2, null, consumed),
            new Persistence(atStart, later, 1, () -> 0));
    run();
  }

  private WorkerSession session(Connection connection) {
    return new WorkerSession(
        connection,
        new WorkerSession.Intake(List.of(bench.jobs), Set.of("application/json"), 2, null),
        side,
        bench::strategy);
  }

  private void run() {
    thread = Threads.platform("loop", loop);
    thread.start();
  }

  /** Time passes, and the loop has noticed when this returns. */
  private void passes(long millis) {
    poke(); // what it does just now may still have to set its timer
    bench.clock.advance(Duration.ofMillis(millis));
    poke();
    sideIsDone();
    poke();
  }

  /** Time passes, and the loop may be over when this returns. */
  private void passesAtTheEnd(long millis) {
    poke();
    bench.clock.advance(Duration.ofMillis(millis));
    bench.connection.execute(() -> {});
  }

  /** Waits until the loop has done everything that is there and looked at its timer. */
  private void poke() {
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Void> seen = new CompletableFuture<>();
      bench.connection.execute(() -> seen.complete(null));
      assertThat(seen).succeedsWithin(LIMIT);
    }
  }

  private void sideIsDone() {
    if (!side.isShutdown()) {
      assertThat(CompletableFuture.runAsync(() -> {}, side)).succeedsWithin(LIMIT);
    }
  }

  private void awaitFailures(int count) {
    eventually(
        () ->
            log.errors().stream().filter(line -> line.contains("Cannot connect")).count() >= count);
    poke();
  }

  private void assertRuns(String id) {
    bench.broker.post("jobs", TaskPost.of("noop", id));
    eventually(() -> bench.pool.waiting() == 1);
    bench.pool.runAll();
    assertThat(bench.ran).containsExactly(id);
  }

  private void assertEndedBy(Throwable cause) throws InterruptedException {
    thread.join(LIMIT.toMillis());
    assertThat(loop.failure()).hasMessageContaining(cause.getMessage());
    assertThat(loop.ready())
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withMessageContaining(cause.getMessage());
    assertThat(loop.isConsuming()).isFalse();
  }
}
