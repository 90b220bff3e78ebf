package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.transport.Delivery;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task must not be sent before the queue for its answer is there. */
@Timeout(30)
class AnswerQueueTest {

  private final SendingParts parts = new SendingParts();

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void aTaskNamesTheQueueForItsAnswer() {
    parts.publisher.send(call(options -> options));

    assertThat(replyTo()).isEqualTo("answers");
    assertThat(parts.answers.waits).containsExactly(Duration.ofSeconds(10));
  }

  @Test
  void aTaskWhoseResultNobodyWantsNamesNoQueueAndWaitsForNone() {
    parts.publisher.send(call(options -> options.ignoreResult(true)));

    assertThat(replyTo()).isEmpty();
    assertThat(parts.answers.waits).isEmpty();
  }

  @Test
  void theCallsOwnQueueForTheAnswerWins() {
    parts.publisher.send(call(options -> options.replyTo("mine")));

    assertThat(replyTo()).isEqualTo("mine");
    assertThat(parts.answers.waits).isEmpty();
  }

  @Test
  void waitingForTheQueueCountsAsTimeOfTheCall() {
    CallOptions ten = CallOptions.builder().timeout(Duration.ofSeconds(10)).build();
    long start = parts.publisher.nanos();

    CallOptions atOnce = parts.publisher.within(ten, start);
    parts.clock.advance(Duration.ofSeconds(6));
    CallOptions later = parts.publisher.within(ten, start);
    CallOptions unsaid = parts.publisher.within(CallOptions.none(), start);
    parts.clock.advance(Duration.ofSeconds(6));
    CallOptions tooLate = parts.publisher.within(ten, start);

    assertThat(atOnce).isSameAs(ten);
    assertThat(later.timeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(unsaid.timeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(tooLate.timeout()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void aTaskIsNotSentIfTheQueueDoesNotCome() {
    parts.answers.waiting = timeout -> fail(new PublishTimeoutException("no queue", null));

    assertThatThrownBy(() -> parts.publisher.send(call(options -> options)))
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessage("no queue");

    parts.publisher.send(call(options -> options.ignoreResult(true)));
    assertThat(replyTo()).isEmpty();
    assertThat(parts.poll()).isEmpty();
  }

  @Test
  void sendingForAFutureDoesNotWaitForTheQueue() throws Exception {
    CompletableFuture<String> sent = parts.batches.sendAsync(call(options -> options.taskId("1")));
    CompletableFuture<String> other =
        parts.batches.sendAsync(call(options -> options.taskId("2").ignoreResult(true)));

    assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo("2");
    assertThat(sent).isNotDone();
    parts.answers.receiving.complete("answers");

    assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo("1");
    assertThat(replyTo()).isEmpty();
    assertThat(replyTo()).isEqualTo("answers");
    assertThat(parts.answers.waits).isEmpty();
  }

  @Test
  void sendingForAFutureUsesAQueueThatIsThere() throws Exception {
    parts.answers.receiving.complete("answers");

    CompletableFuture<String> sent = parts.batches.sendAsync(call(options -> options.taskId("1")));

    assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo("1");
    assertThat(replyTo()).isEqualTo("answers");
  }

  @Test
  void aFutureFailsInTimeIfTheQueueDoesNotComeAndOthersGoOnWaiting() throws Exception {
    parts.answers.trouble = "the broker is away";
    CompletableFuture<String> patient = parts.batches.sendAsync(call(options -> options));
    CompletableFuture<String> hasty =
        parts.batches.sendAsync(call(options -> options.timeout(Duration.ofMillis(20))));

    assertThat(hasty)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(PublishTimeoutException.class)
        .withMessageContaining("PT0.02S")
        .withMessageContaining("the broker is away");
    parts.answers.receiving.complete("answers");

    patient.get(10, TimeUnit.SECONDS);
    assertThat(replyTo()).isEqualTo("answers");
    assertThat(parts.poll()).isEmpty();
  }

  @Test
  void aFutureFailsWithTheRefusalOfTheQueue() {
    CompletableFuture<String> waiting = parts.batches.sendAsync(call(options -> options));
    KombuException refusal = OperationalException.refused("not allowed", 403, null);

    parts.answers.receiving.completeExceptionally(refusal);
    CompletableFuture<String> late = parts.batches.sendAsync(call(options -> options));

    for (CompletableFuture<String> sent : List.of(waiting, late)) {
      assertThat(sent)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .havingCause()
          .isSameAs(refusal);
    }
  }

  @Test
  void aFutureFailsWithWhatKeepsTheCallFromBeingEncodedOnceTheQueueIsThere() {
    CompletableFuture<String> sent =
        parts.batches.sendAsync(TaskSignature.of("proj.add", List.of(new Object())));

    parts.answers.receiving.complete("answers");

    assertThat(sent)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("java.lang.Object");
  }

  @Test
  void aBatchAsksForTheQueueOnce() {
    parts.batches.sendAll(Collections.nCopies(3, call(options -> options)));

    assertThat(parts.answers.waits).hasSize(1);
    assertThat(List.of(replyTo(), replyTo(), replyTo())).containsOnly("answers");
  }

  @Test
  void aBatchWaitsOnceForAQueueThatDoesNotComeAndSendsWhatNeedsNone() {
    PublishTimeoutException timeout = new PublishTimeoutException("no queue", null);
    parts.answers.waiting = ignored -> fail(timeout);
    List<TaskSignature> calls =
        List.of(
            call(options -> options.taskId("0")),
            call(options -> options.taskId("1").ignoreResult(true)),
            call(options -> options));

    assertThatThrownBy(() -> parts.batches.sendAll(calls))
        .isInstanceOfSatisfying(
            SendAllException.class,
            e -> {
              assertThat(e.failures()).isEqualTo(Map.of(0, timeout, 2, timeout));
              assertThat(e.taskIds()).containsExactly("0", "1", "");
            });

    assertThat(parts.answers.waits).hasSize(1);
    assertThat(replyTo()).isEmpty();
    assertThat(parts.poll()).isEmpty();
  }

  private static TaskSignature call(UnaryOperator<CallOptionsBuilder> options) {
    return TaskSignature.of("proj.add", List.of())
        .withOptions(options.apply(CallOptions.builder()).build());
  }

  private static String fail(RuntimeException error) {
    throw error;
  }

  private String replyTo() {
    Delivery delivery = parts.poll().orElseThrow(() -> new AssertionError("nothing was sent"));
    return delivery.message().properties().replyTo();
  }
}
