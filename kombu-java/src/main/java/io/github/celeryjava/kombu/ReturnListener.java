package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;

/**
 * Is handed what a {@link Producer} published as mandatory and the broker gave back because it
 * reached no queue; its publisher is told with an exception as well. Called on the connection's
 * thread for callbacks, one message at a time; should not block.
 *
 * <p>Where the connection asks for no confirms nobody can say which message came back: AMQP then
 * logs it, and no listener is called.
 *
 * <p>Named after {@code on_return} of {@code kombu.Producer}.
 */
@FunctionalInterface
public interface ReturnListener {

  /** Takes a message that came back, as it was sent. */
  void returned(OutgoingMessage message, MessageRefusedException reason);
}
