package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A channel of {@link FakeBroker}: writes down what it is asked, does what the test says. */
final class FakeChannel implements Channel {

  /** A message on its way, with the channel's answer to it. */
  record Sent(
      FakeChannel channel,
      Destination destination,
      TransportMessage message,
      CompletableFuture<Void> answer) {

    void confirm() {
      answer.complete(null);
    }

    /** Keeps it waiting. */
    void keep() {}

    void nack() {
      answer.completeExceptionally(new MessageRefusedException("nacked", 0));
    }

    String text() {
      return new String(message.body(), StandardCharsets.UTF_8);
    }
  }

  record Consuming(String queue, ConsumeOptions options, DeliverySink sink) {}

  final ChannelPurpose purpose;
  final Map<String, Consuming> consumers = new ConcurrentHashMap<>();
  final List<Integer> prefetches = new CopyOnWriteArrayList<>();
  final List<String> settled = new CopyOnWriteArrayList<>();
  private final FakeConnection connection;
  private final List<Sent> unanswered = new CopyOnWriteArrayList<>();
  private volatile boolean open = true;

  FakeChannel(FakeConnection connection, ChannelPurpose purpose) {
    this.connection = connection;
    this.purpose = purpose;
  }

  /** Ends the channel and all that waits on it, as an error of the broker would. */
  void fail(OperationalException cause) {
    open = false;
    unanswered.forEach(sent -> sent.answer().completeExceptionally(cause));
    consumers.values().forEach(consuming -> consuming.sink().ended(cause));
    consumers.clear();
  }

  /** Hands a message to every consumer of the queue. */
  void deliver(String queue, TransportMessage message) {
    consumers.values().stream()
        .filter(consuming -> consuming.queue().equals(queue))
        .forEach(
            consuming ->
                consuming.sink().accept(new Delivery("", queue, false, message, receipt(message))));
  }

  @Override
  public CompletableFuture<Void> publish(Destination destination, TransportMessage message) {
    if (!isOpen()) {
      return CompletableFuture.failedFuture(closed());
    }
    Sent sent = new Sent(this, destination, message, new CompletableFuture<>());
    unanswered.add(sent);
    connection.broker.published.add(sent);
    connection.broker.onPublish.accept(sent);
    unanswered.removeIf(each -> each.answer().isDone());
    return sent.answer();
  }

  @Override
  public String consume(String queue, ConsumeOptions options, DeliverySink sink) {
    requireOpen();
    String tag = options.consumerTag() == null ? "tag-" + queue : options.consumerTag();
    consumers.put(tag, new Consuming(queue, options, sink));
    return tag;
  }

  @Override
  public void cancel(String consumerTag) {
    consumers.remove(consumerTag);
  }

  @Override
  public void prefetch(String consumerTag, int count) {
    prefetches.add(count);
  }

  @Override
  public void declareExchange(Exchange exchange) {
    declare("exchange " + exchange.name());
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    declare("queue " + queue.name());
    return new QueueStatus(queue.name().isEmpty() ? "picked" : queue.name(), 0, 0);
  }

  @Override
  public void bindQueue(String queue, Binding binding) {}

  @Override
  public void unbindQueue(String queue, Binding binding) {}

  @Override
  public void deleteExchange(String exchange) {}

  @Override
  public void bindExchange(String destination, Binding binding) {}

  @Override
  public void unbindExchange(String destination, Binding binding) {}

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    return Optional.empty();
  }

  @Override
  public long purgeQueue(String queue) {
    return 2;
  }

  @Override
  public long deleteQueue(String queue) {
    return 0;
  }

  @Override
  public Optional<Delivery> get(String queue, AckMode mode) {
    return Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return open && connection.isOpen();
  }

  @Override
  public void close() {
    open = false;
    unanswered.forEach(
        sent ->
            sent.answer()
                .completeExceptionally(OperationalException.lost("the channel closed", null)));
  }

  private void declare(String what) {
    connection.broker.onDeclare.run();
    requireOpen();
    connection.declared.add(what);
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw closed();
    }
  }

  private OperationalException closed() {
    return connection.isOpen()
        ? OperationalException.unsent("the channel is closed", null)
        : OperationalException.lost("the connection is gone", null);
  }

  private Delivery.Receipt receipt(TransportMessage message) {
    String body = new String(message.body(), StandardCharsets.UTF_8);
    return new Delivery.Receipt() {
      @Override
      public void ack() {
        settled.add("ack " + body);
      }

      @Override
      public void reject() {
        settled.add("reject " + body);
      }

      @Override
      public void requeue() {
        settled.add("requeue " + body);
      }
    };
  }
}
