package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one connection sees of a {@link MemoryBroker}. Thread-safe; never waits for anything. */
final class MemoryStore implements QueueStore {

  private final MemoryBroker broker;
  private final @Nullable String deadLetterQueue;

  // Mutable state
  private volatile @Nullable StoreListener listener;

  /**
   * @param deadLetterQueue where this connection's messages go that a direct exchange cannot route;
   *     null for nowhere
   */
  MemoryStore(MemoryBroker broker, @Nullable String deadLetterQueue) {
    this.broker = broker;
    this.deadLetterQueue = deadLetterQueue;
  }

  @Override
  public void attach(StoreListener listener) {
    this.listener = listener;
  }

  @Override
  public void declareExchange(Exchange exchange) {
    if (exchange.isDeclarable()) {
      broker.declareExchange(exchange);
    }
  }

  @Override
  public void deleteExchange(String exchange) {
    broker.deleteExchange(exchange);
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    return broker.declareQueue(this, queue);
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    return broker.inspectQueue(this, queue);
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    broker.bind(this, queue, binding);
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    broker.unbind(this, queue, binding);
  }

  @Override
  public long purgeQueue(String queue) {
    return broker.purge(this, queue);
  }

  @Override
  public long deleteQueue(String queue) {
    return broker.deleteQueue(this, queue);
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(
      Destination destination, TransportMessage message) {
    try {
      broker.publish(destination, message, deadLetterQueue);
      return CompletableFuture.completedFuture(null);
    } catch (OperationalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void addConsumer(String queue, ConsumeOptions options) {
    broker.addConsumer(this, queue, options.exclusive());
  }

  @Override
  public void removeConsumer(String queue, ConsumeOptions options) {
    broker.removeConsumer(this, queue);
  }

  @Override
  public List<MemoryMessage> take(String queue, int max, AckMode mode) {
    return broker.take(this, queue, max);
  }

  @Override
  public void arm(String queue) {
    broker.arm(this, queue);
  }

  @Override
  public void close() {
    broker.disconnect(this);
  }

  @Override
  public void abort() {
    broker.disconnect(this);
  }

  void ready(String queue) {
    StoreListener told = listener;
    if (told != null) {
      told.ready(queue);
    }
  }

  void deleted(String queue) {
    StoreListener told = listener;
    if (told != null) {
      told.deleted(queue);
    }
  }
}
