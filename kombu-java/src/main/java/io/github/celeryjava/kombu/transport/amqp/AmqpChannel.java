package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.DeleteCondition;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A channel to RabbitMQ: the methods of AMQP, each under kombu's rules. Thread-safe. */
final class AmqpChannel implements Channel {

  private static final int NOT_FOUND = AMQP.NOT_FOUND;

  private final AmqpCalls calls;
  private final AckWriter acks;
  private final AmqpConsumers consumers;
  private final AmqpPublisher publisher;
  private final Function<String, AmqpCalls> other;

  /**
   * @param other opens another channel of the same connection, for one purpose
   */
  AmqpChannel(
      AmqpCalls calls,
      AckWriter acks,
      AmqpConsumers consumers,
      AmqpPublisher publisher,
      Function<String, AmqpCalls> other) {
    this.calls = calls;
    this.acks = acks;
    this.consumers = consumers;
    this.publisher = publisher;
    this.other = other;
  }

  @Override
  public void declareExchange(Exchange exchange) {
    if (!exchange.isDeclarable()) {
      return;
    }
    ShortText.requireExchange(exchange.name());
    ShortText.require("exchange type", exchange.type().name());
    calls.call(
        "declare exchange '" + exchange.name() + "'",
        DeclarationConflict.of(exchange),
        channel ->
            exchange.passive()
                ? channel.exchangeDeclarePassive(exchange.name())
                : channel.exchangeDeclare(
                    exchange.name(),
                    exchange.type().name(),
                    exchange.durable(),
                    exchange.autoDelete(),
                    OutgoingTable.of(exchange.arguments())));
  }

  @Override
  public void deleteExchange(String exchange) {
    deleteExchange(exchange, Set.of());
  }

  @Override
  public void deleteExchange(String exchange, Set<DeleteCondition> conditions) {
    ShortText.requireExchange(exchange);
    boolean ifUnused = conditions.contains(DeleteCondition.IF_UNUSED);
    calls.call(
        "delete exchange '" + exchange + "'",
        channel -> channel.exchangeDelete(exchange, ifUnused));
  }

  @Override
  public void bindExchange(String destination, Binding binding) {
    ShortText.requireExchange(destination);
    ShortText.require(binding);
    calls.call(
        "bind exchange '" + destination + "' to " + source(binding),
        channel ->
            channel.exchangeBind(
                destination,
                binding.exchange().name(),
                binding.routingKey(),
                OutgoingTable.of(binding.arguments())));
  }

  @Override
  public void unbindExchange(String destination, Binding binding) {
    ShortText.requireExchange(destination);
    ShortText.require(binding);
    calls.call(
        "unbind exchange '" + destination + "' from " + source(binding),
        channel ->
            channel.exchangeUnbind(
                destination,
                binding.exchange().name(),
                binding.routingKey(),
                OutgoingTable.of(binding.arguments())));
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    ShortText.requireQueue(queue.name());
    Map<String, @Nullable Object> arguments = OutgoingTable.of(queue.declareArguments());
    return calls.call(
        "declare queue '" + queue.name() + "'",
        DeclarationConflict.of(queue, arguments),
        channel ->
            status(
                channel.queueDeclare(
                    queue.name(),
                    queue.durable(),
                    queue.exclusive(),
                    queue.autoDelete(),
                    arguments)));
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    ShortText.requireQueue(queue);
    if (!isOpen()) {
      throw calls.closedBefore("inspect queue '" + queue + "'");
    }
    // The broker closes the channel on which one asks for a queue that is not there.
    AmqpCalls visitor = other.apply("inspect queue '" + queue + "'");
    try {
      return Optional.of(
          visitor.call(
              "inspect queue '" + queue + "'",
              channel -> status(channel.queueDeclarePassive(queue))));
    } catch (OperationalException e) {
      if (e.replyCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    } finally {
      visitor.close();
    }
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    ShortText.requireQueue(queue);
    ShortText.require(binding);
    calls.call(
        "bind queue '" + queue + "' to " + source(binding),
        channel ->
            channel.queueBind(
                queue,
                binding.exchange().name(),
                binding.routingKey(),
                OutgoingTable.of(binding.arguments())));
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    ShortText.requireQueue(queue);
    ShortText.require(binding);
    calls.call(
        "unbind queue '" + queue + "' from " + source(binding),
        channel ->
            channel.queueUnbind(
                queue,
                binding.exchange().name(),
                binding.routingKey(),
                OutgoingTable.of(binding.arguments())));
  }

  @Override
  public long purgeQueue(String queue) {
    ShortText.requireQueue(queue);
    return calls.call(
        "purge queue '" + queue + "'",
        channel -> Integer.toUnsignedLong(channel.queuePurge(queue).getMessageCount()));
  }

  @Override
  public long deleteQueue(String queue) {
    return deleteQueue(queue, Set.of());
  }

  @Override
  public long deleteQueue(String queue, Set<DeleteCondition> conditions) {
    ShortText.requireQueue(queue);
    boolean ifUnused = conditions.contains(DeleteCondition.IF_UNUSED);
    boolean ifEmpty = conditions.contains(DeleteCondition.IF_EMPTY);
    return calls.call(
        "delete queue '" + queue + "'",
        channel ->
            Integer.toUnsignedLong(
                channel.queueDelete(queue, ifUnused, ifEmpty).getMessageCount()));
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(
      Destination destination, TransportMessage message) {
    return publisher.publish(destination, message);
  }

  @Override
  public String consume(String queue, ConsumeOptions options, DeliverySink sink) {
    return consumers.consume(queue, options, sink);
  }

  @Override
  public void cancel(String consumerTag) {
    consumers.cancel(consumerTag);
  }

  @Override
  public void prefetch(String consumerTag, int count) {
    consumers.prefetch(consumerTag, count);
  }

  @Override
  public Optional<Delivery> get(String queue, AckMode mode) {
    ShortText.requireQueue(queue);
    boolean manual = mode == AckMode.MANUAL;
    GetResponse response =
        calls.call("get from queue '" + queue + "'", channel -> channel.basicGet(queue, !manual));
    if (response == null) {
      return Optional.empty();
    }
    long tag = response.getEnvelope().getDeliveryTag();
    return Optional.of(
        new Delivery(
            response.getEnvelope().getExchange(),
            response.getEnvelope().getRoutingKey(),
            response.getEnvelope().isRedeliver(),
            AmqpMapping.incoming(response.getProps(), response.getBody()),
            manual ? acks.receipt(tag) : acks.none(tag)));
  }

  @Override
  public boolean isOpen() {
    return calls.isOpen();
  }

  @Override
  public void close() {
    acks.flush();
    calls.close();
    acks.close();
  }

  private static QueueStatus status(AMQP.Queue.DeclareOk answer) {
    return new QueueStatus(
        answer.getQueue(),
        Integer.toUnsignedLong(answer.getMessageCount()),
        Integer.toUnsignedLong(answer.getConsumerCount()));
  }

  private static String source(Binding binding) {
    return "exchange '"
        + binding.exchange().name()
        + "' with routing key '"
        + binding.routingKey()
        + "'";
  }
}
