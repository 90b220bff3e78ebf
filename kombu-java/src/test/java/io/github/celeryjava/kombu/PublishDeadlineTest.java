package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A publish ends at its deadline, whatever keeps it. Time stands still unless a test moves it. */
@Timeout(30)
@Tag("B6")
class PublishDeadlineTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final PublishOptions TO_JOBS = PublishOptions.to("jobs");

  private final ManualTiming timing = ManualTiming.still();
  private final FakeBroker broker = new FakeBroker();
  private final Connection connection = broker.connection().timing(timing).build();
  private final Producer producer = connection.producer().build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch hanging = new CountDownLatch(1);

  @AfterEach
  void endThreads() {
    hanging.countDown();
    threads.shutdownNow();
  }

  @Test
  void holdsWhileConnecting() throws Exception {
    broker.attempts.add(url -> hang());

    assertThatItEndsAtItsDeadline(2, "was not sent within PT10S");
  }

  @Test
  void holdsWhileOpeningTheChannel() throws Exception {
    broker.onOpenChannel = this::hang;

    assertThatItEndsAtItsDeadline(1, "was not sent within PT10S");
  }

  @Test
  void holdsWhileDeclaring() throws Exception {
    broker.onDeclare = this::hang;
    PublishOptions declaring = PublishOptions.builder().declare(Queue.named("jobs")).build();

    Future<?> publishing = threads.submit(() -> producer.publish("work", declaring));
    timing.awaitWaiters(1);
    timing.advance(TEN_SECONDS);

    assertThatTimedOut(publishing, "was not sent within PT10S");
  }

  @Test
  void holdsWhileTheBrokerBlocksAndSendsNothingMeanwhile() throws Exception {
    connection.connect();
    producer.publish("first", TO_JOBS);
    broker.published.clear();
    broker.last().listener.blocked("low on memory");

    assertThatItEndsAtItsDeadline(2, "was not sent within PT10S");
    broker.last().listener.unblocked();

    producer.publish("second", TO_JOBS);
    assertThat(broker.publishedBodies()).containsExactly("second");
  }

  @Test
  void goesOnWhenTheBrokerBlocksNoMore() throws Exception {
    connection.connect();
    broker.last().listener.blocked("low on memory");
    Future<?> publishing = threads.submit(() -> producer.publish("work", TO_JOBS));
    timing.awaitWaiters(2);

    broker.last().listener.unblocked();

    publishing.get(10, TimeUnit.SECONDS);
  }

  @Test
  void holdsWhileTheConfirmationIsMissingOnTheFirstAndOnEveryLaterCall() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;

    for (int call = 0; call < 3; call++) {
      Future<?> publishing = threads.submit(() -> producer.publish("work", TO_JOBS));
      broker.nextPublished();
      timing.awaitWaiters(1);
      timing.advance(TEN_SECONDS.minusNanos(1));
      assertThat(publishing.isDone()).isFalse();
      timing.advance(Duration.ofNanos(1));

      assertThatTimedOut(publishing, "was not confirmed within PT10S; it may have arrived");
    }
  }

  @Test
  void holdsWhileItWaitsToConnectAgain() throws Exception {
    broker.failNext(FakeBroker.down());

    Future<?> publishing =
        threads.submit(
            () ->
                producer.publish(
                    "work", PublishOptions.builder().retryPolicy(RetryPolicy.unlimited()).build()));
    timing.awaitWaiters(2);
    timing.advance(TEN_SECONDS);

    assertThatTimedOut(publishing, "was not sent within PT10S");
  }

  @Test
  void saysWhatWentWrongLastWhenTheNextAttemptWouldComeTooLate() {
    broker.failNext(FakeBroker.down());
    RetryPolicy minutesApart =
        RetryPolicy.of(9, Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1));

    assertThatThrownBy(
            () ->
                producer.publish(
                    "work", PublishOptions.builder().retryPolicy(minutesApart).build()))
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining("was not sent within PT10S: connection refused")
        .hasRootCauseMessage("connection refused");
  }

  @Test
  void isTheSameForEachMessageOfALine() throws Exception {
    broker.attempts.add(url -> hang());
    Future<?> first = threads.submit(() -> producer.publish("first", TO_JOBS));
    timing.awaitWaiters(2);
    timing.advance(Duration.ofSeconds(4));
    Future<?> second = threads.submit(() -> producer.publish("second", TO_JOBS));
    timing.awaitWaiters(3);

    timing.advance(Duration.ofSeconds(6));
    assertThatTimedOut(first, "within PT10S");
    assertThat(second.isDone()).isFalse();
    timing.advance(Duration.ofSeconds(4));

    assertThatTimedOut(second, "within PT10S");
  }

  @Test
  void whatTimedOutBeforeItWasSentIsNeverSent() throws Exception {
    broker.attempts.add(url -> hang());
    assertThatItEndsAtItsDeadline(2, "was not sent");

    hanging.countDown();
    producer.publish("later", TO_JOBS);

    assertThat(broker.publishedBodies()).containsExactly("later");
  }

  @Test
  void publishAsyncReturnsAtOnceAndFailsAtTheDeadline() throws Exception {
    broker.attempts.add(url -> hang());

    CompletableFuture<?> result = producer.publishAsync("work", TO_JOBS);
    assertThat(result).isNotDone();
    timing.advance(TEN_SECONDS);

    assertThatTimedOut(result, "was not sent within PT10S");
  }

  @Test
  void publishAsyncRefusesToRunTooFarAhead() {
    broker.attempts.add(url -> hang());
    var message = ProducerTest.message("work");
    var jobs = io.github.celeryjava.kombu.transport.Destination.queue("jobs");
    List<CompletableFuture<?>> results = new CopyOnWriteArrayList<>();

    CompletableFuture<?> last = null;
    for (int i = 0; i <= AsyncPublications.LIMIT; i++) {
      last = producer.publishAsync(jobs, message, PublishOptions.defaults());
      if (i % 10_000 == 0) {
        results.add(last);
      }
    }

    assertThat(last)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(LimitExceededException.class);
    assertThat(results.get(0)).isNotDone();
  }

  @Test
  void anInterruptedPublishLearnsItsOutcomeAndKeepsTheFlag() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Future<Boolean> flagKept =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              producer.publish("work", TO_JOBS);
              return Thread.currentThread().isInterrupted();
            });

    broker.nextPublished().confirm();

    assertThat(flagKept.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private void assertThatItEndsAtItsDeadline(int waiters, String words) throws Exception {
    Future<?> publishing = threads.submit(() -> producer.publish("work", TO_JOBS));
    timing.awaitWaiters(waiters);
    timing.advance(TEN_SECONDS.minusNanos(1));
    assertThat(publishing.isDone()).isFalse();
    timing.advance(Duration.ofNanos(1));

    assertThatTimedOut(publishing, words);
  }

  private static void assertThatTimedOut(Future<?> publishing, String words) {
    assertThatThrownBy(() -> publishing.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining(words);
  }

  private void hang() {
    try {
      assertThat(hanging.await(25, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
