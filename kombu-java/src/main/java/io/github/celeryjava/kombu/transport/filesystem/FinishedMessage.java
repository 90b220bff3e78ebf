package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/**
 * A message that is done with once it is taken, since nobody will settle it. If it cannot be handed
 * to anybody it is put back.
 *
 * @param json its envelope as it was taken
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FinishedMessage(FileMessage file, byte[] json) implements StoredMessage {

  @Override
  public String exchange() {
    return file.exchange();
  }

  @Override
  public String routingKey() {
    return file.routingKey();
  }

  @Override
  public boolean redelivered() {
    return file.redelivered();
  }

  @Override
  public TransportMessage message() {
    return file.message();
  }

  @Override
  public void ack() {
    file.ack();
  }

  @Override
  public void reject() {
    file.reject();
  }

  @Override
  public void requeue() {
    giveBack();
  }

  @Override
  public void giveBack() {
    file.store().settle(files -> files.restore(file.name(), json));
  }
}
