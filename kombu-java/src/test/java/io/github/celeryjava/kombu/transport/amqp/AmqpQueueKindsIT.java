package io.github.celeryjava.kombu.transport.amqp;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.DeleteCondition;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What arguments make of a queue and of its consumers, on a real broker. */
@Timeout(120)
class AmqpQueueKindsIT {

  private final ContractBroker broker = new ContractBroker(TestConnections::open);
  private final Channel channel = broker.open();

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void aQuorumQueueCountsDeliveriesAndDeadLettersWhatWasDeliveredTooOften() throws Exception {
    Queue dead = broker.declared(channel, "dead");
    Queue jobs =
        declared(
            "jobs",
            Map.of(
                "x-queue-type",
                "quorum",
                "x-delivery-limit",
                2,
                "x-dead-letter-exchange",
                "",
                "x-dead-letter-routing-key",
                dead.name()));
    broker.publish(jobs, "poison");

    Delivery first = broker.take(channel, jobs);
    first.receipt().requeue();
    Delivery second = broker.take(channel, jobs);
    second.receipt().requeue();
    broker.take(channel, jobs).receipt().requeue();

    assertThat(first.message().headers().getOrDefault("x-delivery-count", 0L)).isEqualTo(0L);
    assertThat(second.message().headers()).containsEntry("x-delivery-count", 1L);
    Delivery letter = broker.take(channel, dead);
    assertThat(text(letter)).isEqualTo("poison");
    assertThat(death(letter)).containsEntry("reason", "delivery_limit");
  }

  @Test
  void aStreamIsReadFromTheOffsetAskedForByAnyNumberOfConsumers() throws Exception {
    Queue stream = declared("stream", Map.of("x-queue-type", "stream"));
    for (int i = 0; i < 10; i++) {
      broker.publish(stream, "event " + i);
    }

    RecordingSink all = reading(stream, "first");
    RecordingSink some = reading(stream, 7L);
    RecordingSink none = reading(stream, "next");
    broker.publish(stream, "event 10");

    assertThat(all.await(11)).hasSize(11);
    assertThat(all.bodies()).startsWith("event 0").endsWith("event 10");
    some.await(4);
    assertThat(some.bodies()).containsExactly("event 7", "event 8", "event 9", "event 10");
    none.await(1);
    assertThat(none.bodies()).containsExactly("event 10");
    assertThat(all.deliveries().get(3).message().headers()).containsEntry("x-stream-offset", 3L);
  }

  @Test
  void aStreamIsReadFromATime() throws Exception {
    Queue stream = declared("stream", Map.of("x-queue-type", "stream"));
    broker.publish(stream, "event");

    RecordingSink since = reading(stream, Instant.now().minus(Duration.ofMinutes(1)));

    since.await(1);
    assertThat(since.bodies()).containsExactly("event");
  }

  @Test
  @Tag("S5")
  void aQueueWithPrioritiesServesHighOnesFirst() throws Exception {
    Queue jobs =
        broker.declared(channel, Queue.builder(broker.name("jobs")).maxPriority(9).build());
    for (int priority : List.of(0, 5, 9, 5, 0)) {
      broker.publish(jobs, prioritised("p" + priority, priority));
    }

    RecordingSink sink = RecordingSink.acknowledging();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    sink.await(5);
    assertThat(sink.bodies()).containsExactly("p9", "p5", "p5", "p0", "p0");
  }

  @Test
  void aDeadLetterTellsOfItsDeathsInPlainValues() throws Exception {
    Exchange graves = Exchange.direct(broker.exchangeName("graves"));
    Queue dead = broker.declared(channel, Queue.bound(broker.name("dead"), graves, "grave"));
    Queue jobs =
        declared(
            "jobs",
            Map.of("x-dead-letter-exchange", graves.name(), "x-dead-letter-routing-key", "grave"));
    broker.publish(jobs, "work");

    broker.take(channel, jobs).receipt().reject();

    Delivery letter = broker.take(channel, dead);
    Map<String, Object> death = death(letter);
    assertThat(death.get("count")).isEqualTo(1L);
    assertThat(death.get("reason")).isEqualTo("rejected");
    assertThat(death.get("queue")).isEqualTo(jobs.name());
    assertThat(death.get("exchange")).isEqualTo("");
    assertThat(death.get("routing-keys")).isEqualTo(List.of(jobs.name()));
    assertThat(death.get("time")).isInstanceOf(Instant.class);
    assertThat(letter.message().headers()).containsEntry("x-first-death-queue", jobs.name());
  }

  @Test
  void theTypedSettingsOfAQueueActOnTheBroker() throws Exception {
    Queue dead = broker.declared(channel, "dead");
    Queue jobs =
        broker.declared(
            channel,
            Queue.builder(broker.name("jobs"))
                .messageTtl(Duration.ofMillis(1_500))
                .maxLength(2)
                .maxLengthBytes(1_000_000)
                .expires(Duration.ofMinutes(1))
                .argument("x-dead-letter-exchange", "")
                .argument("x-dead-letter-routing-key", dead.name())
                .build());
    for (int i = 0; i < 3; i++) {
      broker.publish(jobs, "work " + i);
    }

    Delivery dropped = broker.take(channel, dead);
    Delivery expired = broker.take(channel, dead);

    assertThat(text(dropped)).isEqualTo("work 0");
    assertThat(death(dropped)).containsEntry("reason", "maxlen");
    assertThat(text(expired)).isEqualTo("work 1");
    assertThat(death(expired)).containsEntry("reason", "expired");
  }

  @Test
  void anExpiredQueueIsGone() {
    Queue brief =
        broker.declared(
            channel, Queue.builder(broker.name("brief")).expires(Duration.ofMillis(200)).build());

    await()
        .pollInterval(Duration.ofSeconds(1)) // each look counts as use of the queue
        .atMost(Duration.ofSeconds(10))
        .until(() -> broker.open().inspectQueue(brief.name()).isEmpty());
  }

  @Test
  void aSingleActiveConsumerIsFollowedByTheNext() throws Exception {
    Queue jobs = declared("jobs", Map.of("x-single-active-consumer", true));
    RecordingSink first = RecordingSink.acknowledging();
    RecordingSink second = RecordingSink.acknowledging();
    String tag = channel.consume(jobs.name(), ConsumeOptions.prefetching(10), first);
    broker.open().consume(jobs.name(), ConsumeOptions.prefetching(10), second);

    broker.publish(jobs, "one");
    broker.publish(jobs, "two");
    first.await(2);
    channel.cancel(tag);
    broker.publish(jobs, "three");

    second.await(1);
    assertThat(second.bodies()).containsExactly("three");
    assertThat(first.bodies()).containsExactly("one", "two");
  }

  @Test
  void aConsumerOfHigherPriorityIsServedFirst() throws Exception {
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink low = RecordingSink.acknowledging();
    RecordingSink high = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), low);
    channel.consume(
        jobs.name(),
        new ConsumeOptions(null, AckMode.MANUAL, 2, false, Map.of("x-priority", 5)),
        high);

    for (int i = 0; i < 3; i++) {
      broker.publish(jobs, "work " + i);
    }

    high.await(2);
    low.await(1);
    assertThat(high.bodies()).containsExactly("work 0", "work 1");
    assertThat(low.bodies()).containsExactly("work 2");
  }

  @Test
  void aQueueThatGoesWithItsLastConsumerSurvivesAChangeOfThePrefetchCount() throws Exception {
    Queue brief = Queue.builder(broker.name("brief")).autoDelete().build();
    broker.declared(channel, brief);
    RecordingSink sink = RecordingSink.acknowledging();
    String tag = channel.consume(brief.name(), ConsumeOptions.prefetching(1), sink);

    for (int i = 0; i < 100; i++) {
      channel.prefetch(tag, 2 + i % 9);
      broker.publish(brief, "work " + i);
    }

    sink.await(100);
    assertThat(sink.bodies()).doesNotHaveDuplicates().hasSize(100);
    assertThat(sink.endings()).isZero();
    channel.cancel(tag);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> broker.open().inspectQueue(brief.name()).isEmpty());
  }

  @Test
  void anExclusiveConsumersPrefetchCountCanBeChangedToo() throws Exception {
    Queue jobs = broker.declared(channel, "jobs");
    ConsumeOptions alone = new ConsumeOptions(null, AckMode.MANUAL, 1, true, Map.of());
    RecordingSink sink = RecordingSink.holding();
    for (int i = 0; i < 6; i++) {
      broker.publish(jobs, "work " + i);
    }
    String tag = channel.consume(jobs.name(), alone, sink);
    sink.await(1);

    channel.prefetch(tag, 10);

    assertThat(sink.await(6)).hasSize(6);
    assertThat(sink.endings()).isZero();
  }

  @Test
  void anExclusiveConsumerIsTheOnlyOne() {
    Queue jobs = broker.declared(channel, "jobs");
    channel.consume(
        jobs.name(),
        new ConsumeOptions(null, AckMode.MANUAL, 1, true, Map.of()),
        RecordingSink.holding());

    assertThatThrownBy(
            () ->
                broker
                    .open()
                    .consume(jobs.name(), ConsumeOptions.prefetching(1), RecordingSink.holding()))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(403));
  }

  @Test
  void aQueueWithMessagesOrConsumersIsNotDeletedIfThatWasAskedFor() throws Exception {
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.acknowledging();

    broker.publish(jobs, "work");
    assertNotDeleted(jobs, DeleteCondition.IF_EMPTY);
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);
    sink.await(1);
    assertNotDeleted(jobs, DeleteCondition.IF_UNUSED);
    channel.close();

    Channel last = broker.open();
    Set<DeleteCondition> both = Set.of(DeleteCondition.values());
    assertThat(last.deleteQueue(jobs.name(), both)).isZero();
    assertThat(last.deleteQueue(jobs.name(), both)).isZero();
    assertThat(last.inspectQueue(jobs.name())).isEmpty();
  }

  @Test
  void anArgumentThatTheKindOfQueueDoesNotKnowIsRefusedForGood() {
    Queue odd =
        Queue.builder(broker.name("odd")).argument("x-queue-type", "quorum").maxPriority(9).build();

    assertThatThrownBy(() -> channel.declare(odd))
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.isRecoverable()).isFalse();
              assertThat(e.replyCode()).isEqualTo(406);
            })
        .hasMessageContainingAll("x-max-priority", odd.name());
  }

  private void assertNotDeleted(Queue queue, DeleteCondition condition) {
    assertThatThrownBy(() -> broker.open().deleteQueue(queue.name(), Set.of(condition)))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(406));
  }

  private Queue declared(String suffix, Map<String, Object> arguments) {
    return broker.declared(
        channel, Queue.builder(broker.name(suffix)).arguments(arguments).build());
  }

  private RecordingSink reading(Queue stream, Object offset) {
    RecordingSink sink = RecordingSink.acknowledging();
    channel.consume(
        stream.name(),
        new ConsumeOptions(null, AckMode.MANUAL, 100, false, Map.of("x-stream-offset", offset)),
        sink);
    return sink;
  }

  @SuppressWarnings("unchecked") // what is in it is looked at one by one
  private static Map<String, Object> death(Delivery letter) {
    return (Map<String, Object>) ((List<?>) letter.message().headers().get("x-death")).get(0);
  }

  private static TransportMessage prioritised(String body, int priority) {
    MessageProperties properties = MessageProperties.builder().priority(priority).build();
    return new TransportMessage(properties, Map.of(), bytes(body));
  }
}
