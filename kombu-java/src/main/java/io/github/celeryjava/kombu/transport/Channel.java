package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One conversation with a broker: all a transport has to implement.
 *
 * <p><b>Threads.</b> Any thread may call any method; implementations serialise the calls. No call
 * may let an interrupt of the calling thread, platform or virtual, harm the connection: calls wait
 * for the broker without being interruptible, for at most {@link ConnectionOptions#callTimeout},
 * and leave the interrupt flag as it was. Deliveries reach the {@link DeliverySink} one at a time,
 * in arrival order, on a thread the transport owns. A sink must return at once: while it runs,
 * nothing else is delivered.
 *
 * <p><b>Errors.</b> Every method throws {@link OperationalException}: recoverable if the connection
 * was lost or the broker did not answer in time, not recoverable if the broker refused the request,
 * and {@linkplain OperationalException#unsent unsent} if the channel was closed before, as by what
 * another thread asked for. After each of them the channel may be closed, {@link #isOpen} tells;
 * then its unsettled deliveries belong to the broker again. Exceptions are {@link #publish}, which
 * fails its future instead, and that alone when one message is refused, and {@link #inspectQueue},
 * after which the channel is still open.
 *
 * <p><b>Sinks.</b> A sink settles through receipts and calls nothing else of its channel. After
 * {@link #cancel} or {@link #close} returned it hears nothing more, and what was taken for it but
 * not handed over is given back.
 */
public interface Channel extends AutoCloseable {

  /**
   * Declares the exchange alone. Sends nothing to the broker if {@link Exchange#isDeclarable()} is
   * false; a transport that routes by itself still learns its type.
   */
  void declareExchange(Exchange exchange);

  /** Deletes the exchange with its bindings, if it exists. */
  void deleteExchange(String exchange);

  /**
   * Deletes the exchange only if the conditions hold; one that does not exist is no failure.
   *
   * @throws OperationalException not recoverable; 406 if a condition does not hold, 540 if the
   *     transport cannot tell
   */
  default void deleteExchange(String exchange, Set<DeleteCondition> conditions) {
    if (conditions.contains(DeleteCondition.IF_UNUSED)) {
      throw OperationalException.refused(
          "cannot delete exchange '" + exchange + "': this transport cannot tell if it is unused",
          540,
          null);
    }
    deleteExchange(exchange);
  }

  /** Makes {@code destination} receive what {@code binding} selects from another exchange. */
  void bindExchange(String destination, Binding binding);

  void unbindExchange(String destination, Binding binding);

  /** Declares the queue alone, whatever its {@code noDeclare} says, without any binding. */
  QueueStatus declareQueue(Queue queue);

  /**
   * Looks at a queue without declaring it; empty if there is none. The channel stays open either
   * way.
   */
  Optional<QueueStatus> inspectQueue(String queue);

  void bindQueue(String queue, Binding binding);

  void unbindQueue(String queue, Binding binding);

  /** Removes the ready messages and says how many there were. */
  long purgeQueue(String queue);

  /** Deletes the queue if it exists, with its messages; says how many there were. */
  long deleteQueue(String queue);

  /**
   * Deletes the queue only if the conditions hold; one that does not exist is no failure. Unless
   * the broker itself checks, as on AMQP, somebody may use the queue between check and deletion.
   *
   * @return how many messages it had
   * @throws OperationalException not recoverable, 406, if a condition does not hold
   */
  default long deleteQueue(String queue, Set<DeleteCondition> conditions) {
    QueueStatus status = inspectQueue(queue).orElse(null);
    if (status == null) {
      return 0;
    }
    boolean used = conditions.contains(DeleteCondition.IF_UNUSED) && status.consumers() > 0;
    boolean filled = conditions.contains(DeleteCondition.IF_EMPTY) && status.messages() > 0;
    if (used || filled) {
      throw OperationalException.refused(
          "queue '" + queue + "' was not deleted: it " + (used ? "has consumers" : "is not empty"),
          406,
          null);
    }
    return deleteQueue(queue);
  }

  /**
   * Declares a queue with all it needs, in kombu's order: its exchange, the queue, the binding;
   * then for each further binding that binding's exchange and the binding. Does nothing if
   * everything exists with equal settings, or if the queue says {@code noDeclare}.
   *
   * @return what the broker says of the queue; for {@code noDeclare} its name and zeros
   */
  default QueueStatus declare(Queue queue) {
    if (queue.noDeclare()) {
      return new QueueStatus(queue.name(), 0, 0);
    }
    if (queue.bindings().isEmpty()) {
      declareExchange(queue.exchange());
    }
    QueueStatus status = declareQueue(queue);
    for (Binding binding : queue.allBindings()) {
      if (!queue.bindings().isEmpty()) {
        declareExchange(binding.exchange());
      }
      bindQueue(status.name(), binding);
    }
    return status;
  }

  /**
   * Sends a message. Returns once the message is handed to the transport; waits neither for the
   * broker nor for other calls of this channel, and may be called from a dependent of a future that
   * it returned. What goes wrong fails the future, a channel that is closed already included.
   *
   * @return completes once the broker has taken charge of the message; without broker confirms once
   *     it is written. Exceptionally with {@link MessageRefusedException} if the broker refuses
   *     this message alone, with another {@link OperationalException} if the channel is or gets
   *     closed first, and with {@link LimitExceededException} if the transport holds as many
   *     unwritten bytes as it may: the message is not sent, the channel stays open, and the same
   *     call may succeed later. Completed on a thread of the transport, or before this method
   *     returns: what depends on it must neither block nor run code of users
   * @throws EncodeException if the message cannot be put into the transport's format
   */
  CompletableFuture<@Nullable Void> publish(Destination destination, TransportMessage message);

  /**
   * Starts deliveries from {@code queue} until {@link #cancel} is called with the returned tag.
   *
   * @return the consumer's tag
   */
  String consume(String queue, ConsumeOptions options, DeliverySink sink);

  /** Stops a consumer. Deliveries already handed to its sink stay valid and still need settling. */
  void cancel(String consumerTag);

  /**
   * Changes how many deliveries {@code consumerTag} may hold unsettled; 0 removes the limit.
   * Returns at once. On AMQP another consumer takes the place of the one there is, under a tag that
   * only the broker sees, since a broker applies a count to new consumers only; what was delivered
   * before stays valid. Calls closer than a second together are merged.
   */
  void prefetch(String consumerTag, int count);

  /** Takes one message without waiting; empty if the queue holds none. */
  Optional<Delivery> get(String queue, AckMode mode);

  /** Whether calls can still succeed, as far as this side knows. */
  boolean isOpen();

  /**
   * Settles what was acknowledged, returns what is unsettled to the broker, and fails what is
   * published and not confirmed, as recoverable. Never throws. After a call that is under way it
   * waits for the broker, no longer than {@link ConnectionOptions#callTimeout}.
   */
  @Override
  void close();
}
