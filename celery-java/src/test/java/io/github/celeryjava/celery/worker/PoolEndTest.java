package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.celeryjava.celery.worker.pool.TaskPool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolEndTest {

  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final ManualClock clock = new ManualClock();
  private final ScriptedPool pool = new ScriptedPool();
  private final PoolEnd end = new PoolEnd(pool, clock);
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void isOverAtOnceWhereNothingRuns() throws InterruptedException {
    pool.stops(true);

    assertThat(end.refuse()).isTrue();
    assertThat(pool.waits).containsExactly(Duration.ZERO);
  }

  @Test
  void givesIdleThreadsAMomentToEnd() throws InterruptedException {
    pool.stops(false, true);

    assertThat(end.refuse()).isTrue();
    assertThat(pool.waits).hasSize(2);
  }

  @Test
  void doesNotWaitForWhatRunsBeforeItIsAsked() throws InterruptedException {
    pool.active = 3;
    pool.stops(false);

    assertThat(end.refuse()).isFalse();
    assertThat(pool.waits).containsExactly(Duration.ZERO);
  }

  @Test
  void waitsForWhatRuns() throws InterruptedException {
    pool.active = 1;
    pool.stops(false, false, true);

    assertThat(end.await(FOR_EVER)).isTrue();
    assertThat(pool.interrupts).isZero();
    assertThat(end.isInterrupting()).isFalse();
  }

  @Test
  void interruptsWhatRunsForTooLong() throws InterruptedException {
    pool.active = 1;
    pool.whileWaiting = () -> clock.advance(Duration.ofMillis(500));
    pool.stops(false, false, false, true);

    assertThat(end.await(Duration.ofMillis(1_400))).isFalse();

    assertThat(pool.waits)
        .startsWith(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(400));
    assertThat(pool.interrupts).isEqualTo(1);
    assertThat(end.isInterrupting()).isTrue();
    assertThat(log.lines(Level.WARN)).containsExactly("Running tasks are interrupted: 1");
    assertThat(log.errors()).isEmpty();
  }

  @Test
  void interruptsAtOnceWhereThereIsNoTime() throws InterruptedException {
    pool.stops(true);

    assertThat(end.await(Duration.ZERO)).isFalse();
    assertThat(pool.interrupts).isEqualTo(1);
  }

  @Test
  void stopsWaitingWhenSomebodyElseInterrupts() throws InterruptedException {
    pool.whileWaiting = end::interrupt;
    pool.stops(false, true);

    assertThat(end.await(FOR_EVER)).isFalse();
    assertThat(pool.waits).hasSize(2);
  }

  @Test
  void doesNotCallATaskThatWasInterruptedOneThatEndedByItself() throws InterruptedException {
    pool.whileWaiting = end::interrupt;
    pool.stops(true, true);

    assertThat(end.await(FOR_EVER)).isFalse();
  }

  @Test
  void leavesTasksThatTakeNoNoticeAndSaysHowMany() throws InterruptedException {
    pool.active = 2;
    pool.stops(false);

    assertThat(end.await(Duration.ZERO)).isFalse();
    assertThat(log.errors()).singleElement().asString().endsWith("are left: 2");
  }

  /** A pool whose stops end as a test says. */
  private static final class ScriptedPool implements TaskPool {

    private final List<Duration> waits = new ArrayList<>();
    private final Deque<Boolean> answers = new ArrayDeque<>();
    private Runnable whileWaiting = () -> {};
    private int active;
    private int interrupts;

    void stops(boolean... ended) {
      for (boolean each : ended) {
        answers.add(each);
      }
    }

    @Override
    public boolean stop(Duration wait) {
      waits.add(wait);
      whileWaiting.run();
      return answers.remove();
    }

    @Override
    public void interruptAll() {
      interrupts++;
    }

    @Override
    public void withdraw(Set<? extends Runnable> jobs) {}

    @Override
    public int active() {
      return active;
    }

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public void submit(Runnable job) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int limit() {
      return 1;
    }

    @Override
    public int waiting() {
      return 0;
    }

    @Override
    public void grow(int count) {}

    @Override
    public void shrink(int count) {}
  }
}
