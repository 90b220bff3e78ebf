package io.github.celeryjava.kombu.transport;

import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Queue;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every transport promises of consumers. One subclass a transport; the tests are here. */
@Timeout(60)
public abstract class ConsumingContract {

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
  void deliveriesComeInTheOrderOfPublishing() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.acknowledging();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(10), sink);

    for (int i = 0; i < 100; i++) {
      broker.publish(jobs, "work " + i);
    }

    sink.await(100);
    assertThat(sink.bodies()).hasSize(100).startsWith("work 0", "work 1").endsWith("work 99");
  }

  @Test
  void aConsumerHoldsNoMoreThanItsPrefetchCountUnsettled() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    for (int i = 0; i < 5; i++) {
      broker.publish(jobs, "work " + i);
    }

    channel.consume(jobs.name(), ConsumeOptions.prefetching(2), sink);

    sink.await(2);
    assertThat(broker.ready(jobs)).isEqualTo(3);
    sink.deliveries().get(0).receipt().ack();
    sink.await(3);
    assertThat(broker.ready(jobs)).isEqualTo(2);
    assertThat(sink.deliveries()).hasSize(3);
  }

  @Test
  void aConsumerWithoutLimitHoldsEverything() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(0), sink);

    for (int i = 0; i < 50; i++) {
      broker.publish(jobs, "work " + i);
    }

    assertThat(sink.await(50)).hasSize(50);
  }

  @Test
  void eachConsumerOfAChannelHasAPrefetchCountOfItsOwn() throws Exception {
    Channel channel = broker.open();
    Queue one = broker.declared(channel, "one");
    Queue two = broker.declared(channel, "two");
    RecordingSink sinkOfOne = RecordingSink.holding();
    RecordingSink sinkOfTwo = RecordingSink.holding();
    for (int i = 0; i < 5; i++) {
      broker.publish(one, "one " + i);
      broker.publish(two, "two " + i);
    }

    channel.consume(one.name(), ConsumeOptions.prefetching(3), sinkOfOne);
    channel.consume(two.name(), ConsumeOptions.prefetching(1), sinkOfTwo);

    sinkOfOne.await(3);
    sinkOfTwo.await(1);
    assertThat(broker.ready(one)).isEqualTo(2);
    assertThat(broker.ready(two)).isEqualTo(4);
  }

  @Test
  void aRaisedPrefetchCountTakesEffectWhileConsuming() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    for (int i = 0; i < 6; i++) {
      broker.publish(jobs, "work " + i);
    }
    String tag = channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);
    sink.await(1);

    channel.prefetch(tag, 10);

    assertThat(sink.await(6)).hasSize(6);
    assertThat(sink.endings()).isZero();
  }

  @Test
  void anAutomaticConsumerTakesEverythingAndItsReceiptsDoNothing() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), new ConsumeOptions(null, AckMode.NONE, 0, false, Map.of()), sink);

    broker.publish(jobs, "work");

    Delivery delivery = sink.await(1).get(0);
    delivery.receipt().reject();
    delivery.receipt().requeue();
    channel.close();
    assertThat(broker.open().get(jobs.name(), AckMode.MANUAL)).isEmpty();
  }

  @Test
  void aCancelledConsumerHearsNothingMoreButCanStillSettle() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    String tag = channel.consume(jobs.name(), ConsumeOptions.prefetching(10), sink);
    broker.publish(jobs, "before");
    Delivery before = sink.await(1).get(0);

    channel.cancel(tag);
    broker.publish(jobs, "after");
    before.receipt().ack();

    assertThat(text(broker.take(channel, jobs))).isEqualTo("after");
    channel.close();
    assertThat(text(broker.take(broker.open(), jobs))).isEqualTo("after");
    assertThat(sink.bodies()).containsExactly("before");
    assertThat(sink.endings()).isZero();
  }

  @Test
  void aConsumerMayBeGivenAName() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    ConsumeOptions named = new ConsumeOptions("mine", AckMode.MANUAL, 1, false, Map.of());

    assertThat(channel.consume(jobs.name(), named, RecordingSink.holding())).isEqualTo("mine");

    String chosen =
        channel.consume(jobs.name(), ConsumeOptions.prefetching(1), RecordingSink.holding());
    assertThat(chosen).isNotEmpty().isNotEqualTo("mine");
  }

  @Test
  void aConsumerIsToldWhenItsQueueIsDeleted() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    broker.open().deleteQueue(jobs.name());

    assertThat(sink.awaitEnd().isRecoverable()).isTrue();
    assertThat(sink.endings()).isEqualTo(1);
  }

  @Test
  void closingAChannelOfOnesOwnEndsNoSink() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    channel.close();

    assertThat(sink.endings()).isZero();
  }
}
