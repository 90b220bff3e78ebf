package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;

/**
 * A message whose file this connection holds.
 *
 * @param name of its file
 */
record FileMessage(FilesystemStore store, String name, VirtualEnvelope envelope)
    implements StoredMessage {

  @Override
  public String exchange() {
    return envelope.exchange() == null ? "" : envelope.exchange();
  }

  @Override
  public String routingKey() {
    return envelope.routingKey() == null ? "" : envelope.routingKey();
  }

  @Override
  public boolean redelivered() {
    return envelope.redelivered();
  }

  @Override
  public TransportMessage message() {
    return envelope.message();
  }

  @Override
  public void ack() {
    store.settle(files -> files.finish(name));
  }

  @Override
  public void reject() {
    store.settle(files -> files.finish(name));
  }

  @Override
  public void requeue() {
    giveBack();
  }

  @Override
  public void giveBack() {
    store.settle(files -> files.giveBack(name));
  }
}
