package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.List;

/**
 * Hears how a {@link ConsumerLoop} goes on. Called on the loop's thread, unless a method says
 * otherwise; while a method runs nothing is consumed. What a method throws ends the loop.
 *
 * <p>Named after the hooks of {@code kombu.mixins.ConsumerMixin}.
 */
public interface ConsumerLoopListener {

  /**
   * The connection was lost, or an attempt to open it failed; the loop goes on. Called on a thread
   * of the connection for attempts, and what it throws there is only logged.
   */
  default void connectionError(OperationalException cause) {}

  /** The connection is open, for the first time or again; nothing is consumed yet. */
  default void connectionRevived(Connection connection) {}

  /** Messages come from now on. */
  default void consumeReady(Connection connection, List<Consumer> consumers) {}

  /** The loop looks after its duties: after each batch of messages, and once a second when idle. */
  default void iteration() {}

  /** No more messages come on this connection, which is about to be closed. */
  default void consumeEnd(Connection connection) {}
}
