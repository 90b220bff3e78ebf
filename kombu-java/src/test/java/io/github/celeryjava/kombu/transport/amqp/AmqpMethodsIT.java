package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.AMQImpl;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What we send, written down. This is how rules of RabbitMQ releases are kept that no server at
 * hand enforces.
 */
@Timeout(60)
class AmqpMethodsIT {

  private final MethodRecorder recorder = MethodRecorder.to(Services.amqp());
  private final ContractBroker broker = new ContractBroker(this::connect);

  @AfterEach
  void tidyUp() throws IOException {
    broker.close();
    recorder.close();
  }

  @Test
  @Tag("B5")
  void nothingThatNewerBrokersRefuseIsSentUnlessAskedFor() throws Exception {
    useEverything();

    assertThat(recorder.methods(AMQP.Queue.Declare.class))
        .isNotEmpty()
        .allMatch(
            declare -> declare.getPassive() || declare.getDurable() || declare.getExclusive());
    assertThat(recorder.methods(AMQP.Basic.Qos.class))
        .isNotEmpty()
        .noneMatch(AMQP.Basic.Qos::getGlobal)
        .allMatch(qos -> qos.getPrefetchSize() == 0);
    assertThat(recorder.methods(AMQP.Basic.Publish.class))
        .isNotEmpty()
        .noneMatch(AMQP.Basic.Publish::getImmediate);
    assertThat(recorder.methods(AMQP.Exchange.Declare.class))
        .noneMatch(AMQP.Exchange.Declare::getInternal);
  }

  @Test
  void noTableHoldsATypeThatPythonReadsWrongly() throws Exception {
    Map<String, Object> odd = oddValues();
    Map<String, Object> nested =
        Map.of("map", odd, "list", List.of(odd, (short) 3), "x-match", "any");
    Channel channel = broker.open();
    Exchange events = Exchange.headers(broker.exchangeName("events")).withArguments(odd);
    Queue jobs =
        broker.declared(
            channel,
            Queue.builder(broker.name("jobs"))
                .exchange(events)
                .arguments(Map.of("x-max-length", (short) 100, "x-expires", 60_000L))
                .bindingArguments(Map.copyOf(nested))
                .build());
    ConsumeOptions options =
        new ConsumeOptions(null, AckMode.NONE, 1, false, Map.of("x-priority", (short) 2));
    channel.consume(jobs.name(), options, RecordingSink.holding());

    broker.publish(
        jobs, new TransportMessage(MessageProperties.builder().build(), nested, new byte[1]));

    List<Object> tables = new ArrayList<>();
    recorder.properties().forEach(properties -> tables.add(properties.getHeaders()));
    recorder.methods(AMQP.Queue.Declare.class).forEach(each -> tables.add(each.getArguments()));
    recorder.methods(AMQP.Exchange.Declare.class).forEach(each -> tables.add(each.getArguments()));
    recorder.methods(AMQP.Queue.Bind.class).forEach(each -> tables.add(each.getArguments()));
    recorder.methods(AMQP.Basic.Consume.class).forEach(each -> tables.add(each.getArguments()));
    List<Object> values = tables.stream().flatMap(AmqpMethodsIT::flat).toList();
    assertThat(values)
        .hasSizeGreaterThan(30)
        .noneMatch(value -> value instanceof Short || value instanceof Byte)
        .noneMatch(value -> value instanceof Long number && number < 0);
  }

  @Test
  void aQueueIsDeclaredAfterItsExchangeAndBoundAfterThat() {
    Channel channel = broker.open();
    Exchange events = Exchange.topic(broker.exchangeName("events"));

    broker.declared(channel, Queue.bound(broker.name("jobs"), events, "key"));

    assertThat(recorder.methods().stream().map(Object::getClass).map(Class::getName))
        .containsSubsequence(
            AMQImpl.Exchange.Declare.class.getName(),
            AMQImpl.Queue.Declare.class.getName(),
            AMQImpl.Queue.Bind.class.getName());
  }

  @Test
  void settledDeliveriesLeaveAsOneAcknowledgementBeforeTheChannelCloses() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    for (int i = 0; i < 20; i++) {
      broker.publish(jobs, "work " + i);
    }
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(20), sink);
    List<Delivery> deliveries = sink.await(20);

    deliveries.forEach(delivery -> delivery.receipt().ack());
    channel.close();

    List<AMQP.Basic.Ack> acks = recorder.methods(AMQP.Basic.Ack.class);
    assertThat(acks).hasSizeLessThan(20);
    assertThat(acks.get(acks.size() - 1).getDeliveryTag()).isEqualTo(20);
    assertThat(broker.ready(jobs)).isZero();
  }

  @Test
  void changesOfAPrefetchCountWithinASecondRestartTheConsumerOnceOrTwice() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    String tag =
        channel.consume(jobs.name(), ConsumeOptions.prefetching(1), RecordingSink.holding());

    for (int count = 2; count <= 50; count++) {
      channel.prefetch(tag, count);
    }

    Awaitility.await("the last count")
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                recorder.methods(AMQP.Basic.Qos.class).stream()
                    .anyMatch(qos -> qos.getPrefetchCount() == 50));
    assertThat(recorder.methods(AMQP.Basic.Cancel.class)).hasSizeBetween(1, 2);
    assertThat(recorder.methods(AMQP.Basic.Consume.class))
        .allMatch(consume -> consume.getConsumerTag().startsWith(tag));
  }

  @Test
  void aConsumerOfAStreamIsStartedAnewWhereItWas() throws Exception {
    Channel channel = broker.open();
    Queue stream =
        broker.declared(
            channel,
            Queue.builder(broker.name("stream")).argument("x-queue-type", "stream").build());
    RecordingSink sink = RecordingSink.acknowledging();
    Map<String, Object> first = Map.of("x-stream-offset", "first");
    ConsumeOptions options = new ConsumeOptions(null, AckMode.MANUAL, 10, false, first);
    for (int i = 0; i < 50; i++) {
      broker.publish(stream, "event " + i);
    }
    String tag = channel.consume(stream.name(), options, sink);
    sink.await(50);

    channel.prefetch(tag, 20);

    Awaitility.await("the second start")
        .atMost(Duration.ofSeconds(10))
        .until(() -> recorder.methods(AMQP.Basic.Consume.class).size() == 2);
    broker.publish(stream, "event 50");
    sink.await(51);
    assertThat(sink.bodies()).doesNotHaveDuplicates().endsWith("event 50");
    assertThat(recorder.methods(AMQP.Basic.Consume.class).get(1).getArguments())
        .isEqualTo(Map.of("x-stream-offset", 50));
  }

  @Test
  void theClientNamesItselfAndItsCapabilities() {
    broker.newConnection();

    Map<String, Object> properties =
        recorder.methods(AMQP.Connection.StartOk.class).get(0).getClientProperties();

    assertThat(properties.get("product")).hasToString("kombu-java");
    assertThat(properties.get("connection_name")).hasToString("worker@host");
    assertThat(properties.get("capabilities"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("consumer_cancel_notify", true)
        .containsEntry("connection.blocked", true)
        .containsEntry("authentication_failure_close", true);
  }

  @Test
  void heartbeatsThatAreOffStayOffWhateverTheBrokerProposes() {
    broker.newConnection();
    TestConnections.open(
            recorder.uri(),
            ConnectionOptions.builder().heartbeat(Duration.ofMillis(1_200)).build(),
            SilentListener.INSTANCE)
        .close();

    List<AMQP.Connection.TuneOk> answers = recorder.methods(AMQP.Connection.TuneOk.class);
    assertThat(answers.get(0).getHeartbeat()).isZero();
    assertThat(answers.get(1).getHeartbeat()).isEqualTo(2);
  }

  @Test
  void openingChannelsDeclaresNothing() {
    TransportConnection connection = broker.newConnection();

    connection.openChannel(ChannelPurpose.CONSUMING);
    connection.openChannel(ChannelPurpose.PUBLISHING);

    assertThat(recorder.methods(AMQP.Queue.Declare.class)).isEmpty();
    assertThat(recorder.methods(AMQP.Confirm.Select.class)).hasSize(1);
  }

  private void useEverything() throws Exception {
    Channel channel = broker.open();
    Exchange events = Exchange.direct(broker.exchangeName("events"));
    Queue jobs = broker.declared(channel, Queue.bound(broker.name("jobs"), events, "key"));
    channel.declare(Queue.builder(broker.name("mine")).notDurable().exclusive().build());
    channel.inspectQueue(jobs.name());
    channel.inspectQueue(broker.name("missing"));
    RecordingSink sink = RecordingSink.acknowledging();
    String tag = channel.consume(jobs.name(), ConsumeOptions.prefetching(5), sink);
    broker.publish(Destination.exchange(events.name(), "key"), ContractBroker.message(new byte[9]));
    sink.await(1);
    channel.prefetch(tag, 7);
    broker.publish(jobs, "more");
    sink.await(2);
    channel.cancel(tag);
    channel.get(jobs.name(), AckMode.NONE);
    channel.purgeQueue(jobs.name());
    channel.close();
  }

  private static Map<String, Object> oddValues() {
    Map<String, Object> odd = new LinkedHashMap<>();
    odd.put("short", (short) -5);
    odd.put("byte", (byte) -6);
    odd.put("small", -7L);
    odd.put("large", -(1L << 40));
    odd.put("big", BigInteger.TWO.pow(40).negate());
    odd.put("huge", BigInteger.TWO.pow(80));
    odd.put("shorts", new Object[] {(short) 1, (byte) 2, -(1L << 50)});
    return odd;
  }

  /** The values in tables and lists, at every depth. */
  private static Stream<Object> flat(Object value) {
    if (value instanceof Map<?, ?> table) {
      return table.values().stream().flatMap(AmqpMethodsIT::flat);
    }
    return value instanceof List<?> list
        ? list.stream().flatMap(AmqpMethodsIT::flat)
        : Stream.of(value);
  }

  private TransportConnection connect() {
    return TestConnections.open(
        recorder.uri(),
        ConnectionOptions.builder().heartbeat(Duration.ZERO).clientName("worker@host").build(),
        SilentListener.INSTANCE);
  }
}
