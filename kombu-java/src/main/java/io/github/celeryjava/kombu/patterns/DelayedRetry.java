package io.github.celeryjava.kombu.patterns;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a message that could not be handled come again after a pause, longer pauses after more
 * failures, and puts it aside when all have been in vain. Immutable and thread-safe.
 *
 * <pre>{@code
 * DelayedRetry retry = DelayedRetry.of(jobs, Duration.ofSeconds(5), Duration.ofMinutes(1));
 * retry.declare(connection);
 * // in the handler of a consumer of retry.queue(), instead of ack():
 * retry.again(message, producer);
 * }</pre>
 *
 * <p>Beside a queue {@code jobs} there are {@code jobs.retry.5000} and so on, one for each pause in
 * milliseconds, whose messages go back to {@code jobs} when they have expired, and {@code
 * jobs.dead}, to which whatever is rejected in {@code jobs} goes. All of that the broker does
 * itself, so it has to be RabbitMQ. A message that comes again has the name of the queue as its
 * routing key; {@link Death} tells how it came the first time.
 */
public final class DelayedRetry {

  /** How often a message has come again, as a number. */
  public static final String RETRIES = "x-retries";

  private static final int NOT_IMPLEMENTED = 540;

  private final DeadLetters letters;
  private final List<Queue> waiting;

  private DelayedRetry(DeadLetters letters, List<Queue> waiting) {
    this.letters = letters;
    this.waiting = List.copyOf(waiting);
  }

  /**
   * Names the queues; declares nothing.
   *
   * @param queue the queue to be consumed from, with a name and without dead-lettering of its own
   * @param pauses before the first time that a message comes again, before the second and so on;
   *     each at least a millisecond
   * @throws IllegalArgumentException if anything of that is otherwise
   */
  public static DelayedRetry of(Queue queue, Duration... pauses) {
    DeadLetters letters = DeadLetters.of(queue);
    if (pauses.length == 0) {
      throw new IllegalArgumentException("at least one pause is needed");
    }
    List<Queue> waiting = new ArrayList<>();
    for (Duration pause : pauses) {
      if (pause.toMillis() < 1) {
        throw new IllegalArgumentException("a pause is at least a millisecond, not " + pause);
      }
      waiting.add(
          DeadLetters.beside(queue, queue.name() + ".retry." + pause.toMillis())
              .messageTtl(pause)
              .deadLetterExchange("")
              .deadLetterRoutingKey(queue.name())
              .build());
    }
    return new DelayedRetry(letters, waiting);
  }

  /** The queue to consume from, with its dead-lettering. */
  public Queue queue() {
    return letters.queue();
  }

  /** Where messages are put aside. */
  public Queue deadQueue() {
    return letters.deadQueue();
  }

  /** Where messages wait, in the order of the pauses. */
  public List<Queue> waitingQueues() {
    return waiting;
  }

  /**
   * Declares all of the queues.
   *
   * @throws OperationalException not recoverable, 406, if one of them exists with other arguments;
   *     540, if the transport moves no messages from queue to queue; else as {@link
   *     Connection#declare(Queue)}
   */
  public void declare(Connection connection) {
    requireDeadLettering(connection);
    letters.declare(connection);
    waiting.forEach(connection::declare);
  }

  /** How often the message has come again: 0 for one that came for the first time. */
  public static int retries(Message message) {
    return message.headers().get(RETRIES) instanceof Number count
        ? Math.max(0, count.intValue())
        : 0;
  }

  /**
   * Settles a message so that it comes again after the next pause, or is put aside if there is none
   * left. It is acknowledged only once the broker has confirmed its copy, so it is never lost, and
   * comes twice if this process dies in between.
   *
   * @param producer publishes the copy, and waits as a publish does
   * @return whether it comes again
   * @throws OperationalException if it could not be published; the message is unsettled then
   */
  public boolean again(Message message, Producer producer) {
    int before = retries(message);
    if (before >= waiting.size()) {
      letters.putAside(message, producer);
      return false;
    }
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(message.headers());
    headers.put(RETRIES, before + 1);
    DeadLetters.copy(
        producer,
        waiting.get(before),
        new TransportMessage(message.properties(), headers, message.rawBody()));
    message.ack();
    return true;
  }

  /**
   * Puts messages that were put aside back into the queue, the oldest first, as if they came for
   * the first time.
   *
   * @param most how many at most
   * @return how many there were
   * @throws OperationalException as {@link #again}; those before are back, the others still aside
   */
  public int replay(Connection connection, Producer producer, int most) {
    return letters.replay(connection, producer, most);
  }

  private static void requireDeadLettering(Connection connection) {
    if (!connection.capabilities().contains(Capability.DEAD_LETTERING)) {
      throw OperationalException.refused(
          connection.description()
              + ": this transport does not move messages from queue to queue, which delayed retries"
              + " need",
          NOT_IMPLEMENTED,
          null);
    }
  }
}
