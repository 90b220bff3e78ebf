package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfirmTrackerTest {

  private final ConfirmTracker<String> tracker = new ConfirmTracker<>();

  @Test
  void aConfirmCompletesItsMessageAlone() {
    List<CompletableFuture<Void>> futures = add(3);

    tracker.acked(2, false);

    assertThat(done(futures)).containsExactly(2);
  }

  @Test
  void aMultipleConfirmCompletesAllUpToItsNumber() {
    List<CompletableFuture<Void>> futures = add(5);

    tracker.acked(3, true);

    assertThat(done(futures)).containsExactly(1, 2, 3);
    assertThat(tracker.size()).isEqualTo(2);
  }

  @Test
  void aMultipleConfirmPassesOverThoseConfirmedBefore() {
    List<CompletableFuture<Void>> futures = add(4);
    tracker.acked(2, false);

    tracker.nacked(3, true);

    assertThat(futures.get(1)).isCompleted();
    assertThat(refusal(futures.get(0)).replyCode()).isZero();
    assertThat(refusal(futures.get(0)).isRecoverable()).isTrue();
    assertThat(refusal(futures.get(2)).getMessage()).contains("message 3");
    assertThat(futures.get(3)).isNotDone();
  }

  @Test
  void aConfirmForANumberThatIsNotOutIsIgnored() {
    List<CompletableFuture<Void>> futures = add(2);
    tracker.acked(1, false);

    tracker.acked(1, false);
    tracker.acked(99, true);
    tracker.nacked(0, true);

    assertThat(futures.get(0)).isCompleted();
    assertThat(futures.get(1)).isNotDone();
  }

  @Test
  void theWindowGrowsAsFarAsItMustAndKeepsItsNumbers() {
    List<CompletableFuture<Void>> first = add(50);
    tracker.acked(40, true);
    List<CompletableFuture<Void>> rest = add(10_000);

    tracker.acked(45, false);
    tracker.acked(9_999, true);

    assertThat(first).allMatch(CompletableFuture::isDone);
    assertThat(done(rest)).hasSize(9_949);
    assertThat(tracker.size()).isEqualTo(51);
  }

  @Test
  void aReturnFailsTheOneMessageAndItsConfirmChangesNothing() {
    List<CompletableFuture<Void>> futures = add(3);

    boolean known = tracker.returned("message 2"::equals, "312 NO_ROUTE");
    tracker.acked(3, true);

    assertThat(known).isTrue();
    assertThat(refusal(futures.get(1)).replyCode()).isEqualTo(312);
    assertThat(refusal(futures.get(1)).isRecoverable()).isFalse();
    assertThat(refusal(futures.get(1)).getMessage()).contains("message 2", "312 NO_ROUTE");
    assertThat(futures.get(0)).isCompletedWithValue(null);
    assertThat(futures.get(2)).isCompletedWithValue(null);
  }

  @Test
  void twoReturnsOfEqualMessagesFailTwoMessages() {
    CompletableFuture<Void> first = tracker.add("same");
    CompletableFuture<Void> second = tracker.add("same");

    assertThat(tracker.returned("same"::equals, "312 NO_ROUTE")).isTrue();
    assertThat(tracker.returned("same"::equals, "312 NO_ROUTE")).isTrue();
    assertThat(tracker.returned("same"::equals, "312 NO_ROUTE")).isFalse();

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
  }

  @Test
  void closingFailsWhatIsOutAndWhatComesLater() {
    List<CompletableFuture<Void>> futures = add(2);
    OperationalException lost = OperationalException.lost("gone", null);

    tracker.close(lost);

    assertThat(futures).allSatisfy(future -> assertThat(failure(future)).isSameAs(lost));
    assertThatThrownBy(() -> tracker.add("late")).isSameAs(lost);
  }

  @Test
  void aMessageThatWasNotPublishedAfterAllUsesNoNumber() {
    CompletableFuture<Void> one = tracker.add("one");
    CompletableFuture<Void> never = tracker.add("never written");

    tracker.undo();
    CompletableFuture<Void> two = tracker.add("two");
    tracker.acked(2, false);

    assertThat(two).isCompleted();
    assertThat(one).isNotDone();
    assertThat(never).isNotDone();
  }

  private List<CompletableFuture<Void>> add(int count) {
    List<CompletableFuture<Void>> futures = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      futures.add(tracker.add("message " + i));
    }
    return futures;
  }

  /** The numbers, from 1, of those that are done. */
  private static List<Integer> done(List<CompletableFuture<Void>> futures) {
    return IntStream.rangeClosed(1, futures.size())
        .filter(i -> futures.get(i - 1).isDone())
        .boxed()
        .toList();
  }

  private static MessageRefusedException refusal(CompletableFuture<Void> future) {
    return (MessageRefusedException) failure(future);
  }

  private static Throwable failure(CompletableFuture<Void> future) {
    try {
      future.join();
      throw new AssertionError("succeeded");
    } catch (CompletionException e) {
      return e.getCause();
    }
  }
}
