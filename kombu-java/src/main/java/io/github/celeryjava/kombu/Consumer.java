package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Receives from several queues, over a channel of its own. Belongs to one thread, most often the
 * one that drains its connection, where its handlers are called; a program whose draining thread
 * must not wait for the broker uses it from another. Only {@link #decodeErrors} may be called from
 * any.
 *
 * <p>A lost connection ends it and makes {@link Connection#drainEvents} throw; {@link #consume}
 * starts it again, on a new channel, declaring its queues again.
 *
 * <p>A message whose body cannot be read is by default logged once, with the beginning of it,
 * rejected, which dead-letters it where the queue says so, and counted. kombu lets the error leave
 * {@code drain_events} instead.
 *
 * <p>Named after {@code kombu.Consumer}; made by {@link Connection#consumer}.
 */
public final class Consumer implements AutoCloseable {

  private final Connection connection;
  private final ConsumerBuilder settings;
  private final BodyReader reader;
  private final AtomicLong decodeErrors = new AtomicLong();

  // Mutable state, owner's thread only
  private final Map<String, Queue> queues = new LinkedHashMap<>(); // by the name they were given
  private final Map<String, Subscription> active = new LinkedHashMap<>(); // by the same name
  private @Nullable Channel channel;
  private AtomicBoolean channelEndReported = new AtomicBoolean();
  private int prefetch;
  private int tags;

  Consumer(Connection connection, ConsumerBuilder settings) {
    this.connection = connection;
    this.settings = settings;
    this.reader = new BodyReader(connection, settings.accept());
    this.prefetch = settings.prefetch();
    settings.queues().forEach(this::addQueue);
  }

  /**
   * Starts receiving from every queue that is not received from yet, declaring it first. Called
   * once more, it starts what was added or ended since.
   *
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if the connection cannot be
   *     opened or is lost, or the broker refuses a queue; the next call starts over
   */
  public void consume() {
    Link link = connection.link();
    active.values().removeIf(Subscription::isOver);
    Channel open = channel;
    if (open == null || !open.isOpen()) {
      open = link.openChannel(ChannelPurpose.CONSUMING);
      channel = open;
      channelEndReported = new AtomicBoolean();
      active.clear();
      link.startConsuming();
    }
    for (Map.Entry<String, Queue> entry : queues.entrySet()) {
      if (!active.containsKey(entry.getKey())) {
        active.put(entry.getKey(), start(link, open, entry.getValue()));
      }
    }
  }

  /** Adds a queue, received from after the next {@link #consume}. */
  public void addQueue(Queue queue) {
    queues.put(queue.name(), queue);
  }

  /** Stops receiving from a queue, and forgets it; does nothing if it is not one of these. */
  public void cancelByQueue(String queue) {
    queues.remove(queue);
    Subscription subscription = active.remove(queue);
    if (subscription != null) {
      cancel(subscription);
    }
  }

  /**
   * Stops receiving from every queue. What was delivered but not handled goes back to its queue;
   * messages that a handler has taken stay valid and still want settling.
   */
  public void cancel() {
    active.values().forEach(this::cancel);
    active.clear();
  }

  /** Whether messages come from the queue of that name. */
  public boolean isConsumingFrom(String queue) {
    Subscription subscription = active.get(queue);
    return subscription != null && !subscription.isOver();
  }

  /** The connection that is consumed on. */
  public Connection connection() {
    return connection;
  }

  /** The names of the queues, as they were added. */
  public Set<String> queues() {
    return Set.copyOf(queues.keySet());
  }

  /**
   * Changes how many unsettled messages each of the queues may have out; 0 removes the limit.
   * Returns at once.
   */
  public void prefetch(int count) {
    prefetch = count;
    Channel open = channel;
    if (open != null && open.isOpen()) {
      active.values().forEach(each -> open.prefetch(each.tag(), count));
    }
  }

  /**
   * Changes it for one queue, until that is received from anew; does nothing if it is not one of
   * these. Returns at once.
   *
   * @param queue its name, as it was added
   */
  public void prefetch(String queue, int count) {
    Subscription subscription = active.get(queue);
    Channel open = channel;
    if (subscription != null && open != null && open.isOpen()) {
      open.prefetch(subscription.tag(), count);
    }
  }

  /**
   * Has the broker deliver again what is not settled yet, to this or another consumer, and goes on
   * receiving. Settling what was delivered before does nothing any more. Named after {@code
   * kombu.Consumer.recover}.
   *
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException as {@link #consume}
   */
  public void recover() {
    close();
    consume();
  }

  /** Removes the messages that wait in the queues; says how many there were. */
  public long purge() {
    return queues.keySet().stream().mapToLong(connection.defaultChannel()::purgeQueue).sum();
  }

  /** Messages whose bodies could not be read, since this consumer was made. Any thread. */
  public long decodeErrors() {
    return decodeErrors.get();
  }

  /** Stops receiving and closes the channel: what is unsettled is the broker's again. */
  @Override
  public void close() {
    active.values().forEach(Subscription::cancelled);
    active.clear();
    Channel last = channel;
    channel = null;
    if (last != null) {
      last.close();
    }
  }

  BodyReader reader() {
    return reader;
  }

  private Subscription start(Link link, Channel open, Queue queue) {
    String name = settings.isDeclaring() ? declare(link, queue) : queue.name();
    AckMode ackMode = settings.isNoAck() || queue.noAck() ? AckMode.NONE : AckMode.MANUAL;
    Subscription subscription =
        new Subscription(
            name,
            ackMode,
            link,
            open,
            channelEndReported,
            connection.inbox(),
            delivery -> handle(delivery, name));
    String prefix = settings.tagPrefix();
    String wanted = prefix == null ? null : prefix + ++tags;
    ConsumeOptions options =
        new ConsumeOptions(wanted, ackMode, prefetch, false, queue.consumerArguments());
    subscription.started(open.consume(name, options, subscription));
    return subscription;
  }

  /** Anew each time: what ended the last consumer may have been that its queue was deleted. */
  private static String declare(Link link, Queue queue) {
    link.forgetDeclared(List.of(queue));
    return link.declare(queue);
  }

  private void cancel(Subscription subscription) {
    subscription.cancelled();
    Channel open = channel;
    if (open != null && open.isOpen() && !subscription.isOver()) {
      open.cancel(subscription.tag());
    }
  }

  private void handle(Delivery delivery, String queue) {
    Message message = new Message(delivery, queue, reader);
    TrafficListener traffic = reader.traffic();
    if (Traffic.NONE.equals(traffic)) { // spares two looks at the clock for every message
      handle(message);
      return;
    }
    Timing timing = connection.settings().timing();
    traffic.consumed(queue, message.rawBody().length);
    if (settings.isHandedOn()) {
      handle(message);
      return;
    }
    long start = timing.nanos();
    try {
      handle(message);
    } finally {
      traffic.handled(queue, timing.nanos() - start);
    }
  }

  private void handle(Message message) {
    java.util.function.Consumer<Message> undecoded = settings.onMessage();
    if (undecoded != null) {
      undecoded.accept(message);
      return;
    }
    Object body;
    try {
      body = settings.decoder().apply(message);
    } catch (SerializationException e) {
      decodeErrors.incrementAndGet();
      reader.traffic().undecodable(message.queue());
      settings.onDecodeError().accept(message, e);
      return;
    }
    settings.handler().handle(body, message);
  }
}
