package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProducerTest {

  private static final PublishOptions TO_JOBS = PublishOptions.to("jobs");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeBroker broker = new FakeBroker();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void publishesAndReturnsWhenTheBrokerHasConfirmed() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().build().producer().build();

    Future<?> publishing = threads.submit(() -> producer.publish("work", TO_JOBS));
    FakeChannel.Sent sent = broker.nextPublished();
    assertThat(publishing.isDone()).isFalse();
    sent.confirm();

    publishing.get(10, TimeUnit.SECONDS);
    assertThat(sent.text()).isEqualTo("work");
    assertThat(sent.destination()).isEqualTo(Destination.exchange("", "jobs"));
    assertThat(sent.channel().purpose).isEqualTo(ChannelPurpose.PUBLISHING);
  }

  @Test
  void refusesBodiesThatAreLargerThanItsLimitOnceTheyAreCompressed() {
    Producer producer = broker.connection().build().producer().maxBodyBytes(100).build();
    PublishOptions compressed =
        PublishOptions.builder().routingKey("jobs").compression("zlib").build();
    String large = "x".repeat(101);

    producer.publish("x".repeat(100), TO_JOBS);
    producer.publish(large, compressed);

    assertThatThrownBy(() -> producer.publish(large, TO_JOBS))
        .isInstanceOf(EncodeException.class)
        .hasMessage("the body has 101 bytes, more than the limit of 100");
    assertThat(producer.publishAsync(large, TO_JOBS)).isCompletedExceptionally();
    assertThat(broker.published).hasSize(2);
  }

  @Test
  void completesMessagesAsKombuDoes() throws Exception {
    Producer producer = broker.connection().build().producer().build();

    producer.publish(Map.of("a", 1), TO_JOBS);
    producer.publish("text", TO_JOBS);
    producer.publish(new byte[] {1, 2}, TO_JOBS);

    assertThat(nextProperties())
        .isEqualTo(
            MessageProperties.builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .deliveryMode(DeliveryMode.PERSISTENT)
                .priority(0)
                .build());
    assertThat(nextProperties())
        .extracting(MessageProperties::contentType, MessageProperties::contentEncoding)
        .containsExactly("text/plain", "utf-8");
    assertThat(nextProperties())
        .extracting(MessageProperties::contentType, MessageProperties::contentEncoding)
        .containsExactly("application/data", "binary");
  }

  @Test
  void sendsAMessageAgainThatNeverLeftWhateverThePolicy() throws Exception {
    Producer producer = broker.connection().build().producer().build();
    AtomicInteger attempts = new AtomicInteger();
    broker.onPublish =
        sent -> {
          if (attempts.incrementAndGet() <= 2) {
            sent.answer().completeExceptionally(OperationalException.unsent("closed", null));
          } else {
            sent.confirm();
          }
        };

    producer.publish(
        "work",
        PublishOptions.builder().routingKey("jobs").retryPolicy(RetryPolicy.never()).build());

    assertThat(attempts).hasValue(3);
  }

  @Test
  void takesWhatTheMessageSaysBeforeWhatTheProducerSays() throws Exception {
    Producer producer =
        broker
            .connection()
            .build()
            .producer()
            .exchange(Exchange.direct("own").withDeliveryMode(DeliveryMode.TRANSIENT))
            .routingKey("own.key")
            .serializer("json")
            .mandatory()
            .build();

    producer.publish("a", PublishOptions.defaults());
    producer.publish(
        "b",
        PublishOptions.builder()
            .exchange(Exchange.topic("other"))
            .routingKey("other.key")
            .mandatory(false)
            .contentType("text/x-note")
            .priority(7)
            .header("x", 1)
            .build());
    producer.publish("c", PublishOptions.builder().exchange("by.name").build());

    FakeChannel.Sent own = broker.nextPublished();
    assertThat(own.destination()).isEqualTo(new Destination("own", "own.key", true));
    assertThat(own.text()).isEqualTo("\"a\"");
    assertThat(own.message().properties().deliveryMode()).isEqualTo(DeliveryMode.TRANSIENT);
    FakeChannel.Sent other = broker.nextPublished();
    assertThat(other.destination()).isEqualTo(new Destination("other", "other.key", false));
    assertThat(other.text()).isEqualTo("b");
    assertThat(other.message().headers()).containsExactly(Map.entry("x", 1));
    assertThat(other.message().properties())
        .extracting(
            MessageProperties::contentType,
            MessageProperties::deliveryMode,
            MessageProperties::priority)
        .containsExactly("text/x-note", DeliveryMode.PERSISTENT, 7);
    assertThat(broker.nextPublished().message().properties().deliveryMode())
        .as("an exchange known by name has the mode of the producer's own")
        .isEqualTo(DeliveryMode.TRANSIENT);
  }

  @Test
  void declaresItsExchangeAndWhatTheMessageAsksForOnce() {
    Producer producer =
        broker.connection().build().producer().exchange(Exchange.direct("own")).build();
    PublishOptions options = PublishOptions.builder().declare(Queue.named("jobs")).build();

    producer.publish("a", options);
    producer.publish("b", options);

    assertThat(broker.last().declared).containsExactly("exchange ", "queue jobs", "exchange own");
  }

  @Test
  void leavesDeclaringToOthersIfToldSo() {
    Producer producer =
        broker
            .connection()
            .build()
            .producer()
            .exchange(Exchange.direct("own"))
            .withoutDeclaring()
            .build();

    producer.publish("a", PublishOptions.defaults());

    assertThat(broker.last().declared).isEmpty();
  }

  @Test
  void sendsAnEncodedMessageAsItIs() throws Exception {
    Producer producer = broker.connection().build().producer().build();
    TransportMessage message = message("ready");

    producer.publish(Destination.queue("jobs"), message, PublishOptions.defaults());

    FakeChannel.Sent sent = broker.nextPublished();
    assertThat(sent.message()).isSameAs(message);
    assertThat(sent.destination()).isEqualTo(Destination.queue("jobs"));
  }

  @Test
  void saysWhatCannotBeEncodedBeforeItSendsAnything() {
    Producer producer = broker.connection().build().producer().build();

    assertThatThrownBy(() -> producer.publish(Set.of(1), TO_JOBS))
        .isInstanceOf(EncodeException.class);
    assertThat(producer.publishAsync(Set.of(1), TO_JOBS)).isCompletedExceptionally();
    assertThat(broker.attempted).isEmpty();
  }

  @Test
  void sendsAgainWhatALostConnectionLeftUnconfirmed() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().build().producer().build();
    Future<?> publishing = threads.submit(() -> producer.publish("work", TO_JOBS));
    FakeChannel.Sent first = broker.nextPublished();

    broker.last().lose(FakeBroker.down());
    FakeChannel.Sent second = broker.nextPublished();
    second.confirm();

    publishing.get(10, TimeUnit.SECONDS);
    assertThat(second.message()).isSameAs(first.message());
    assertThat(broker.connections).hasSize(2);
  }

  @Test
  void declaresAgainOnTheNextConnection() throws Exception {
    Producer producer = broker.connection().build().producer().build();
    PublishOptions options = PublishOptions.builder().declare(Queue.named("jobs")).build();
    producer.publish("a", options);

    broker.last().lose(FakeBroker.down());
    producer.publish("b", options);

    assertThat(broker.last().declared).contains("queue jobs");
    assertThat(broker.publishedBodies()).containsExactly("a", "b");
  }

  @Test
  void failsOnlyTheMessageThatTheBrokerRefuses() {
    AtomicInteger count = new AtomicInteger();
    broker.onPublish =
        sent -> {
          if (count.incrementAndGet() == 2) {
            sent.nack();
          } else {
            sent.confirm();
          }
        };
    Producer producer =
        broker.connection().build().producer().retryPolicy(RetryPolicy.never()).build();

    producer.publish("a", TO_JOBS);
    assertThatThrownBy(() -> producer.publish("b", TO_JOBS))
        .isInstanceOf(MessageRefusedException.class);
    producer.publish("c", TO_JOBS);

    assertThat(broker.last().channels).hasSize(1);
  }

  @Test
  void sendsAgainWhatTheBrokerRefusedForNowAsOftenAsThePolicySays() {
    ManualTiming timing = ManualTiming.jumping();
    broker.onPublish = FakeChannel.Sent::nack;
    RetryPolicy twice = RetryPolicy.of(2, SECOND, Duration.ZERO, SECOND);
    Connection connection = broker.connection().timing(timing).build();
    Producer producer =
        connection.producer().retryPolicy(twice).timeout(Duration.ofDays(1)).build();

    assertThatThrownBy(() -> producer.publish("work", TO_JOBS))
        .isInstanceOf(MessageRefusedException.class);

    assertThat(broker.publishedBodies()).containsExactly("work", "work", "work");
    assertThat(timing.pauses()).containsExactly(SECOND);
    assertThat(broker.last().channels).as("channels").hasSize(1);
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void sendsAgainWhatTheBrokerRefusedForNowUntilItsTimeIsUp() {
    broker.onPublish = FakeChannel.Sent::nack;
    Connection connection = broker.connection().timing(ManualTiming.jumping()).build();
    Producer producer = connection.producer().timeout(Duration.ofMinutes(2)).build();

    assertThatThrownBy(() -> producer.publish("work", TO_JOBS))
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining("was not sent within PT2M: nacked")
        .hasRootCauseInstanceOf(MessageRefusedException.class);
  }

  @Test
  void aFullTransportIsWaitedForWithoutUsingUpAttempts() {
    ManualTiming timing = ManualTiming.jumping();
    AtomicInteger count = new AtomicInteger();
    broker.onPublish =
        sent -> {
          if (count.incrementAndGet() < 4) {
            sent.answer().completeExceptionally(new LimitExceededException("full", null));
          } else {
            sent.confirm();
          }
        };
    Connection connection = broker.connection().timing(timing).build();
    Producer producer =
        connection.producer().retryPolicy(RetryPolicy.never()).timeout(Duration.ofDays(1)).build();

    producer.publish("work", TO_JOBS);

    assertThat(broker.publishedBodies()).hasSize(4);
    assertThat(timing.pauses()).hasSize(3);
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void aTransportThatStaysFullCostsAPublishItsDeadline() {
    broker.onPublish =
        sent -> sent.answer().completeExceptionally(new LimitExceededException("full", null));
    Connection connection = broker.connection().timing(ManualTiming.jumping()).build();
    Producer producer = connection.producer().timeout(Duration.ofMinutes(2)).build();

    assertThatThrownBy(() -> producer.publish("work", TO_JOBS))
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining("was not sent within PT2M: full");
  }

  @Test
  void aMessageThatTheTransportCannotEncodeTakesNoPlaceInTheWindow() {
    Producer producer = broker.connection().build().producer().window(1).build();
    producer.publish("before", TO_JOBS);
    broker.onPublish =
        sent -> {
          throw new EncodeException("header too long", null);
        };

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> producer.publish("bad", TO_JOBS))
          .isInstanceOf(EncodeException.class)
          .hasMessage("header too long");
    }
    broker.onPublish = FakeChannel.Sent::confirm;

    producer.publish("after", TO_JOBS);
  }

  @Test
  void declaresAgainAfterAMessageReachedNoQueue() {
    Producer producer = broker.connection().build().producer().build();
    PublishOptions options =
        PublishOptions.builder().routingKey("jobs").declare(Queue.named("jobs")).build();
    producer.publish("a", options);
    broker.onPublish =
        sent -> sent.answer().completeExceptionally(new MessageRefusedException("no route", 312));

    assertThatThrownBy(() -> producer.publish("b", options)).hasMessage("no route");
    broker.onPublish = FakeChannel.Sent::confirm;
    producer.publish("c", options);

    assertThat(broker.last().declared).filteredOn("queue jobs"::equals).hasSize(2);
  }

  @Test
  void oneMessageForAMissingExchangeDoesNotFailItsNeighbours() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().build().producer().build();
    CompletableFuture<?> before = producer.publishAsync("before", TO_JOBS);
    CompletableFuture<?> guilty =
        producer.publishAsync("guilty", PublishOptions.builder().exchange("missing").build());
    CompletableFuture<?> after = producer.publishAsync("after", TO_JOBS);
    broker.nextPublished();
    broker.nextPublished();
    FakeChannel.Sent last = broker.nextPublished();

    broker.onPublish =
        sent -> {
          if (sent.destination().exchange().isEmpty()) {
            sent.confirm();
          } else {
            sent.channel().fail(OperationalException.refused("no exchange missing", 404, null));
          }
        };
    last.channel().fail(OperationalException.refused("no exchange missing", 404, null));

    before.get(10, TimeUnit.SECONDS);
    after.get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> guilty.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("no exchange missing");
    producer.publish("later", TO_JOBS);
  }

  @Test
  void keepsTheOrderOfAThreadWhateverStandsInTheWay() {
    Producer producer = broker.connection().build().producer().build();
    List<CompletableFuture<?>> futures = new CopyOnWriteArrayList<>();

    for (int i = 0; i < 500; i++) {
      PublishOptions options =
          i % 50 == 7
              ? PublishOptions.builder().declare(Queue.named("queue" + i)).build()
              : PublishOptions.defaults();
      futures.add(producer.publishAsync("m" + i, options));
    }

    futures.forEach(CompletableFuture::join);
    List<String> arrived = broker.publishedBodies();
    assertThat(arrived).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(arrived.get(i)).isEqualTo("m" + i);
    }
  }

  @Test
  void keepsNoMoreThanAWindowUnanswered() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().build().producer().window(4).build();
    List<CompletableFuture<?>> futures = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 10; i++) {
      futures.add(producer.publishAsync("m" + i, TO_JOBS));
    }

    for (int i = 0; i < 10; i++) {
      FakeChannel.Sent sent = broker.nextPublished();
      assertThat(sent.text()).isEqualTo("m" + i);
      assertThat(broker.published.size()).isLessThan(4);
      sent.confirm();
    }

    futures.forEach(CompletableFuture::join);
  }

  @Test
  void completesFuturesOnAThreadOfTheConnection() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().build().producer().build();
    CompletableFuture<String> thread =
        producer
            .publishAsync("work", TO_JOBS)
            .thenApply(nothing -> Thread.currentThread().getName());

    broker.nextPublished().confirm();

    assertThat(thread.get(10, TimeUnit.SECONDS)).isEqualTo("kombu-callback");
  }

  @Test
  void failsWhatIsUnsentWhenItIsClosed() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Connection connection = broker.connection().build();
    Producer producer = connection.producer().build();
    CompletableFuture<?> future = producer.publishAsync("work", TO_JOBS);
    broker.nextPublished();

    producer.close();

    assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("the producer is closed");
    assertThat(connection.isConnected()).isTrue();
  }

  @Test
  void failsWhatIsOutstandingWhenTheConnectionIsClosed() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Connection connection = broker.connection().build();
    Producer producer = connection.producer().build();
    CompletableFuture<?> future = producer.publishAsync("work", TO_JOBS);
    broker.nextPublished();

    connection.close();

    assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("the connection is closed");
  }

  @Test
  void givesUpWhenThePolicyIsUsedUpWithTheErrorItself() {
    ManualTiming timing = ManualTiming.jumping();
    Producer producer =
        broker.connection().timing(timing).build().producer().timeout(Duration.ofDays(1)).build();
    for (int i = 0; i < 4; i++) {
      broker.failNext(FakeBroker.down());
    }
    RetryPolicy celerys =
        RetryPolicy.of(3, Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(1));

    assertThatThrownBy(
            () -> producer.publish("work", PublishOptions.builder().retryPolicy(celerys).build()))
        .isInstanceOf(OperationalException.class)
        .hasMessage("connection refused");
    assertThat(timing.pauses()).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
    producer.publish("again", PublishOptions.defaults());
    assertThat(broker.publishedBodies()).containsExactly("again");
  }

  @Test
  void messagesThatWaitTogetherUseUpTheirAttemptsTogether() {
    ManualTiming timing = ManualTiming.jumping();
    Connection connection = broker.connection().timing(timing).build();
    Producer producer = connection.producer().timeout(Duration.ofDays(1)).build();
    CountDownLatch all = new CountDownLatch(1);
    broker.attempts.add(
        url -> {
          await().until(() -> all.getCount() == 0);
          throw FakeBroker.down();
        });
    broker.failNext(FakeBroker.down(), FakeBroker.down());
    PublishOptions options =
        PublishOptions.builder().retryPolicy(RetryPolicy.never().withMaxRetries(2)).build();

    List<CompletableFuture<?>> futures = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 20; i++) {
      futures.add(producer.publishAsync("m" + i, options));
    }
    all.countDown();

    for (CompletableFuture<?> future : futures) {
      assertThatThrownBy(future::join).hasMessageContaining("connection refused");
    }
    assertThat(broker.attempted).as("attempts for twenty messages").hasSize(3);
  }

  private MessageProperties nextProperties() throws InterruptedException {
    return broker.nextPublished().message().properties();
  }

  static TransportMessage message(String body) {
    return new TransportMessage(
        MessageProperties.builder().contentType("text/plain").contentEncoding("utf-8").build(),
        Map.of(),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
