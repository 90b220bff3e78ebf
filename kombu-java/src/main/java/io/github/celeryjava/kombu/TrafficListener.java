package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;

/**
 * Hears of every message that passes through a {@link Connection} and its copies, and of their
 * pools: what a program's own metrics are made from. {@code observation.TrafficCounts} is one that
 * counts.
 *
 * <p>Called in the middle of publishing and consuming, on whatever thread that happens and on
 * several at once: implementations return at once, do no I/O, and are thread-safe. What a method
 * throws is logged and changes nothing. Nothing is measured or made for a listener that is not
 * there.
 */
public interface TrafficListener {

  /**
   * A message was given to the transport; called again each time it has to be sent again.
   *
   * @param bytes size of its encoded body
   */
  default void published(Destination to, int bytes) {}

  /**
   * The broker has taken charge of a message; without broker confirms, it was written.
   *
   * @param nanos from the call that published it
   */
  default void confirmed(Destination to, long nanos) {}

  /**
   * Publishing a message failed for good.
   *
   * @param error what its publisher is told; a {@link
   *     io.github.celeryjava.kombu.exceptions.MessageRefusedException} of code 312 if the broker
   *     returned the message
   */
  default void failed(Destination to, KombuException error) {}

  /**
   * A message reached a consumer.
   *
   * @param bytes size of its body as it came
   */
  default void consumed(String queue, int bytes) {}

  /** The body of a message could not be read. */
  default void undecodable(String queue) {}

  /**
   * A handler has returned or thrown.
   *
   * @param nanos how long it took
   */
  default void handled(String queue, long nanos) {}

  /** A message was settled. Not called for messages that are consumed without settling. */
  default void settled(String queue, Settlement how) {}

  /**
   * A connection was opened, for the first time or again.
   *
   * @param broker where it leads, without a password
   */
  default void connected(String broker) {}

  /** A connection was lost, or an attempt to open one failed. */
  default void disconnected(OperationalException cause) {}

  /**
   * A pool has lent something.
   *
   * @param resource what: {@code connection}, {@code channel} or {@code producer}
   * @param waitedNanos how long its borrower waited for it, opening it included
   */
  default void lent(String resource, long waitedNanos) {}

  /** A pool was given back what it had lent. */
  default void givenBack(String resource) {}

  /** A pool had nothing to lend in time. */
  default void exhausted(String resource) {}
}
