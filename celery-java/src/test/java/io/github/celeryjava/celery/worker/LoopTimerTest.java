package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoopTimerTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Instant START = ManualClock.START;

  private final ManualClock clock = new ManualClock();
  private final LoopTimer timer = new LoopTimer(clock, clock);
  private final List<String> done = new ArrayList<>();

  @Test
  void doesNothingBeforeItsTimeAndEverythingOnceAtIt() {
    timer.at(START.plusSeconds(2), () -> done.add("two"));
    timer.at(START.plusSeconds(1), () -> done.add("one"));
    timer.after(Duration.ofSeconds(3), () -> done.add("three"));

    timer.runDue();
    assertThat(done).isEmpty();

    clock.advance(Duration.ofSeconds(2));
    timer.runDue();
    assertThat(done).containsExactly("one", "two");

    clock.advance(Duration.ofSeconds(1));
    timer.runDue();
    timer.runDue();
    assertThat(done).containsExactly("one", "two", "three");
  }

  @Test
  void keepsTheOrderOfWhatIsDueAtTheSameTime() {
    for (int i = 0; i < 50; i++) {
      String name = "" + i;
      timer.at(START, () -> done.add(name));
    }

    timer.runDue();

    assertThat(done)
        .hasSize(50)
        .isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
  }

  @Test
  void doesNotDoWhatWasCancelled() {
    LoopTimer.Entry time = timer.at(START.plusSeconds(1), () -> done.add("time"));
    LoopTimer.Entry interval = timer.after(Duration.ofSeconds(1), () -> done.add("interval"));
    LoopTimer.Entry past = timer.at(START, () -> done.add("past"));
    timer.runDue();

    time.cancel();
    interval.cancel();
    past.cancel();
    clock.advance(Duration.ofSeconds(1));
    timer.runDue();

    assertThat(done).containsExactly("past");
    assertThat(timer.untilNext(LIMIT)).isEqualTo(LIMIT);
  }

  @Test
  void saysHowLongNothingIsDueUpToTheLimit() {
    assertThat(timer.untilNext(LIMIT)).isEqualTo(LIMIT);

    timer.at(START.plusSeconds(20), () -> {});
    assertThat(timer.untilNext(LIMIT)).isEqualTo(LIMIT);

    timer.after(Duration.ofSeconds(5), () -> {});
    assertThat(timer.untilNext(LIMIT)).isEqualTo(Duration.ofSeconds(5));

    timer.at(START.plusSeconds(3), () -> {});
    assertThat(timer.untilNext(LIMIT)).isEqualTo(Duration.ofSeconds(3));

    clock.advance(Duration.ofSeconds(60));
    assertThat(timer.untilNext(LIMIT)).isZero();
  }

  @Test
  void doesWhatAnActionAddsInTheSameCallOnlyIfItIsDue() {
    timer.at(
        START,
        () -> {
          timer.at(START.minusSeconds(1), () -> done.add("late"));
          timer.at(START.plusSeconds(1), () -> done.add("later"));
        });

    timer.runDue();

    assertThat(done).containsExactly("late");
  }

  @Test
  void goesOnWithTheOthersInTheNextCallAfterAnActionThatFails() {
    timer.at(
        START,
        () -> {
          throw new IllegalStateException("broken");
        });
    timer.at(START, () -> done.add("other"));

    assertThatThrownBy(timer::runDue).hasMessage("broken");
    timer.runDue();

    assertThat(done).containsExactly("other");
  }

  @Test
  void intervalsPassAlthoughTheWallClockIsSetBack() {
    timer.after(Duration.ofSeconds(1), () -> done.add("interval"));
    timer.at(START.plusSeconds(1), () -> done.add("time"));

    clock.set(START.minus(Duration.ofDays(1)));
    clock.setNanos(Duration.ofSeconds(1).toNanos());
    assertThat(timer.untilNext(LIMIT)).isZero();
    timer.runDue();

    assertThat(done).containsExactly("interval");
  }

  @Test
  void intervalsSurviveTheLargestNumberOfTheMonotonicClock() {
    clock.setNanos(Long.MAX_VALUE - 10);
    timer.after(Duration.ofNanos(20), () -> done.add("second"));
    timer.after(Duration.ofNanos(5), () -> done.add("first"));

    timer.runDue();
    assertThat(done).isEmpty();

    clock.advance(Duration.ofNanos(20));
    timer.runDue();
    assertThat(done).containsExactly("first", "second");
  }

  @Test
  @Timeout(20)
  void dropsManyEntriesWithoutLookingAtEachForEach() {
    List<LoopTimer.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 300_000; i++) {
      entries.add(timer.at(START.plusSeconds(i), () -> done.add("held")));
    }

    for (int i = entries.size() - 1; i >= 0; i--) { // the worst order for a heap
      entries.get(i).cancel();
    }

    clock.advance(Duration.ofDays(10));
    timer.runDue();
    assertThat(done).isEmpty();
  }
}
