package io.github.celeryjava.kombu.patterns;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of a queue aside that nobody can handle, and plays them again once somebody
 * can. Immutable and thread-safe.
 *
 * <pre>{@code
 * DeadLetters jobs = DeadLetters.of(Queue.named("jobs"));
 * jobs.declare(connection);
 * // in the handler of a consumer of jobs.queue(), instead of ack():
 * jobs.putAside(message, producer);
 * // once the cause is mended:
 * jobs.replay(connection, producer, 1_000);
 * }</pre>
 *
 * <p>Beside a queue {@code jobs} there is {@code jobs.dead}. RabbitMQ itself moves there whatever
 * is rejected in {@code jobs}, expires there or is too much for it, from any consumer in any
 * language. On the other transports a rejected message is dropped, and only {@link #putAside} keeps
 * it. {@link Death} tells why a message is there, on all of them.
 */
public final class DeadLetters {

  private static final String QUEUE_TYPE = "x-queue-type";

  private final Queue queue;
  private final Queue dead;
  private final Clock clock;

  private DeadLetters(Queue queue, Queue dead, Clock clock) {
    this.queue = queue;
    this.dead = dead;
    this.clock = clock;
  }

  /**
   * Names the queues; declares nothing.
   *
   * @param queue the queue to be consumed from, with a name and without dead-lettering of its own
   * @throws IllegalArgumentException if it is otherwise
   */
  public static DeadLetters of(Queue queue) {
    if (queue.name().isEmpty()) {
      throw new IllegalArgumentException("a queue whose messages are put aside needs a name");
    }
    if (queue.declareArguments().containsKey("x-dead-letter-exchange")) {
      throw new IllegalArgumentException(
          "queue '" + queue.name() + "' has a dead-letter exchange of its own");
    }
    Queue dead = beside(queue, queue.name() + ".dead").build();
    Queue consumed =
        queue.toBuilder().deadLetterExchange("").deadLetterRoutingKey(dead.name()).build();
    return new DeadLetters(consumed, dead, Clock.systemUTC());
  }

  /** The same queues with another source of the times that are written into messages. */
  public DeadLetters withClock(Clock clock) {
    return new DeadLetters(queue, dead, clock);
  }

  /** A queue of the same kind. */
  static QueueBuilder beside(Queue queue, String name) {
    QueueBuilder builder = Queue.builder(name);
    Object type = queue.declareArguments().get(QUEUE_TYPE);
    if (type != null) {
      builder.argument(QUEUE_TYPE, type);
    }
    if (!queue.durable()) {
      builder.notDurable();
    }
    return builder;
  }

  /** The queue to consume from, with its dead-lettering. */
  public Queue queue() {
    return queue;
  }

  /** Where messages are put aside. */
  public Queue deadQueue() {
    return dead;
  }

  /**
   * Declares both.
   *
   * @throws OperationalException not recoverable, 406, if one of them exists with other arguments;
   *     else as {@link Connection#declare(Queue)}
   */
  public void declare(Connection connection) {
    connection.declare(dead);
    connection.declare(queue);
  }

  /**
   * Settles a message of the queue by putting it aside. On RabbitMQ it is rejected, and the broker
   * does the rest; elsewhere it is acknowledged once a copy of it is confirmed, so it is never
   * lost, and is put aside and comes again if this process dies in between.
   *
   * @param producer of the same broker; publishes the copy, and waits as {@link
   *     Producer#publish(Destination, TransportMessage, PublishOptions)} does
   * @throws OperationalException if it could not be published; the message is unsettled then
   */
  public void putAside(Message message, Producer producer) {
    if (producer.connection().capabilities().contains(Capability.DEAD_LETTERING)) {
      message.reject();
      return;
    }
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(message.headers());
    Death.rejected(message, clock.instant()).addTo(headers);
    copy(producer, dead, new TransportMessage(message.properties(), headers, message.rawBody()));
    message.ack();
  }

  /**
   * Puts messages that were put aside back into the queue, the oldest first, as if they came for
   * the first time.
   *
   * @param most how many at most
   * @return how many there were
   * @throws OperationalException if the broker fails; those before are back, the others still aside
   */
  public int replay(Connection connection, Producer producer, int most) {
    requireNonNull(producer, "producer");
    int count = 0;
    Channel channel = connection.channel();
    try {
      while (count < most) {
        Optional<Delivery> next = channel.get(dead.name(), AckMode.MANUAL);
        if (next.isEmpty()) {
          break;
        }
        TransportMessage message = next.get().message();
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(message.headers());
        headers.keySet().removeIf(DeadLetters::isHistory);
        copy(producer, queue, new TransportMessage(message.properties(), headers, message.body()));
        next.get().receipt().ack();
        count++;
      }
    } finally {
      channel.close(); // gives back what is not acknowledged
    }
    return count;
  }

  /** Publishes to a queue that has to exist: the original goes next. */
  static void copy(Producer producer, Queue to, TransportMessage message) {
    boolean tells = producer.connection().capabilities().contains(Capability.MANDATORY);
    producer.publish(
        Destination.queue(to.name()), message, PublishOptions.builder().mandatory(tells).build());
  }

  private static boolean isHistory(String header) {
    return header.equals(DelayedRetry.RETRIES)
        || header.equals(Death.HEADER)
        || header.startsWith("x-first-death-")
        || header.startsWith("x-last-death-");
  }
}
