package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The queues, exchanges and bindings that one {@link VirtualConnection} works on: all that a
 * virtual transport has to write itself.
 *
 * <p>A store routes, keeps and hands out messages. Everything that belongs to a channel or a
 * consumer – prefetch, fairness, who settles what, giving back on close, failing what is pending –
 * is the engine's. Where bindings live is the store's choice: {@link ExchangeTable} keeps them in
 * the process, {@link ExchangeMatcher} evaluates those that are kept elsewhere. Where a broker
 * keeps no types of exchanges, a provider shares one table among its stores, so that a connection
 * that only publishes knows what another declared.
 *
 * <p><b>Threads.</b> One store serves one connection. Any thread may call any method, several at
 * once. No method may let an interrupt of the calling thread do harm. {@link #publish}, {@link
 * #arm} and the settling methods of {@link StoredMessage} never wait for a server; the others may,
 * as long as {@code callTimeout} says.
 *
 * <p><b>Errors.</b> Methods throw {@code OperationalException}. A refusal, which has a reply code
 * (404 unknown, 405 locked by another connection, 406 declared differently), closes the channel
 * that asked. A loss, recoverable and without a reply code, ends the connection, exactly as {@link
 * StoreListener#lost} does.
 *
 * <p>Named after what a subclass of {@code kombu.transport.virtual.Channel} has to provide: {@code
 * _get}, {@code _put}, {@code _size}, {@code _purge}, {@code _delete}, {@code _queue_bind}, {@code
 * _put_fanout}, {@code get_table}.
 */
public interface QueueStore extends AutoCloseable {

  /** Takes the only listener; called once, before anything else. Connects nothing. */
  void attach(StoreListener listener);

  /**
   * Declares an exchange, or checks that it exists if it is passive. One that is not declarable is
   * only to be remembered, by a store that keeps the types of exchanges nowhere else.
   *
   * @param exchange never the default exchange
   */
  void declareExchange(Exchange exchange);

  /** Deletes an exchange with its bindings; does nothing if there is none. */
  void deleteExchange(String exchange);

  /**
   * Declares a queue, without bindings.
   *
   * @param queue never without a name
   */
  QueueStatus declareQueue(Queue queue);

  /** Looks at a queue; empty if there is none. */
  Optional<QueueStatus> inspectQueue(String queue);

  /** Binds; does nothing if the binding exists. A fanout store subscribes here or on consuming. */
  void bindQueue(String queue, Binding binding);

  /** Unbinds; does nothing if there is no such binding. */
  void unbindQueue(String queue, Binding binding);

  /** Removes the ready messages and says how many there were. */
  long purgeQueue(String queue);

  /** Deletes a queue with its bindings if it exists; says how many messages were ready. */
  long deleteQueue(String queue);

  /**
   * Routes and stores a message. Calls made one after the other keep their order within a queue.
   *
   * @return completes once the message is stored; exceptionally with {@code
   *     MessageRefusedException} if this message alone is refused, for a mandatory one because it
   *     reached no queue, and with any other {@code OperationalException} under the rules of the
   *     class comment. May be completed on any thread that may not block
   */
  CompletableFuture<@Nullable Void> publish(Destination destination, TransportMessage message);

  /**
   * A consumer of this connection begins. Once it returns, whatever reaches the queue – by fanout
   * too – is kept for {@link #take}.
   *
   * @param options always with a consumer tag
   */
  void addConsumer(String queue, ConsumeOptions options);

  /** A consumer that {@link #addConsumer} was called for ends. Not called for a deleted queue. */
  void removeConsumer(String queue, ConsumeOptions options);

  /**
   * Takes messages without waiting for any to come, in the order in which they are to be delivered.
   * Called for consumers by one thread of the connection, and for single gets by any.
   *
   * @param max most messages to take, 1 to 32
   * @param mode with {@link AckMode#MANUAL} the store remembers them until they are settled, so
   *     that they survive this process where the store can do so
   * @return new or immutable; empty if the queue holds none
   */
  List<? extends StoredMessage> take(String queue, int max, AckMode mode);

  /**
   * Asks for one call of {@link StoreListener#ready}: as soon as the queue holds a message, at once
   * if it does already. Arming an armed queue changes nothing. The engine arms a queue after it
   * took less than it could use, and nowhere else, so a store never has to wait for queues whose
   * consumers are full, and a waiter may go to sleep once it has called.
   */
  void arm(String queue);

  /** Which queue the engine takes from next, asked once. Default: each in turn. */
  default QueueOrder order() {
    return QueueOrder.ROUND_ROBIN;
  }

  /** Waits until everything settled so far has arrived where it belongs. */
  default void flush() {}

  /** Flushes and lets go of everything. No call follows. */
  @Override
  void close();

  /**
   * Lets go of everything without waiting for anybody; what was not flushed may be lost. By then
   * the engine has given back all it held, so a store whose server cannot know that may still see
   * to it, on a thread of its own and once the server is back.
   */
  void abort();
}
