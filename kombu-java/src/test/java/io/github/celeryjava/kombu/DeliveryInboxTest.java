package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeliveryInboxTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final DeliveryInbox inbox = new DeliveryInbox();
  private final List<String> handled = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void handlesWhatIsThereInOrder() {
    put("a", "b", "c");

    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(3);
    assertThat(handled).containsExactly("a", "b", "c");
  }

  @Test
  void saysZeroWhenNothingCame() {
    assertThat(inbox.drain(Duration.ZERO)).isZero();
    assertThat(inbox.drain(Duration.ofMillis(1))).isZero();
  }

  @Test
  void waitsForTheFirstEvent() throws Exception {
    Future<Integer> drained = threads.submit(() -> inbox.drain(LONG));

    put("a");

    assertThat(drained.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(handled).containsExactly("a");
  }

  @Test
  void comesBackAfterABatchAndKeepsTheRest() {
    for (int i = 0; i < DeliveryInbox.BATCH + 10; i++) {
      put("e" + i);
    }

    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(DeliveryInbox.BATCH);
    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(10);
    assertThat(inbox.drain(Duration.ZERO)).isZero();
  }

  @Test
  void losesNothingWhenAnEventThrows() {
    put("a");
    inbox.put(
        () -> {
          throw new IllegalStateException("boom");
        });
    put("b");

    assertThatThrownBy(() -> inbox.drain(Duration.ZERO)).hasMessage("boom");
    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(1);
    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void handlesAnEventPutByAnEvent() {
    inbox.put(() -> put("later"));

    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(1);
    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(1);
    assertThat(handled).containsExactly("later");
  }

  @Test
  void dropsWhatHasLostItsPointWithoutCountingIt() {
    putStale();
    put("a");
    putStale();

    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(1);
    assertThat(inbox.drain(Duration.ZERO)).isZero();
    assertThat(handled).containsExactly("a");
  }

  @Test
  void goesOnWaitingWhenAllItGotWasStale() throws Exception {
    Future<Integer> drained = threads.submit(() -> inbox.drain(LONG));

    putStale();
    put("a");

    assertThat(drained.get(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void throwsAFailureOnceAndBeforeTheEventsThatCameEarlier() {
    put("a");
    inbox.fail(this, OperationalException.lost("gone", null));

    assertThatThrownBy(() -> inbox.drain(Duration.ZERO)).hasMessage("gone");
    assertThat(handled).isEmpty();
    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(1);
    assertThat(inbox.drain(Duration.ZERO)).isZero();
  }

  @Test
  void throwsAFailureThatHappensBetweenTwoEventsBeforeTheSecond() {
    inbox.put(() -> inbox.fail(this, OperationalException.lost("gone", null)));
    put("after");

    assertThatThrownBy(() -> inbox.drain(Duration.ZERO)).hasMessage("gone");
    assertThat(handled).isEmpty();
    assertThat(inbox.drain(Duration.ZERO)).isEqualTo(1);
  }

  @Test
  void throwsEachOfSeveralFailures() {
    inbox.fail("one", OperationalException.lost("first", null));
    inbox.fail("two", OperationalException.lost("second", null));

    assertThatThrownBy(() -> inbox.drain(Duration.ZERO)).hasMessage("first");
    assertThatThrownBy(() -> inbox.drain(Duration.ZERO)).hasMessage("second");
    assertThat(inbox.drain(Duration.ZERO)).isZero();
  }

  @Test
  void wakesAWaitingDrainerForAFailure() {
    Future<Integer> drained = threads.submit(() -> inbox.drain(LONG));

    inbox.fail(this, OperationalException.lost("gone", null));

    assertThatThrownBy(() -> drained.get(10, TimeUnit.SECONDS)).hasMessageContaining("gone");
  }

  @Test
  void forgetsTheFailuresOfOneSource() {
    inbox.fail("one", OperationalException.lost("first", null));
    inbox.fail("two", OperationalException.lost("second", null));

    inbox.forget("one");

    assertThatThrownBy(() -> inbox.drain(Duration.ZERO)).hasMessage("second");
    assertThat(inbox.drain(Duration.ZERO)).isZero();
  }

  @Test
  void anInterruptNeitherEndsTheWaitNorGetsLost() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Future<Boolean> flagKept =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              interrupted.countDown();
              assertThat(inbox.drain(LONG)).isEqualTo(1);
              return Thread.currentThread().isInterrupted();
            });
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();

    put("a");

    assertThat(flagKept.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @RepeatedTest(5)
  void losesAndDoublesNothingUnderManyThreads() throws Exception {
    int perThread = 20_000;
    int[] next = new int[4];
    for (int thread = 0; thread < next.length; thread++) {
      int id = thread;
      var unused =
          threads.submit(
              () -> {
                for (int i = 0; i < perThread; i++) {
                  int number = i;
                  inbox.put(() -> assertThat(next[id]++).isEqualTo(number));
                }
              });
    }

    int total = 0;
    while (total < next.length * perThread) {
      int drained = inbox.drain(LONG);
      assertThat(drained).isBetween(1, DeliveryInbox.BATCH);
      total += drained;
    }

    assertThat(next).containsOnly(perThread);
  }

  private void put(String... names) {
    for (String name : names) {
      inbox.put(() -> handled.add(name));
    }
  }

  private void putStale() {
    inbox.put(
        new DeliveryInbox.Event() {
          @Override
          public void handle() {
            handled.add("stale");
          }

          @Override
          public boolean isStale() {
            return true;
          }
        });
  }
}
