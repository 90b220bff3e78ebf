package io.github.celeryjava.kombu.transport;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every transport promises of messages, settling and closing. One subclass a transport; the
 * tests are here.
 */
@Timeout(60)
public abstract class ChannelContract {

  private ContractBroker broker;

  /** A new connection, always to the same broker. */
  protected abstract TransportConnection connect();

  @BeforeEach
  void prepare() {
    broker = new ContractBroker(this::connect);
  }

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void aMessageArrivesWithAllItsPropertiesAndHeaders() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Instant made = Instant.ofEpochSecond(1_700_000_000L);
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", "Grüße");
    headers.put("count", 3);
    headers.put("large", 1L << 40);
    headers.put("half", 0.5);
    headers.put("yes", true);
    headers.put("nothing", null);
    headers.put("list", Arrays.asList(1, "two", null));
    headers.put("map", Map.of("inner", Map.of("deep", "value")));
    MessageProperties properties =
        new MessageProperties(
            "application/json",
            "utf-8",
            DeliveryMode.PERSISTENT,
            5,
            "correlation",
            "answers",
            Duration.ofMinutes(5),
            "id",
            made,
            "kind",
            null,
            "app");

    broker.publish(jobs, new TransportMessage(properties, headers, bytes("body")));

    Delivery delivery = broker.take(channel, jobs);
    assertThat(delivery.message().properties()).isEqualTo(properties);
    assertThat(delivery.message().headers()).isEqualTo(headers);
    assertThat(text(delivery)).isEqualTo("body");
    assertThat(delivery.exchange()).isEmpty();
    assertThat(delivery.routingKey()).isEqualTo(jobs.name());
    assertThat(delivery.redelivered()).isFalse();
  }

  @Test
  void propertiesOfTheApplicationsOwnArriveWhereThereIsAPlaceForThem() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Map<String, Object> custom = Map.of("tenant", "acme", "attempt", 3);
    MessageProperties properties =
        MessageProperties.builder().messageId("id").custom(custom).build();

    broker.publish(jobs, new TransportMessage(properties, Map.of(), bytes("body")));

    MessageProperties arrived = broker.take(channel, jobs).message().properties();
    assertThat(arrived.messageId()).isEqualTo("id");
    assertThat(arrived.custom()).isEqualTo(hasCustomProperties() ? custom : Map.of());
  }

  /** Whether messages carry properties that are not among the standard ones. */
  protected boolean hasCustomProperties() {
    return true;
  }

  @Test
  void aDeliveryTellsLogsWhatItsBrokerKnowsItBy() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, message(bytes("a")));
    broker.publish(jobs, message(bytes("b")));

    String first = broker.take(channel, jobs).receipt().deliveryTag();
    String second = broker.take(channel, jobs).receipt().deliveryTag();

    if (hasDeliveryTags()) {
      assertThat(first).isNotEmpty().isNotEqualTo(second);
    } else {
      assertThat(first).isEmpty();
    }
  }

  /** Whether the broker has names for deliveries that people may find elsewhere. */
  protected boolean hasDeliveryTags() {
    return false;
  }

  @Test
  void anEmptyAndALargeBodyArriveUnchanged() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);

    broker.publish(jobs, message(new byte[0]));
    broker.publish(jobs, message(large));

    assertThat(broker.take(channel, jobs).message().body()).isEmpty();
    assertThat(broker.take(channel, jobs).message().body()).isEqualTo(large);
  }

  @Test
  void takingFromAnEmptyQueueReturnsNothing() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");

    assertThat(channel.get(jobs.name(), AckMode.MANUAL)).isEmpty();
  }

  @Test
  void anUnsettledMessageIsDeliveredAgainAfterItsChannelCloses() throws Exception {
    Channel first = broker.open();
    Queue jobs = broker.declared(first, "jobs");
    broker.publish(jobs, "work");
    broker.take(first, jobs);
    first.close();

    Delivery again = broker.take(broker.open(), jobs);

    assertThat(text(again)).isEqualTo("work");
    assertThat(again.redelivered()).isTrue();
  }

  @Test
  void anAcknowledgedMessageIsGoneForGood() throws Exception {
    Channel first = broker.open();
    Queue jobs = broker.declared(first, "jobs");
    broker.publish(jobs, "work");

    broker.take(first, jobs).receipt().ack();
    first.close();

    assertThat(broker.open().get(jobs.name(), AckMode.MANUAL)).isEmpty();
  }

  @Test
  void aRejectedMessageIsGoneForGood() throws Exception {
    Channel first = broker.open();
    Queue jobs = broker.declared(first, "jobs");
    broker.publish(jobs, "work");

    broker.take(first, jobs).receipt().reject();
    first.close();

    assertThat(broker.open().get(jobs.name(), AckMode.MANUAL)).isEmpty();
  }

  @Test
  void aRequeuedMessageIsDeliveredAgain() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, "work");

    broker.take(channel, jobs).receipt().requeue();

    Delivery again = broker.take(channel, jobs);
    assertThat(text(again)).isEqualTo("work");
    assertThat(again.redelivered()).isTrue();
  }

  @Test
  void settlingTwiceIsReportedAndChangesNothing() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, "work");
    Delivery delivery = broker.take(channel, jobs);
    delivery.receipt().requeue();

    assertThatThrownBy(() -> delivery.receipt().ack()).isInstanceOf(MessageStateException.class);
    assertThatThrownBy(() -> delivery.receipt().reject()).isInstanceOf(MessageStateException.class);

    assertThat(text(broker.take(channel, jobs))).isEqualTo("work");
  }

  @Test
  void settlingOnAClosedChannelDoesNothing() throws Exception {
    Channel first = broker.open();
    Queue jobs = broker.declared(first, "jobs");
    broker.publish(jobs, "work");
    Delivery delivery = broker.take(first, jobs);
    first.close();

    delivery.receipt().ack();

    assertThat(text(broker.take(broker.open(), jobs))).isEqualTo("work");
  }

  @Test
  void aMessageTakenWithoutSettlingIsGoneAtOnceAndItsReceiptDoesNothing() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, "work");

    Delivery delivery = channel.get(jobs.name(), AckMode.NONE).orElseThrow();
    delivery.receipt().requeue();
    delivery.receipt().ack();
    channel.close();

    assertThat(broker.open().get(jobs.name(), AckMode.MANUAL)).isEmpty();
  }

  @Test
  void aClosedChannelRefusesEverythingAndMayBeClosedAgain() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");

    channel.close();
    channel.close();

    assertThat(channel.isOpen()).isFalse();
    assertThatThrownBy(() -> channel.declareQueue(jobs)).isInstanceOf(OperationalException.class);
    assertThatThrownBy(() -> channel.get(jobs.name(), AckMode.MANUAL))
        .isInstanceOf(OperationalException.class);
    assertThatThrownBy(() -> channel.inspectQueue(jobs.name()))
        .isInstanceOf(OperationalException.class);
    assertThat(channel.publish(Destination.queue(jobs.name()), message(bytes("late"))))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(OperationalException.class);
  }

  @Test
  void aMessageMayBePublishedByWhatDependsOnAnother() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Channel publishing = broker.openPublishing();
    Destination to = Destination.queue(jobs.name());

    publishing
        .publish(to, message(bytes("first")))
        .thenCompose(nothing -> publishing.publish(to, message(bytes("second"))))
        .get(10, TimeUnit.SECONDS);

    assertThat(text(broker.take(channel, jobs))).isEqualTo("first");
    assertThat(text(broker.take(channel, jobs))).isEqualTo("second");
  }

  @Test
  void anInterruptNeitherEndsACallNorIsForgotten() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Channel publishing = broker.openPublishing();

    Thread.currentThread().interrupt();
    channel.declare(jobs);
    boolean afterDeclare = Thread.currentThread().isInterrupted();
    var confirmed = publishing.publish(Destination.queue(jobs.name()), message(bytes("work")));
    boolean afterPublish = Thread.interrupted();

    assertThat(afterDeclare).isTrue();
    assertThat(afterPublish).isTrue();
    confirmed.get(10, TimeUnit.SECONDS);
    assertThat(text(broker.take(channel, jobs))).isEqualTo("work");
  }
}
