package io.github.celeryjava.kombu.transport;

import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Queue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What one contract test uses of a broker that others use too: names of its own, connections that
 * are closed, queues and exchanges that are deleted when the test is over. Not thread-safe.
 */
public final class ContractBroker implements AutoCloseable {

  private static final long CONFIRM_SECONDS = 10;

  private final Supplier<TransportConnection> connect;
  private final String unique = "contract-" + UUID.randomUUID();
  private final List<TransportConnection> connections = new ArrayList<>();
  private final List<String> queues = new ArrayList<>();
  private final List<String> exchanges = new ArrayList<>();
  private Channel publisher;

  public ContractBroker(Supplier<TransportConnection> connect) {
    this.connect = connect;
  }

  /** A channel for consuming, on a connection of its own. */
  public Channel open() {
    return newConnection().openChannel(ChannelPurpose.CONSUMING);
  }

  /** A channel for publishing, on a connection of its own. */
  public Channel openPublishing() {
    return newConnection().openChannel(ChannelPurpose.PUBLISHING);
  }

  public TransportConnection newConnection() {
    TransportConnection connection = connect.get();
    connections.add(connection);
    return connection;
  }

  /** A name that no other test uses. */
  public String name(String suffix) {
    return unique + "." + suffix;
  }

  /** The name of an exchange that is deleted when the test is over. */
  public String exchangeName(String suffix) {
    exchanges.add(name(suffix));
    return name(suffix);
  }

  /** A durable queue, declared. */
  public Queue declared(Channel channel, String suffix) {
    return declared(channel, Queue.named(name(suffix)));
  }

  public Queue declared(Channel channel, Queue queue) {
    tidy(queue.name());
    channel.declare(queue);
    return queue;
  }

  /** Has a queue deleted when the test is over. */
  public void tidy(String queue) {
    queues.add(queue);
  }

  public void publish(Queue queue, String body) throws Exception {
    publish(queue, message(bytes(body)));
  }

  public void publish(Queue queue, TransportMessage message) throws Exception {
    publish(Destination.queue(queue.name()), message);
  }

  /** Publishes and waits for the confirm. */
  public void publish(Destination to, TransportMessage message) throws Exception {
    if (publisher == null || !publisher.isOpen()) {
      publisher = openPublishing();
    }
    publisher.publish(to, message).get(CONFIRM_SECONDS, TimeUnit.SECONDS);
  }

  /** The next message, waiting for it if need be; not settled. */
  public Delivery take(Channel channel, Queue queue) {
    return await("a message in " + queue.name())
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> channel.get(queue.name(), AckMode.MANUAL), Optional::isPresent)
        .orElseThrow();
  }

  /** How many messages of a queue are ready for delivery. */
  public long ready(Queue queue) {
    return open().inspectQueue(queue.name()).orElseThrow().messages();
  }

  @Override
  public void close() {
    Channel channel = open();
    queues.forEach(channel::deleteQueue);
    exchanges.forEach(channel::deleteExchange);
    connections.forEach(TransportConnection::close);
  }

  /** A persistent message of plain text. */
  public static TransportMessage message(byte[] body) {
    MessageProperties properties =
        MessageProperties.builder()
            .contentType("text/plain")
            .contentEncoding("utf-8")
            .deliveryMode(DeliveryMode.PERSISTENT)
            .priority(0)
            .build();
    return new TransportMessage(properties, Map.of(), body);
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static String text(Delivery delivery) {
    return new String(delivery.message().body(), StandardCharsets.UTF_8);
  }
}
