package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.ConsumerCancelledException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose broker is a {@link QueueStore}. Thread-safe.
 *
 * <p>Sinks and the {@link TransportListener} are called on one thread of the connection, called
 * {@code kombu-poller} and what it leads to.
 */
public final class VirtualConnection implements TransportConnection {

  private static final int NOT_FOUND = 404;

  private final QueueStore store;
  private final TransportListener listener;
  private final String description;
  private final Duration callTimeout;
  private final QueuePoller poller;
  private final AtomicInteger channelNumbers = new AtomicInteger();

  // Mutable state
  private final Set<VirtualChannel> channels = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean over = new AtomicBoolean();

  private VirtualConnection(
      QueueStore store, ConnectionOptions options, TransportListener listener, String description) {
    this.store = store;
    this.listener = listener;
    this.description = description;
    callTimeout = options.callTimeout();
    poller = new QueuePoller(store, "kombu-poller " + description, new FromPoller());
  }

  /**
   * Makes a connection of a store that is ready for use, and owns it from then on.
   *
   * @param description where it leads, for people; without a password
   */
  public static VirtualConnection open(
      QueueStore store, ConnectionOptions options, TransportListener listener, String description) {
    VirtualConnection connection = new VirtualConnection(store, options, listener, description);
    store.attach(connection.new FromStore());
    return connection;
  }

  @Override
  public Channel openChannel(ChannelPurpose purpose) {
    String name = description + " channel " + channelNumbers.incrementAndGet();
    VirtualChannel channel = new VirtualChannel(name, store, poller, this::channelEnded);
    channels.add(channel);
    if (over.get()) {
      channels.remove(channel);
      throw OperationalException.lost("the connection to " + description + " is closed", null);
    }
    return channel;
  }

  @Override
  public boolean isOpen() {
    return !over.get();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      List.copyOf(channels).forEach(VirtualChannel::close);
      if (poller.isCurrent()) {
        poller.execute(store::close); // once it has given back what it has in hand
        poller.stop();
      } else {
        poller.stop();
        poller.awaitStopped(callTimeout);
        store.close();
      }
    } else {
      poller.awaitStopped(callTimeout);
    }
  }

  @Override
  public void abort() {
    if (over.compareAndSet(false, true)) {
      List.copyOf(channels).forEach(VirtualChannel::abandon);
      store.abort();
      poller.stop();
    }
  }

  private void lost(OperationalException cause) {
    if (over.compareAndSet(false, true)) {
      List.copyOf(channels).forEach(channel -> channel.fail(cause));
      store.abort();
      poller.execute(() -> listener.lost(cause));
      poller.stop();
    }
  }

  private void channelEnded(VirtualChannel channel, @Nullable OperationalException cause) {
    channels.remove(channel);
    if (cause != null && isLoss(cause)) {
      lost(cause);
    }
  }

  /** A broker that said anything is there, even if it says that trying again may help. */
  static boolean isLoss(OperationalException cause) {
    return cause.isRecoverable()
        && cause.replyCode() == 0
        && !(cause instanceof MessageRefusedException)
        && !(cause instanceof ConsumerCancelledException);
  }

  private final class FromPoller implements QueuePoller.Owner {

    @Override
    public void refused(VirtualConsumer consumer, OperationalException refusal) {
      // A queue that was there when its consumer began has been deleted; the news is on its way.
      OperationalException cause =
          refusal.replyCode() == NOT_FOUND
              ? VirtualChannel.queueGone(consumer.queue(), refusal)
              : refusal;
      channels.forEach(channel -> channel.end(consumer, cause));
    }

    @Override
    public void lost(OperationalException cause) {
      VirtualConnection.this.lost(cause);
    }
  }

  private final class FromStore implements StoreListener {

    @Override
    public void ready(String queue) {
      poller.ready(queue);
    }

    @Override
    public void deleted(String queue) {
      channels.forEach(channel -> channel.queueDeleted(queue));
    }

    @Override
    public void lost(OperationalException cause) {
      VirtualConnection.this.lost(cause);
    }
  }
}
