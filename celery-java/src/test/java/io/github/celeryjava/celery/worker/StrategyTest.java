package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.worker.WorkerBench.Fate;
import io.github.celeryjava.kombu.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StrategyTest {

  private static final Instant NOW = ManualClock.START;

  private final WorkerBench bench = new WorkerBench();
  private final CapturedLog log = new CapturedLog();
  private final List<String> heldChanges = new ArrayList<>();
  private final Strategy strategy = bench.strategy((queue, by) -> heldChanges.add(queue + by));

  @AfterEach
  void close() {
    log.close();
    bench.close();
  }

  @Test
  void givesATaskOfVersionTwoToThePoolWithoutReadingItsBody() {
    Message message = receive(TaskPost.of("noop", "id-1").withBody("this is no JSON"));

    assertThat(bench.pool.waiting()).isEqualTo(1);
    assertThat(bench.state.reserved()).hasSize(1);
    assertThat(message.isSettled()).isFalse();
    assertThat(log.lines(Level.INFO)).containsExactly("Task noop[id-1] received");
  }

  @Test
  void runsATaskOfVersionTwo() {
    List<Object> seen = new ArrayList<>();
    bench.task("add", (context, args, kwargs) -> seen.add(List.of(args, kwargs)));

    Message message = receive(TaskPost.of("add", "id-1").withBody("[[1, 2], {\"z\": 3}, {}]"));
    bench.pool.runAll();

    assertThat(seen).containsExactly(List.of(List.of(1L, 2L), Map.of("z", 3L)));
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertThat(bench.state.reserved()).isEmpty();
  }

  @Test
  void runsATaskOfVersionOne() {
    List<Object> seen = new ArrayList<>();
    bench.task("add", (context, args, kwargs) -> seen.add(List.of(context.id(), args, kwargs)));

    receive(
        TaskPost.body(
            "{\"task\": \"add\", \"id\": \"id-1\", \"args\": [1], \"kwargs\": {\"y\": 2}}"));
    bench.pool.runAll();

    assertThat(seen).containsExactly(List.of("id-1", List.of(1L), Map.of("y", 2L)));
  }

  @Test
  void runsATaskWithHeadersOfVersionTwoAndABodyOfVersionOne() {
    List<Object> seen = new ArrayList<>();
    bench.task("add", (context, args, kwargs) -> seen.add(List.of(context.id(), args)));

    receive(
        TaskPost.of("add", "id-1")
            .withBody("{\"task\": \"old\", \"id\": \"old\", \"args\": [1], \"kwargs\": {}}"));
    bench.pool.runAll();

    assertThat(seen).containsExactly(List.of("id-1", List.of(1L)));
  }

  @Test
  void tellsTheTaskHowItsMessageCame() {
    List<Object> seen = new ArrayList<>();
    bench.task(
        "who", (context, args, kwargs) -> seen.add(List.of(context.hostname(), context.replyTo())));

    receive(TaskPost.of("who", "id-1"));
    bench.pool.runAll();

    assertThat(seen).containsExactly(List.of("celery@here", "replies"));
  }

  @Test
  void refusesATaskThatNobodyHasRegistered() {
    Message message = receive(TaskPost.of("nobody.has_it", "id-1"));

    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    assertThat(bench.backend.states()).containsExactly("id-1 FAILURE");
    assertThat(bench.state.reserved()).isEmpty();
  }

  @Test
  void discardsATaskThatHasExpiredOnTheWay() {
    Message message = receive(TaskPost.of("noop", "id-1").expires(NOW.minusSeconds(1)));

    assertThat(bench.pool.waiting()).isZero();
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertThat(bench.backend.states()).containsExactly("id-1 REVOKED");
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(log.lines(Level.INFO)).last().isEqualTo("Discarding expired task: noop[id-1]");
  }

  @Test
  void looksAtTheExpiryAgainBeforeATaskRuns() {
    receive(TaskPost.of("noop", "id-1").expires(NOW.plusSeconds(1)));

    bench.clock.advance(Duration.ofSeconds(2));
    bench.pool.runAll();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.backend.states()).containsExactly("id-1 REVOKED");
  }

  @Test
  void holdsATaskUntilItsTime() {
    Message message = receive(TaskPost.of("noop", "id-1").eta(NOW.plusSeconds(5)));
    assertThat(bench.state.reserved()).hasSize(1);

    bench.clock.advance(Duration.ofMillis(4_999));
    bench.timer.runDue();
    assertThat(bench.pool.waiting()).isZero();

    bench.clock.advance(Duration.ofMillis(1));
    bench.timer.runDue();
    assertThat(bench.pool.waiting()).isEqualTo(1);
    assertThat(message.isSettled()).isFalse();
    assertThat(heldChanges).containsExactly("jobs1", "jobs-1");
  }

  @Test
  void runsATaskWhoseTimeHasPassedAtOnce() {
    receive(TaskPost.of("noop", "id-1").eta(NOW.minusSeconds(5)));

    assertThat(bench.pool.waiting()).isEqualTo(1);
    assertThat(heldChanges).isEmpty();
  }

  @Test
  void discardsATaskThatExpiresWhileItIsHeld() {
    receive(TaskPost.of("noop", "id-1").eta(NOW.plusSeconds(9)).expires(NOW.plusSeconds(5)));

    bench.clock.advance(Duration.ofSeconds(9));
    bench.timer.runDue();

    assertThat(bench.pool.waiting()).isZero();
    assertThat(bench.backend.states()).containsExactly("id-1 REVOKED");
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(heldChanges).containsExactly("jobs1", "jobs-1");
  }

  @Test
  void forgetsWhatHasNotStartedWhenItsConnectionIsGone() {
    Message held = receive(TaskPost.of("noop", "held").eta(NOW.plusSeconds(5)));
    Message waiting = receive(TaskPost.of("noop", "waiting"));

    strategy.forgetAll();
    bench.clock.advance(Duration.ofSeconds(5));
    bench.timer.runDue();
    bench.pool.runAll();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(List.of(held, waiting)).noneMatch(Message::isSettled);
  }

  @Test
  void leavesARunningTaskAloneWhenItsConnectionIsGone() {
    TaskDefinition lost =
        bench.task(
            "lost",
            options -> options.acksLate(true),
            (context, args, kwargs) -> {
              strategy.forgetAll();
              return null;
            });
    receive(TaskPost.of(lost.name(), "id-1"));

    bench.pool.runAll();

    assertThat(bench.backend.states()).containsExactly("id-1 SUCCESS");
    assertThat(bench.state.reserved()).isEmpty();
  }

  @Test
  void takesNothingMoreOnceItHasForgotten() {
    strategy.forgetAll();

    Message message = receive(TaskPost.of("noop", "id-1"));
    Message later = receive(TaskPost.of("noop", "id-2").eta(NOW.plusSeconds(5)));
    Message unknown = receive(TaskPost.of("unknown", "id-3"));

    assertThat(bench.pool.waiting()).isZero();
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(bench.timer.untilNext(WorkerBench.LIMIT)).isEqualTo(WorkerBench.LIMIT);
    assertThat(List.of(message, later, unknown)).noneMatch(Message::isSettled);
  }

  @Test
  void givesBackWhatHasNotStartedWhenTheWorkerStops() {
    Message held = receive(TaskPost.of("noop", "held").eta(NOW.plusSeconds(5)));
    Message waiting = receive(TaskPost.of("noop", "waiting"));

    strategy.giveBackAll();
    assertThat(bench.pool.waiting()).isZero();
    bench.clock.advance(Duration.ofSeconds(5));
    bench.timer.runDue();
    bench.pool.runAll();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(List.of(held, waiting)).allMatch(Message::isSettled);
    assertThat(bench.broker.take(WorkerBench.JOBS)).containsExactlyInAnyOrder("held", "waiting");
  }

  @Test
  void givesBackWhatComesWhenThePoolTakesNothingMore() {
    bench.pool.stop(Duration.ZERO);
    Message message = receive(TaskPost.of("noop", "id-1"));
    assertThat(message.isSettled()).isFalse();

    strategy.giveBackAll();

    assertThat(bench.fate(message)).isEqualTo(Fate.REQUEUED);
    assertThat(bench.state.reserved()).isEmpty();
  }

  @Test
  void dropsTenThousandHeldTasksAtOnce() {
    TaskPost[] posts =
        IntStream.range(0, 10_000)
            .mapToObj(i -> TaskPost.of("noop", "id-" + i).eta(NOW.plusSeconds(1 + i)))
            .toArray(TaskPost[]::new);
    bench.receive(posts).forEach(strategy::received);
    assertThat(bench.state.reserved()).hasSize(10_000);

    strategy.forgetAll();

    assertThat(bench.state.reserved()).isEmpty();
    assertThat(bench.timer.untilNext(WorkerBench.LIMIT)).isEqualTo(WorkerBench.LIMIT);
  }

  private Message receive(TaskPost post) {
    Message message = bench.receive(post).get(0);
    strategy.received(message);
    return message;
  }
}
