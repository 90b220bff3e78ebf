package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;

/**
 * A message ready to be sent, for callers that encode for themselves.
 *
 * @param destination where to
 * @param message properties, headers and encoded body, with nothing left to fill in
 */
public record OutgoingMessage(Destination destination, TransportMessage message) {

  public OutgoingMessage {
    requireNonNull(destination, "destination");
    requireNonNull(message, "message");
  }
}
