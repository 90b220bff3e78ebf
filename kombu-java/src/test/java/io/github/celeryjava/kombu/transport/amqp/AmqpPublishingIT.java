package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AmqpPublishingIT {

  private final ContractBroker broker = new ContractBroker(TestConnections::open);

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void everyPipelinedMessageIsConfirmedAndArrives() throws Exception {
    Queue jobs = broker.declared(broker.open(), "jobs");
    Channel publishing = broker.openPublishing();
    List<CompletableFuture<Void>> confirms = new ArrayList<>();

    for (int i = 0; i < 5_000; i++) {
      confirms.add(publishing.publish(Destination.queue(jobs.name()), text("work " + i)));
    }

    allOf(confirms).get(60, TimeUnit.SECONDS);
    assertThat(broker.ready(jobs)).isEqualTo(5_000);
  }

  @Tag("B7")
  @Test
  void inAMixtureExactlyTheMessagesWithoutAQueueFail() throws Exception {
    Queue jobs = broker.declared(broker.open(), "jobs");
    Channel publishing = broker.openPublishing();
    Random random = new Random(7);
    List<CompletableFuture<Void>> routable = new ArrayList<>();
    List<CompletableFuture<Void>> unroutable = new ArrayList<>();

    for (int i = 0; i < 3_000; i++) {
      boolean missing = random.nextInt(3) == 0;
      Destination to = Destination.queue(missing ? broker.name("missing") : jobs.name());
      (missing ? unroutable : routable).add(publishing.publish(to, text("work " + i)));
    }

    allOf(routable).get(60, TimeUnit.SECONDS);
    for (CompletableFuture<Void> confirm : unroutable) {
      assertThat(refusal(confirm).replyCode()).isEqualTo(312);
    }
    assertThat(broker.ready(jobs)).isEqualTo(routable.size());
    assertThat(publishing.isOpen()).isTrue();
  }

  @Test
  void aReturnedMessageIsToldFromOthersToTheSamePlaceByItsIds() throws Exception {
    Channel publishing = broker.openPublishing();
    Channel declaring = broker.open();
    Queue jobs = broker.declared(declaring, "jobs");
    Destination to = Destination.queue(jobs.name());
    List<CompletableFuture<Void>> before = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      before.add(publishing.publish(to, identified("before " + i)));
    }
    allOf(before).get(30, TimeUnit.SECONDS);
    declaring.deleteQueue(jobs.name());

    List<CompletableFuture<Void>> after = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      after.add(publishing.publish(to, identified("after " + i)));
    }

    for (CompletableFuture<Void> confirm : after) {
      MessageRefusedException refusal = refusal(confirm);
      assertThat(refusal.isRecoverable()).isFalse();
      assertThat(refusal).hasMessageContaining(jobs.name()).hasMessageContaining("NO_ROUTE");
    }
  }

  @Test
  void aMessageNobodyInsistsOnIsConfirmedThoughNoQueueGetsIt() throws Exception {
    Channel publishing = broker.openPublishing();

    publishing
        .publish(Destination.exchange("", broker.name("missing")), text("lost"))
        .get(10, TimeUnit.SECONDS);
  }

  @Tag("B7")
  @Test
  void aFullQueueFailsTheMessagesItRefuses() throws Exception {
    Queue full =
        Queue.builder(broker.name("full"))
            .maxLength(1)
            .argument("x-overflow", "reject-publish")
            .build();
    broker.declared(broker.open(), full);
    Channel publishing = broker.openPublishing();
    Destination to = Destination.queue(full.name());
    publishing.publish(to, text("fits")).get(10, TimeUnit.SECONDS);

    MessageRefusedException refusal = refusal(publishing.publish(to, text("too much")));

    assertThat(refusal.replyCode()).isZero();
    assertThat(refusal).hasMessageContaining(full.name());
    assertThat(publishing.isOpen()).isTrue();
  }

  @Test
  void anExchangeThatIsNotThereClosesTheChannelAndFailsWhatIsOut() throws Exception {
    Channel publishing = broker.openPublishing();
    String missing = broker.name("missing");

    CompletableFuture<Void> confirm =
        publishing.publish(Destination.exchange(missing, "key"), text("lost"));

    OperationalException failure = failure(confirm);
    assertThat(failure.replyCode()).isEqualTo(404);
    assertThat(failure.isRecoverable()).isFalse();
    assertThat(failure).hasMessageContaining(missing);
    assertThat(publishing.isOpen()).isFalse();
    assertThat(failure(publishing.publish(Destination.queue("any"), text("late"))))
        .hasMessageContaining("404");
  }

  @Test
  void headersTooLargeForOneFrameAreAnEncodingErrorAndCostNothing() throws Exception {
    Queue jobs = broker.declared(broker.open(), "jobs");
    Channel publishing = broker.openPublishing();
    TransportMessage huge =
        new TransportMessage(
            MessageProperties.builder().build(), Map.of("huge", "x".repeat(200_000)), new byte[0]);

    assertThatThrownBy(() -> publishing.publish(Destination.queue(jobs.name()), huge))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining(jobs.name());

    publishing.publish(Destination.queue(jobs.name()), text("work")).get(10, TimeUnit.SECONDS);
    assertThat(broker.ready(jobs)).isEqualTo(1);
  }

  @Test
  void withoutConfirmsAMessageIsDoneOnceItIsWritten() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");

    for (int i = 0; i < 100; i++) {
      channel.publish(Destination.queue(jobs.name()), text("work " + i)).get(10, TimeUnit.SECONDS);
    }

    for (int i = 0; i < 100; i++) {
      assertThat(ContractBroker.text(broker.take(channel, jobs))).isEqualTo("work " + i);
    }
  }

  @Test
  void aBrokerThatStopsReadingFillsNoMoreThanABoundedMemory() {
    Queue jobs = broker.declared(broker.open(), "jobs");
    try (FaultProxy proxy = FaultProxy.to(Services.amqp());
        TransportConnection connection =
            TestConnections.open(
                proxy.uri(), ConnectionOptions.defaults(), SilentListener.INSTANCE)) {
      Channel publishing = connection.openChannel(ChannelPurpose.PUBLISHING);
      proxy.stall(FaultProxy.Direction.TO_SERVER);
      TransportMessage large = new TransportMessage(properties(null), Map.of(), new byte[1 << 20]);
      List<CompletableFuture<Void>> confirms = new ArrayList<>();

      CompletableFuture<Void> last = publishing.publish(Destination.queue(jobs.name()), large);
      while (!last.isDone() && confirms.size() < 200) {
        confirms.add(last);
        last = publishing.publish(Destination.queue(jobs.name()), large);
      }

      assertThat(last)
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(LimitExceededException.class);
      assertThat(publishing.isOpen()).isTrue();
      assertThat(confirms).hasSizeGreaterThan(60).allMatch(confirm -> !confirm.isDone());
      connection.abort();
      assertThat(confirms)
          .allSatisfy(confirm -> assertThat(failure(confirm).isRecoverable()).isTrue());
    }
  }

  private static TransportMessage text(String body) {
    return new TransportMessage(properties(null), Map.of(), ContractBroker.bytes(body));
  }

  private static TransportMessage identified(String id) {
    return new TransportMessage(properties(id), Map.of("id", id), ContractBroker.bytes("same"));
  }

  private static MessageProperties properties(String id) {
    return MessageProperties.builder()
        .deliveryMode(DeliveryMode.PERSISTENT)
        .correlationId(id)
        .build();
  }

  private static CompletableFuture<Void> allOf(List<CompletableFuture<Void>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }

  private static MessageRefusedException refusal(CompletableFuture<Void> confirm) {
    return (MessageRefusedException) failure(confirm);
  }

  private static OperationalException failure(CompletableFuture<Void> confirm) {
    try {
      confirm.get(20, TimeUnit.SECONDS);
      throw new AssertionError("confirmed");
    } catch (ExecutionException e) {
      return (OperationalException) e.getCause();
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }
}
