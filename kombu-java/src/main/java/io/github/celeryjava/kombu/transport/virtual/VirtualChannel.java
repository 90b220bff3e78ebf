package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConsumerCancelledException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel on a {@link QueueStore}: serialises calls, closes on refusals, keeps consumers and what
 * is unsettled. Thread-safe.
 *
 * <p>Ending does not wait for a call under way: it is decided by one compare-and-set, and whoever
 * adds a consumer or a pending publish looks afterwards whether the channel ended meanwhile.
 */
final class VirtualChannel implements Channel {

  private static final Logger log = LoggerFactory.getLogger(VirtualChannel.class);

  private final String name;
  private final QueueStore store;
  private final QueuePoller poller;
  private final BiConsumer<VirtualChannel, @Nullable OperationalException> onEnded;
  private final Unacked unacked;
  private final Unconfirmed unconfirmed;
  private final ReentrantLock calls = new ReentrantLock();
  private final AtomicInteger tags = new AtomicInteger();

  // Mutable state
  private final Map<String, VirtualConsumer> consumers = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable OperationalException> end = new AtomicReference<>();
  private volatile List<VirtualConsumer> failed = List.of();

  /**
   * @param onEnded told once when the channel is over; with the reason if nobody asked for it
   */
  VirtualChannel(
      String name,
      QueueStore store,
      QueuePoller poller,
      BiConsumer<VirtualChannel, @Nullable OperationalException> onEnded) {
    this.name = name;
    this.store = store;
    this.poller = poller;
    this.onEnded = onEnded;
    unacked = new Unacked(poller::roomMade);
    unconfirmed = new Unconfirmed(this::publishFailed);
  }

  @Override
  public void declareExchange(Exchange exchange) {
    if (exchange.isDefault()) {
      requireOpen();
    } else {
      run(() -> store.declareExchange(exchange));
    }
  }

  @Override
  public void deleteExchange(String exchange) {
    run(() -> store.deleteExchange(exchange));
  }

  @Override
  public void bindExchange(String destination, Binding binding) {
    run(() -> refuseExchangeBinding(destination));
  }

  @Override
  public void unbindExchange(String destination, Binding binding) {
    run(() -> refuseExchangeBinding(destination));
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    Queue named =
        queue.name().isEmpty()
            ? queue.toBuilder().name("amq.gen-" + UUID.randomUUID()).build()
            : queue;
    return call(() -> store.declareQueue(named));
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    return call(() -> store.inspectQueue(queue), VirtualConnection::isLoss);
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    run(
        () -> {
          refuseDefaultExchange(binding);
          store.bindQueue(queue, binding);
        });
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    run(
        () -> {
          refuseDefaultExchange(binding);
          store.unbindQueue(queue, binding);
        });
  }

  @Override
  public long purgeQueue(String queue) {
    return call(() -> store.purgeQueue(queue));
  }

  @Override
  public long deleteQueue(String queue) {
    return call(() -> store.deleteQueue(queue));
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(
      Destination destination, TransportMessage message) {
    // Not under the lock of the calls, whose holder may be waiting for a server.
    CompletableFuture<@Nullable Void> stored;
    try {
      requireOpen();
      stored = store.publish(destination, message);
    } catch (OperationalException e) {
      stored = CompletableFuture.failedFuture(e);
    }
    if (stored.isDone() && !stored.isCompletedExceptionally()) {
      return stored;
    }
    CompletableFuture<@Nullable Void> confirmed = unconfirmed.track(stored);
    OperationalException cause = end.get();
    if (cause != null) {
      unconfirmed.failAll(closed(cause));
    }
    return confirmed;
  }

  @Override
  public String consume(String queue, ConsumeOptions options, DeliverySink sink) {
    String given = options.consumerTag();
    String tag = given == null ? "ctag" + tags.incrementAndGet() : given;
    ConsumeOptions tagged =
        new ConsumeOptions(
            tag, options.ackMode(), options.prefetch(), options.exclusive(), options.arguments());
    VirtualConsumer consumer = new VirtualConsumer(queue, tag, tagged, sink, unacked);
    run(
        () -> {
          if (consumers.containsKey(tag)) {
            throw OperationalException.refused(
                "consumer tag '" + tag + "' is in use on " + name, 530, null);
          }
          store.addConsumer(queue, tagged);
          consumers.put(tag, consumer);
          poller.add(consumer);
        });
    if (!isOpen() && withdraw(consumer)) {
      unregister(consumer);
    }
    requireOpen();
    return tag;
  }

  @Override
  public void cancel(String consumerTag) {
    requireOpen();
    VirtualConsumer consumer = consumers.get(consumerTag);
    if (consumer != null && withdraw(consumer)) {
      consumer.silence();
      run(() -> store.removeConsumer(consumer.queue(), consumer.options()));
    }
  }

  @Override
  public void prefetch(String consumerTag, int count) {
    if (count < 0 || count > 65_535) {
      throw new IllegalArgumentException("prefetch must be 0 to 65535, was " + count);
    }
    requireOpen();
    VirtualConsumer consumer = consumers.get(consumerTag);
    if (consumer != null) {
      consumer.limit(count);
      poller.roomMade();
    }
  }

  @Override
  public Optional<Delivery> get(String queue, AckMode mode) {
    return call(
        () -> {
          List<? extends StoredMessage> taken = store.take(queue, 1, mode);
          return taken.isEmpty() ? Optional.empty() : Optional.of(delivery(taken, mode));
        });
  }

  private Delivery delivery(List<? extends StoredMessage> taken, AckMode mode) {
    if (mode == AckMode.NONE) {
      return VirtualConsumer.unsettled(taken.get(0));
    }
    List<Unacked.Entry> held = unacked.add(taken, null);
    requireOpen();
    return held.get(0).delivery();
  }

  @Override
  public boolean isOpen() {
    return end.get() == null;
  }

  @Override
  public void close() {
    OperationalException cause = OperationalException.lost(name + " was closed", null);
    if (end.compareAndSet(null, cause)) {
      List<VirtualConsumer> ended = letGo(cause);
      ended.forEach(VirtualConsumer::silence);
      ended.forEach(this::unregister);
      quietly("flush", store::flush);
      onEnded.accept(this, null);
    }
    failed.forEach(VirtualConsumer::silence);
  }

  /** Ends the channel without asking the store for anything that could wait. */
  void abandon() {
    OperationalException cause = OperationalException.lost(name + " was aborted", null);
    if (end.compareAndSet(null, cause)) {
      letGo(cause).forEach(VirtualConsumer::silence);
      onEnded.accept(this, null);
    }
  }

  /** Ends the channel for a reason that its consumers have to hear. */
  void fail(OperationalException cause) {
    if (end.compareAndSet(null, cause)) {
      List<VirtualConsumer> ended = letGo(cause);
      failed = ended;
      if (!VirtualConnection.isLoss(cause)) {
        ended.forEach(this::unregister);
      }
      ended.forEach(consumer -> poller.execute(() -> consumer.end(cause)));
      onEnded.accept(this, cause);
    }
  }

  /**
   * Ends one consumer that the store serves no longer; does nothing if it is not of this channel.
   */
  void end(VirtualConsumer consumer, OperationalException cause) {
    if (withdraw(consumer)) {
      unregister(consumer);
      poller.execute(() -> consumer.end(cause));
    }
  }

  /** Ends the consumers of a queue that is gone. */
  void queueDeleted(String queue) {
    OperationalException cause = queueGone(queue, null);
    for (VirtualConsumer consumer : consumers.values()) {
      if (consumer.queue().equals(queue) && withdraw(consumer)) {
        poller.execute(() -> consumer.end(cause));
      }
    }
  }

  /** Why consumers of a deleted queue end; recoverable, for the queue can be declared again. */
  static OperationalException queueGone(String queue, @Nullable OperationalException cause) {
    return new ConsumerCancelledException("queue '" + queue + "' was deleted", cause);
  }

  /** The part of ending that waits for nobody; returns the consumers there were. */
  private List<VirtualConsumer> letGo(OperationalException cause) {
    List<VirtualConsumer> ended = consumers.values().stream().filter(this::withdraw).toList();
    unacked.close();
    unconfirmed.failAll(closed(cause));
    return ended;
  }

  /** Stops deliveries; says whether nobody else has done so before. */
  private boolean withdraw(VirtualConsumer consumer) {
    boolean mine = consumers.remove(consumer.tag(), consumer);
    if (mine) {
      consumer.deactivate();
      poller.remove(consumer);
    }
    return mine;
  }

  private void unregister(VirtualConsumer consumer) {
    quietly("cancel", () -> store.removeConsumer(consumer.queue(), consumer.options()));
  }

  private void publishFailed(OperationalException cause) {
    if (!(cause instanceof MessageRefusedException)) {
      fail(cause);
    }
  }

  private void run(Runnable action) {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  private <T> T call(Supplier<T> action) {
    return call(action, refusal -> true);
  }

  /** Runs {@code action} alone, and ends the channel outside the lock if it fails that badly. */
  private <T> T call(Supplier<T> action, Predicate<OperationalException> endsChannel) {
    OperationalException refusal;
    requireOpen();
    calls.lock();
    try {
      return action.get();
    } catch (OperationalException e) {
      refusal = e;
    } finally {
      calls.unlock();
    }
    if (endsChannel.test(refusal)) {
      fail(refusal);
    }
    throw refusal;
  }

  private void requireOpen() {
    OperationalException cause = end.get();
    if (cause != null) {
      throw closed(cause);
    }
  }

  private OperationalException closed(OperationalException cause) {
    return OperationalException.lost(name + " is closed: " + cause.getMessage(), cause);
  }

  private void quietly(String what, Runnable action) {
    try {
      action.run();
    } catch (OperationalException e) {
      log.warn("{}: {} failed while closing: {}", name, what, e.getMessage());
    }
  }

  private static void refuseExchangeBinding(String destination) {
    throw OperationalException.refused(
        "cannot bind exchange '" + destination + "': this transport binds queues only", 540, null);
  }

  private static void refuseDefaultExchange(Binding binding) {
    if (binding.exchange().isDefault()) {
      throw OperationalException.refused("the default exchange has no bindings", 403, null);
    }
  }
}
