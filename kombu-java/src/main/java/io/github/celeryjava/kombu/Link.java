package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One physical connection and all that lives exactly as long: what it has declared, its default
 * channel, whether the broker blocks it. Thread-safe.
 */
final class Link implements TransportListener {

  private final DeliveryInbox inbox;
  private final ConnectionEvents events;
  private final DeclarationCache declared = new DeclarationCache();
  private final AtomicBoolean lost = new AtomicBoolean();
  private final AtomicBoolean lossReported = new AtomicBoolean();
  private final ReentrantLock channelLock = new ReentrantLock();

  // Mutable state
  private volatile @Nullable TransportConnection transport; // null until attached
  private volatile boolean consuming;
  private volatile CompletableFuture<@Nullable Void> unblocked =
      CompletableFuture.completedFuture(null);
  private @Nullable Channel defaultChannel; // guarded by channelLock
  private volatile @Nullable List<? extends Entity> lastFound; // all of them are declared

  Link(DeliveryInbox inbox, ConnectionEvents events) {
    this.inbox = inbox;
    this.events = events;
  }

  /** Completes the link with the connection that it listens to. */
  void attach(TransportConnection opened) {
    transport = opened;
  }

  boolean isOpen() {
    TransportConnection opened = transport;
    return !lost.get() && opened != null && opened.isOpen();
  }

  String description() {
    return transport().description();
  }

  Duration heartbeat() {
    return transport().heartbeat();
  }

  <T> Optional<T> unwrap(Class<T> type) {
    return transport().unwrap(type);
  }

  Channel openChannel(ChannelPurpose purpose) {
    return transport().openChannel(purpose);
  }

  /** The channel for declaring and the like, opened on first use and again after it failed. */
  Channel defaultChannel() {
    channelLock.lock();
    try {
      Channel channel = defaultChannel;
      if (channel == null || !channel.isOpen()) {
        channel = openChannel(ChannelPurpose.CONSUMING);
        defaultChannel = channel;
      }
      return channel;
    } finally {
      channelLock.unlock();
    }
  }

  /** Runs for every message, and mostly for the same list: looking up a queue is not free. */
  @SuppressWarnings("ReferenceEquality") // an equal list costs as much as what is saved
  boolean hasDeclared(List<? extends Entity> entities) {
    if (entities == lastFound) {
      return true;
    }
    if (!areDeclared(entities)) {
      return false;
    }
    lastFound = entities;
    if (!areDeclared(entities)) { // forgotten meanwhile
      lastFound = null;
      return false;
    }
    return true;
  }

  /** Declares what is not declared yet; returns the name, which the broker may have picked. */
  String declare(Entity entity) {
    if (declared.has(entity)) {
      return entity.name();
    }
    String name = onDefaultChannel(channel -> declare(channel, entity));
    declared.add(entity);
    return name;
  }

  /** Makes the next use declare these again. */
  void forgetDeclared(List<? extends Entity> entities) {
    entities.forEach(declared::forget);
    lastFound = null;
  }

  boolean isBlocked() {
    return !unblocked.isDone();
  }

  /** Done unless the broker blocks this connection; then completed when it no longer does. */
  CompletableFuture<@Nullable Void> unblockedFuture() {
    return unblocked;
  }

  /** Says that a consumer was started here, so that its end concerns the draining thread. */
  void startConsuming() {
    consuming = true;
  }

  boolean hadConsumers() {
    return consuming;
  }

  /** Tells the draining thread of the loss, once, however many of its consumers end with it. */
  void reportLoss(OperationalException cause) {
    if (lossReported.compareAndSet(false, true)) {
      inbox.fail(this, cause);
    }
  }

  /** Gives the connection up, as one that no longer answers. */
  void abandon(OperationalException cause) {
    lost(cause);
    transport().abort();
  }

  void close() {
    transport().close();
  }

  void abort() {
    transport().abort();
  }

  @Override
  public void lost(OperationalException cause) {
    if (lost.compareAndSet(false, true)) {
      unblocked.complete(null);
      events.recovering(cause);
      reportLoss(cause);
    }
  }

  @Override
  public void blocked(String reason) {
    if (!isBlocked()) {
      unblocked = new CompletableFuture<>();
    }
    events.blocked(reason);
  }

  @Override
  public void unblocked() {
    unblocked.complete(null);
    events.unblocked();
  }

  @Override
  public void returned(Destination to, TransportMessage message, MessageRefusedException error) {
    events.returned(to, message, error);
  }

  private static String declare(Channel channel, Entity entity) {
    if (entity instanceof Queue queue) {
      return channel.declare(queue).name();
    }
    channel.declareExchange((Exchange) entity);
    return entity.name();
  }

  /**
   * Others use the channel too, and one of them may have closed it by what he asked for, again and
   * again: the second attempt is made where nobody else can.
   */
  private String onDefaultChannel(Function<Channel, String> call) {
    try {
      return call.apply(defaultChannel());
    } catch (OperationalException e) {
      if (!e.isUnsent()) {
        throw e;
      }
    }
    Channel own = openChannel(ChannelPurpose.CONSUMING);
    try {
      return call.apply(own);
    } finally {
      own.close();
    }
  }

  private boolean areDeclared(List<? extends Entity> entities) {
    for (int i = 0; i < entities.size(); i++) {
      if (!declared.has(entities.get(i))) {
        return false;
      }
    }
    return true;
  }

  private TransportConnection transport() {
    TransportConnection opened = transport;
    if (opened == null) {
      throw new IllegalStateException("the link is not attached yet");
    }
    return opened;
  }
}
