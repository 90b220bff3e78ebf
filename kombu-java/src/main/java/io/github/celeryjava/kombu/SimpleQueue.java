package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.QueueStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A queue on a broker, used almost like a collection. Belongs to one thread, since receiving drains
 * the connection; only {@link #put} is for any thread.
 *
 * <p>Messages want settling by whoever got them. Once something was got, the broker delivers ahead
 * of what is asked for, without limit unless {@link Builder#prefetch} sets one; {@link #close}
 * gives back what nobody has got, and what was got and not settled. After the loss of its
 * connection the queue goes on by itself, and the broker delivers again what was not settled.
 *
 * <p>Named after {@code kombu.simple.SimpleQueue}.
 */
public sealed class SimpleQueue implements AutoCloseable permits SimpleBuffer {

  private final Connection connection;
  private final Queue queue;
  private final boolean noAck;
  private final Consumer consumer;
  private final BodyReader reader;
  private final Producer producer;

  // Mutable state
  private final ArrayDeque<Message> buffer = new ArrayDeque<>(); // owner's thread only
  private volatile @Nullable Link declaredOn;
  private @Nullable Link consumingOn; // owner's thread only

  SimpleQueue(Builder settings) {
    connection = settings.connection;
    queue = settings.queue;
    noAck = settings.noAck;
    ConsumerBuilder consuming =
        connection.consumer().queue(queue).prefetch(settings.prefetch).onMessage(buffer::add);
    if (noAck) {
      consuming.noAck();
    }
    if (settings.accept != null) {
      consuming.accept(settings.accept);
    }
    consumer = consuming.build();
    reader = consumer.reader();
    ProducerBuilder publishing =
        connection.producer().exchange(queue.exchange()).routingKey(queue.routingKey());
    if (!noAck) {
      publishing.mandatory();
    }
    if (settings.serializer != null) {
      publishing.serializer(settings.serializer);
    }
    if (settings.compression != null) {
      publishing.compression(settings.compression);
    }
    producer = publishing.build();
  }

  /**
   * A durable queue with an exchange of the same name; nothing is opened or declared yet.
   *
   * @param connection stays open when the queue is closed; what else consumes on it is handled
   *     while this queue waits
   */
  public static SimpleQueue of(Connection connection, String name) {
    return builder(connection, queueNamed(name)).build();
  }

  /** The same for a queue with an exchange and a routing key of its own. */
  public static SimpleQueue of(Connection connection, Queue queue) {
    return builder(connection, queue).build();
  }

  /** Starts from a queue, with no limit to what is delivered ahead. */
  public static Builder builder(Connection connection, Queue queue) {
    return new Builder(connection, queue);
  }

  /** Puts a body into the queue, and returns once the broker has confirmed that. */
  public void put(@Nullable Object body) {
    put(body, PublishOptions.defaults());
  }

  /**
   * The same with headers, priority and so on.
   *
   * @throws OperationalException as {@link Producer#publish(Object, PublishOptions)}
   */
  public void put(@Nullable Object body, PublishOptions options) {
    Link now = connection.currentLink();
    boolean declared = queue.isTemporary() && now != null && now == declaredOn;
    producer.publish(body, declared ? options : options.declaring(queue));
    declaredOn = connection.currentLink();
  }

  /**
   * Takes the next message, waiting for one.
   *
   * @return empty if none came within {@code timeout}, whatever happened to the connection
   *     meanwhile
   * @throws OperationalException if the broker refuses the queue, or cannot be reached within
   *     {@code timeout}
   */
  public Optional<Message> get(Duration timeout) {
    Timing timing = connection.settings().timing();
    long deadline = timing.nanos() + timeout.toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, deadline - timing.nanos()));
      consume(left);
      try {
        if (buffer.isEmpty()) {
          connection.drainEvents(left, 1);
        }
      } catch (OperationalException e) {
        buffer.clear(); // the broker's again
        consumingOn = null;
      }
      Message next = buffer.poll();
      if (next != null || left.isZero()) {
        return Optional.ofNullable(next);
      }
    }
  }

  /**
   * Takes a message if there is one, without waiting for one. Once {@link #get} was called, a
   * message that is just on its way here is not seen.
   */
  public Optional<Message> getNow() {
    if (consumingOn != null) {
      return get(Duration.ZERO);
    }
    declare();
    return connection
        .defaultChannel()
        .get(queue.name(), noAck ? AckMode.NONE : AckMode.MANUAL)
        .map(this::message);
  }

  /**
   * Takes the next message, waiting for one.
   *
   * @throws NoSuchElementException if none came within {@code timeout}
   * @throws OperationalException as {@link #get}
   */
  public Message take(Duration timeout) {
    return get(timeout)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "no message in queue '" + queue.name() + "' within " + timeout));
  }

  /**
   * The messages that come, one after the other, until none comes for a while. Taking the next one
   * waits for it.
   *
   * @param idle the longest wait for each
   */
  public Iterable<Message> messages(Duration idle) {
    return () -> new Messages(idle);
  }

  /** How many messages wait in the queue; those delivered ahead to somebody do not count. */
  public long size() {
    declare();
    return connection
        .defaultChannel()
        .inspectQueue(queue.name())
        .map(QueueStatus::messages)
        .orElse(0L);
  }

  /** Removes the messages that wait in the queue; says how many there were. */
  public long clear() {
    declare();
    return connection.defaultChannel().purgeQueue(queue.name());
  }

  /** The name of the queue. */
  public String name() {
    return queue.name();
  }

  /** Stops receiving; the connection stays open. Never throws. */
  @Override
  public void close() {
    if (!noAck) {
      buffer.forEach(Message::requeue);
    }
    buffer.clear();
    consumingOn = null;
    consumer.close();
    producer.close();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + queue.name() + " on " + connection + "]";
  }

  static Queue queueNamed(String name) {
    return Queue.bound(requireNonNull(name, "name"), Exchange.direct(name), name);
  }

  /** Declares the queue once a connection, also one that the broker may drop by itself. */
  private void declare() {
    Link link = connection.link();
    if (link != declaredOn) {
      link.declare(queue);
      declaredOn = link;
    }
  }

  private void consume(Duration wait) {
    Link now = connection.currentLink();
    if (now != null && now == consumingOn && consumer.isConsumingFrom(queue.name())) {
      return;
    }
    buffer.clear();
    RetryPolicy policy = connection.settings().retryPolicy();
    Duration limit = wait.isZero() ? connection.options().connectTimeout() : wait;
    consumingOn =
        connection.ensureLink(
            connection.retries(policy, limit),
            link -> {
              consumer.consume();
              return link;
            });
    declaredOn = consumingOn;
  }

  private Message message(Delivery delivery) {
    return new Message(delivery, queue.name(), reader);
  }

  private final class Messages implements Iterator<Message> {

    private final Duration idle;

    // Mutable state
    private @Nullable Message next;

    Messages(Duration idle) {
      this.idle = idle;
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = get(idle).orElse(null);
      }
      return next != null;
    }

    @Override
    public Message next() {
      Message found = next != null ? next : take(idle);
      next = null;
      return found;
    }
  }

  /** Collects the settings of one {@link SimpleQueue}; not thread-safe. */
  public static final class Builder {

    private final Connection connection;
    private final Queue queue;

    // Mutable state
    private boolean noAck;
    private int prefetch;
    private @Nullable String serializer;
    private @Nullable String compression;
    private String @Nullable [] accept;

    Builder(Connection connection, Queue queue) {
      this.connection = requireNonNull(connection, "connection");
      this.queue = requireNonNull(queue, "queue");
      this.noAck = queue.noAck();
    }

    /** Takes messages without settling them; they are gone once delivered. */
    public Builder noAck() {
      noAck = true;
      return this;
    }

    /** Most messages that are got and not settled, or delivered ahead; 0 means no limit. */
    public Builder prefetch(int prefetch) {
      this.prefetch = prefetch;
      return this;
    }

    /** Name of the serializer, as {@link ProducerBuilder#serializer}. */
    public Builder serializer(String serializer) {
      this.serializer = requireNonNull(serializer, "serializer");
      return this;
    }

    /** Name of the compression, as {@link ProducerBuilder#compression}. */
    public Builder compression(String compression) {
      this.compression = requireNonNull(compression, "compression");
      return this;
    }

    /** What bodies to decode, as {@link ConsumerBuilder#accept}. */
    public Builder accept(String... contentTypes) {
      accept = contentTypes.clone();
      return this;
    }

    /** Makes the queue; nothing is opened or declared yet. */
    public SimpleQueue build() {
      return new SimpleQueue(this);
    }
  }
}
