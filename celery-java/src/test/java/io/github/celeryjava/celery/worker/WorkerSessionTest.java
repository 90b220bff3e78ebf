package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test is the loop thread and, by way of the executor, the side thread too. */
@Timeout(60)
class WorkerSessionTest {

  private static final Instant NOW = ManualClock.START;

  private final WorkerBench bench = new WorkerBench();
  private final ExecutorService side = new DirectExecutor();
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void close() {
    log.close();
    bench.close();
  }

  @Test
  void declaresItsQueuesAndConsumesFromEach() {
    Queue mail = Queue.named("mail");
    WorkerSession session = bench.session(side, 4, null, bench.jobs, mail);

    session.open();
    bench.broker.post("mail", TaskPost.of("noop", "id-1"));
    bench.broker.post("jobs", TaskPost.of("noop", "id-2"));
    drainUntilWaiting(2);
    bench.pool.runAll();

    assertThat(bench.ran).containsExactlyInAnyOrder("id-1", "id-2");
  }

  @Test
  void saysWhatTheBrokerRefuses() {
    Queue other = bench.jobs.toBuilder().maxPriority(5).build();
    WorkerSession session = bench.session(side, 4, null, other);

    assertThatThrownBy(session::open)
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("jobs");
  }

  @Test
  void takesNoMoreThanItsPrefetchCount() {
    open(3, null);

    bench.broker.post("jobs", plain(10));
    drainUntilWaiting(3);

    assertThat(bench.broker.waiting("jobs")).isEqualTo(7);
  }

  @Test
  void takesAsManyMoreAsItHoldsForTheirTime() {
    open(3, null);
    bench.broker.post("jobs", held(20));
    bench.broker.post("jobs", plain(10));

    drainUntilWaiting(3);

    assertThat(bench.state.reserved()).hasSize(23);
    assertThat(bench.broker.waiting("jobs")).isEqualTo(7);
  }

  @Test
  void takesFewerAgainOnceHeldTasksAreDue() {
    open(2, null);
    bench.broker.post("jobs", held(4));
    bench.broker.post("jobs", plain(9));
    drainUntilWaiting(2);
    assertThat(bench.broker.waiting("jobs")).isEqualTo(7);

    bench.clock.advance(Duration.ofHours(1));
    bench.timer.runDue();
    bench.pool.runAll(); // two plain ones and four that were held
    drainUntilWaiting(2);

    assertThat(bench.ran).hasSize(6);
    assertThat(bench.broker.waiting("jobs")).isEqualTo(5);
  }

  @Test
  void takesNoMoreThanTheLimitOfHeldTasks() {
    open(3, 10);

    bench.broker.post("jobs", held(50));
    drainUntilReserved(10);

    assertThat(bench.broker.waiting("jobs")).isEqualTo(40);
  }

  @Test
  void takesItsPrefetchCountEvenIfTheLimitOfHeldTasksIsSmaller() {
    open(5, 2);

    bench.broker.post("jobs", held(3));
    bench.broker.post("jobs", plain(10));
    drainUntilReserved(5);

    assertThat(bench.broker.waiting("jobs")).isEqualTo(8);
  }

  @Test
  void countsHeldTasksForTheirOwnQueueAlone() {
    Queue mail = Queue.named("mail");
    WorkerSession session = bench.session(side, 2, null, bench.jobs, mail);
    session.open();
    bench.broker.post("jobs", held(6));
    drainUntilReserved(6);

    bench.broker.post("mail", plain(9));
    drainUntilReserved(8);

    assertThat(bench.broker.waiting("mail")).isEqualTo(7);
  }

  @Test
  void takesEverythingWhereThereIsNoPrefetchCount() {
    open(0, null);

    bench.broker.post("jobs", held(5));
    bench.broker.post("jobs", plain(50));
    drainUntilReserved(55);

    assertThat(bench.broker.waiting("jobs")).isZero();
  }

  @Test
  void stopsConsumingAndCanStillSettleWhatItTook() {
    WorkerSession session = open(2, null);
    bench.broker.post("jobs", plain(2));
    drainUntilWaiting(2);

    session.stopConsuming();
    bench.broker.post("jobs", plain(3));
    bench.pool.runAll();

    assertThat(bench.ran).hasSize(2);
    assertThat(bench.broker.consumers("jobs")).isZero();
    assertThat(bench.broker.waiting("jobs")).isEqualTo(3);
    bench.connection.close();
    assertThat(bench.broker.waiting("jobs")).isEqualTo(3); // the two are acknowledged
  }

  @Test
  void givesBackWhatIsUnsettledWhenItClosesAlthoughTheConnectionStands() {
    WorkerSession session = open(5, null);
    bench.broker.post("jobs", plain(2));
    bench.broker.post("jobs", held(2));
    drainUntilReserved(4);

    session.forget();
    session.close();
    bench.pool.runAll();

    assertThat(bench.connection.isConnected()).isTrue();
    assertThat(bench.broker.waiting("jobs")).isEqualTo(4);
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(bench.ran).isEmpty();
  }

  @Test
  void givesBackWhatHasNotStartedAndKeepsTheRest() {
    WorkerSession session = open(5, null);
    bench.broker.post("jobs", plain(2));
    bench.broker.post("jobs", held(2));
    drainUntilReserved(4);

    session.stopConsuming();
    session.giveBack();

    assertThat(bench.broker.waiting("jobs")).isEqualTo(4);
    assertThat(bench.state.reserved()).isEmpty();
  }

  @Test
  void canBeStoppedAndClosedWhateverHasHappened() {
    WorkerSession unopened = bench.session(side, 1, null, bench.jobs);
    unopened.stopConsuming();
    unopened.close();

    WorkerSession lost = open(1, null);
    bench.transport.cut();
    lost.stopConsuming();
    lost.close();
    lost.close();

    assertThat(log.errors()).isEmpty();
  }

  @Test
  void anEtaTaskThatFallsDueAfterTheSideThreadHasGoneHarmsNothing() {
    WorkerSession session = open(3, null);
    bench.broker.post("jobs", held(1));
    drainUntilReserved(1);

    side.shutdown();
    bench.clock.advance(Duration.ofHours(1));
    bench.timer.runDue();

    assertThat(bench.pool.waiting()).isEqualTo(1);
    session.forget();
  }

  private WorkerSession open(int prefetch, Integer etaLimit) {
    WorkerSession session = bench.session(side, prefetch, etaLimit, bench.jobs);
    session.open();
    return session;
  }

  private void drainUntilWaiting(int count) {
    drain(() -> bench.pool.waiting() >= count);
    assertThat(bench.pool.waiting()).isEqualTo(count);
  }

  private void drainUntilReserved(int count) {
    drain(() -> bench.state.reserved().size() >= count);
    assertThat(bench.state.reserved()).hasSize(count);
  }

  /** Drains until then, and then until nothing more comes of it. */
  private void drain(BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      assertThat(bench.connection.drainEvents(WorkerBench.LIMIT)).isPositive();
    }
    while (bench.connection.drainEvents(Duration.ofMillis(50)) > 0) {
      assertThat(bench.state.reserved()).isNotEmpty();
    }
  }

  private static TaskPost[] plain(int count) {
    return posts(count, "plain", post -> post);
  }

  private static TaskPost[] held(int count) {
    return posts(count, "held", post -> post.eta(NOW.plusSeconds(60)));
  }

  private static TaskPost[] posts(int count, String id, UnaryOperator<TaskPost> how) {
    return IntStream.range(0, count)
        .mapToObj(i -> how.apply(TaskPost.of("noop", id + "-" + i)))
        .toArray(TaskPost[]::new);
  }
}
