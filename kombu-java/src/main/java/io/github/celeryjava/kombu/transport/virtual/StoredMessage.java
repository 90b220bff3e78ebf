package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.TransportMessage;

/**
 * One message as a {@link QueueStore} handed it out, with what to do to it afterwards.
 *
 * <p>The engine calls exactly one of {@link #ack}, {@link #reject}, {@link #requeue} and {@link
 * #giveBack}, once, from any thread. All four return at once: they wait neither for a server nor
 * for a disk, are not interruptible and never throw. A store that talks to a server queues them for
 * a thread of its own, and reports through {@link StoreListener#lost} if they do not get there.
 * After {@link QueueStore#abort} they do nothing. A message taken with {@link AckMode#NONE} gets no
 * call at all once a consumer has it, and {@link #giveBack} if no consumer could be reached.
 */
public interface StoredMessage {

  /** The exchange it was published to; empty for the default exchange. */
  String exchange();

  /** The key it was published with. */
  String routingKey();

  /** Whether it was handed out before. */
  boolean redelivered();

  TransportMessage message();

  /** What the store knows the message by, for people who compare logs; empty if it has no name. */
  default String deliveryTag() {
    return "";
  }

  /** It is done with. */
  void ack();

  /** It is not wanted; the store drops it, or dead-letters it where its queue says so. */
  void reject();

  /** Its consumer wants it delivered again; where in the queue is the store's affair. */
  void requeue();

  /**
   * Its channel is gone, so it goes back to the front of its queue, marked as redelivered. The
   * engine gives back newest first, so that the oldest ends up in front.
   */
  void giveBack();
}
