package com.example.transport;

import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/** One copy of a message, on one shelf or taken from it. */
record ShelfMessage(
    Shelves shelves,
    String shelf,
    String exchange,
    String routingKey,
    boolean redelivered,
    TransportMessage message)
    implements StoredMessage {

  // tag::readme[]
  @Override
  public void ack() {}

  @Override
  public void reject() {}

  @Override
  public void requeue() {
    giveBack();
  }

  @Override
  public void giveBack() {
    shelves.put(new ShelfMessage(shelves, shelf, exchange, routingKey, true, message), true);
  }
  // end::readme[]
}
