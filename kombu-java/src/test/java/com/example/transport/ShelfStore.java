package com.example.transport;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.QueueStore;
import io.github.celeryjava.kombu.transport.virtual.StoreListener;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What one connection does with the shelves. Thread-safe. */
final class ShelfStore implements QueueStore {

  private final Shelves shelves;
  private final int most;

  // Mutable state
  private volatile StoreListener listener;

  /**
   * @param most how many messages a shelf holds before it refuses more
   */
  ShelfStore(Shelves shelves, int most) {
    this.shelves = shelves;
    this.most = most;
  }

  @Override
  public void attach(StoreListener listener) {
    this.listener = listener;
  }

  @Override
  public void declareExchange(Exchange exchange) {
    if (exchange.isDeclarable()) {
      shelves.exchanges.declare(exchange);
    }
  }

  @Override
  public void deleteExchange(String exchange) {
    shelves.exchanges.delete(exchange);
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    shelves.add(queue.name());
    return inspectQueue(queue.name()).orElseThrow();
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    return shelves.has(queue)
        ? Optional.of(new QueueStatus(queue, shelves.size(queue), shelves.consumers(queue)))
        : Optional.empty();
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    shelves.exchanges.bind(binding.exchange().name(), binding.routingKey(), queue);
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    shelves.exchanges.unbind(binding.exchange().name(), binding.routingKey(), queue);
  }

  @Override
  public long purgeQueue(String queue) {
    return shelves.empty(queue);
  }

  @Override
  public long deleteQueue(String queue) {
    if (!shelves.has(queue)) {
      return 0;
    }
    int messages = shelves.size(queue);
    shelves.remove(queue);
    return messages;
  }

  @Override
  public CompletableFuture<Void> publish(Destination to, TransportMessage message) {
    try {
      Set<String> queues = queues(to);
      if (queues.isEmpty() && to.mandatory()) {
        throw new MessageRefusedException("no queue for a message to " + to, 312);
      }
      if (queues.stream().anyMatch(queue -> shelves.size(queue) >= most)) {
        throw new MessageRefusedException("a queue of " + to + " is full", 0);
      }
      for (String queue : queues) {
        String key = to.routingKey();
        shelves.put(new ShelfMessage(shelves, queue, to.exchange(), key, false, message), false);
      }
      return CompletableFuture.completedFuture(null);
    } catch (OperationalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    shelves.forget(this);
  }

  @Override
  public void abort() {
    shelves.forget(this);
  }

  void ready(String queue) {
    listener.ready(queue);
  }

  void deleted(String queue) {
    listener.deleted(queue);
  }

  private Set<String> queues(Destination to) {
    Set<String> names =
        to.exchange().isEmpty()
            ? Set.of(to.routingKey())
            : shelves.exchanges.route(to.exchange(), to.routingKey());
    return names.stream().filter(shelves::has).collect(Collectors.toSet());
  }

  // tag::readme[]
  @Override
  public void addConsumer(String queue, ConsumeOptions options) {
    shelves.startConsuming(queue, this);
  }

  @Override
  public void removeConsumer(String queue, ConsumeOptions options) {
    shelves.stopConsuming(queue, this);
  }

  @Override
  public List<ShelfMessage> take(String queue, int max, AckMode mode) {
    return shelves.take(queue, max);
  }

  @Override
  public void arm(String queue) {
    shelves.await(queue, this);
  }
  // end::readme[]
}
