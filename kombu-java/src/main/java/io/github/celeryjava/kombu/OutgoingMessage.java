package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.List;

/**
 * A message ready to be sent, for callers that encode for themselves.
 *
 * @param destination where to
 * @param message properties, headers and encoded body, with nothing left to fill in
 * @param declare what to declare first, once a connection; looked at where many messages are
 *     published with the same options, in place of what those say if it is not empty
 */
public record OutgoingMessage(
    Destination destination, TransportMessage message, List<Entity> declare) {

  public OutgoingMessage {
    requireNonNull(destination, "destination");
    requireNonNull(message, "message");
    declare = List.copyOf(declare);
  }

  /** A message with nothing of its own to declare. */
  public OutgoingMessage(Destination destination, TransportMessage message) {
    this(destination, message, List.of());
  }
}
