package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.patterns.NativeDelay;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.amqp.MethodRecorder;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;

/** Java and Python delay messages for each other, over levels that either has declared. */
@EachPeer
@PeerAtLeast("5.5")
@Tag("S2")
@Timeout(180)
class DelayedDeliveryIT {

  private static final List<Long> SECONDS = List.of(1L, 2L, 3L, 10L);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private final String unique = "delay-" + UUID.randomUUID();
  private final Queue mail =
      Queue.bound(unique + ".mail", Exchange.topic(unique + ".x"), unique + ".mail");
  private final URI broker = Services.amqp();
  private final Connection connection = Connection.open(broker.toString());
  private final NativeDelay delay = NativeDelay.quorum(unique);

  @AfterEach
  void tidyUp() {
    Channel channel = connection.channel();
    channel.deleteQueue(mail.name());
    channel.deleteExchange(mail.exchange().name());
    for (int level = 0; level < 28; level++) {
      channel.deleteQueue(unique + "_celery_delayed_" + level);
      channel.deleteExchange(unique + "_celery_delayed_" + level);
    }
    channel.deleteExchange(unique + "_celery_delayed_delivery");
    connection.close();
  }

  @Test
  void bothDeclareTheSameInTheSameOrder() throws IOException {
    try (MethodRecorder python = MethodRecorder.to(broker);
        MethodRecorder java = MethodRecorder.to(broker)) {
      client(python.uri()).exec("declare(connection, 'quorum', prefix)");
      try (Connection recorded = Connection.open(java.uri().toString())) {
        delay.declare(recorded);
      }

      assertThat(declarations(java)).hasSize(4 * 28 + 1).isEqualTo(declarations(python));
    }
  }

  @Test
  void whatPythonDelaysReachesAJavaConsumerInTime() {
    PythonClient python = client(broker);
    delay.declare(connection);
    delay.bind(connection, mail);
    Map<Object, Long> arrived = new ConcurrentHashMap<>();
    connection
        .consumer()
        .queue(mail)
        .handler(
            (body, message) -> {
              arrived.put(body, System.nanoTime());
              assertThat(NativeDelay.routingKey(message)).isEqualTo(mail.routingKey());
              message.ack();
            })
        .build()
        .consume();

    long start = System.nanoTime();
    SECONDS.forEach(seconds -> python.exec("publish(%d)".formatted(seconds)));
    long end = System.nanoTime();

    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> connection.drainEvents(Duration.ofMillis(50)) >= 0 && arrived.size() == 4);
    for (long seconds : SECONDS) {
      assertThat(Duration.ofNanos(arrived.get(seconds) - start))
          .isBetween(
              Duration.ofSeconds(seconds), Duration.ofNanos(end - start).plusSeconds(seconds + 3));
    }
  }

  @Test
  void whatJavaDelaysReachesAPythonConsumerInTime() {
    PythonClient python = client(broker);
    python.exec("declare(connection, 'quorum', prefix); bind(connection, queue, prefix)");
    python.exec("consumer.consume()");
    Producer producer = connection.producer().build();

    long start = System.nanoTime();
    for (long seconds : SECONDS) {
      producer.publish(
          seconds, delay.after(Duration.ofSeconds(seconds), PublishOptions.to(mail.routingKey())));
    }
    Duration sending = Duration.ofNanos(System.nanoTime() - start);

    python.exec("drain(4, 40)");
    assertThat(python.eval("[body for body, at in arrived]").json().toString())
        .isEqualTo(SECONDS.toString().replace(" ", ""));
    for (int i = 0; i < SECONDS.size(); i++) {
      double between = python.eval("arrived[%d][1] - arrived[0][1]".formatted(i)).json().asDouble();
      double slack = 2 + sending.toMillis() / 1000.0;
      assertThat(between).isBetween(SECONDS.get(i) - 1 - slack, SECONDS.get(i) - 1 + slack);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void aQueueThatBothHaveBoundGetsEachMessageOnce() {
    PythonClient python = client(broker);
    delay.declare(connection);
    delay.bind(connection, mail);
    python.exec("bind(connection, queue, prefix)");
    python.exec("consumer.consume()");

    connection
        .producer()
        .build()
        .publish(1, delay.after(Duration.ofSeconds(1), PublishOptions.to(mail.routingKey())));
    python.exec("publish(2)");

    python.exec("drain(3, 5)");
    assertThat(python.eval("[body for body, at in arrived]")).hasToString("[1, 2]");
  }

  private PythonClient client(URI uri) {
    PythonClient python = processes.client(peer, PeerSetup.over(uri));
    python.exec(
        """
        import socket, time
        import kombu
        from kombu.transport.native_delayed_delivery import (
            bind_queue_to_native_delayed_delivery_exchange as bind,
            calculate_routing_key,
            declare_native_delayed_delivery_exchanges_and_queues as declare,
        )
        prefix, name, key = %s
        connection = kombu.Connection('%s')
        queue = kombu.Queue(name, kombu.Exchange(prefix + '.x', type='topic'), routing_key=key)
        arrived = []

        def arrive(body, message):
            arrived.append((body, time.monotonic()))
            message.ack()

        consumer = kombu.Consumer(connection, [queue], callbacks=[arrive], auto_declare=False)

        def publish(seconds):
            kombu.Producer(connection).publish(
                seconds, exchange=prefix + '_celery_delayed_27',
                routing_key=calculate_routing_key(seconds, key))

        def drain(count, seconds):
            deadline = time.monotonic() + seconds
            while len(arrived) < count and time.monotonic() < deadline:
                try:
                    connection.drain_events(timeout=0.1)
                except socket.timeout:
                    pass
        """
            .formatted(
                "('%s', '%s', '%s')".formatted(unique, mail.name(), mail.routingKey()), uri));
    if (uri.equals(broker)) {
      python.exec("queue(connection.default_channel).declare()");
    }
    return python;
  }

  private static List<String> declarations(MethodRecorder recorder) {
    List<String> declarations = new ArrayList<>();
    for (Method method : recorder.methods()) {
      if (method instanceof AMQP.Exchange.Declare
          || method instanceof AMQP.Queue.Declare
          || method instanceof AMQP.Queue.Bind
          || method instanceof AMQP.Exchange.Bind) {
        declarations.add(method.toString().toLowerCase(Locale.ROOT));
      }
    }
    return declarations;
  }
}
