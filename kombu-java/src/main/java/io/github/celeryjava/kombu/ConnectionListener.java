package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;

/**
 * Hears what happens to a {@link Connection}. Called on a thread of the connection, in order and
 * one call at a time; a method that blocks holds up the calls after it and the futures of {@link
 * Producer#publishAsync}. What a method throws is logged and changes nothing.
 */
public interface ConnectionListener {

  /**
   * The connection is open, for the first time or again.
   *
   * @param broker where it leads, without a password
   */
  default void connected(String broker) {}

  /** The connection was lost, or an attempt to open it failed; its next use tries again. */
  default void recovering(OperationalException cause) {}

  /** The broker stopped taking messages on this connection, for the reason it gives. */
  default void blocked(String reason) {}

  /** The broker takes messages again. */
  default void unblocked() {}

  /**
   * The broker sent back a mandatory message that reached no queue, after its publish had
   * succeeded. That happens where broker confirms are switched off and only there: otherwise it is
   * the publish that fails. Logged in any case. Named after {@code on_return} of kombu's Producer.
   *
   * @param error with code 312
   */
  default void returned(Destination to, TransportMessage message, MessageRefusedException error) {}

  /** The connection was closed by its owner; the last call of all. */
  default void closed() {}
}
