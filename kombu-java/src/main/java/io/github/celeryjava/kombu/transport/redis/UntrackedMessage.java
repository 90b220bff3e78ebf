package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.protocol.UnackedRecord;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;
import java.util.function.BiConsumer;

/** A message that the server has no record of: what is put back is all of it. Thread-safe. */
final class UntrackedMessage implements StoredMessage {

  private final String queue;
  private final byte[] json;
  private final VirtualEnvelope envelope;
  private final BiConsumer<byte[], End> putBack;

  /**
   * @param json the envelope as it was taken
   * @param putBack puts such an envelope where it came from
   */
  UntrackedMessage(
      String queue, byte[] json, VirtualEnvelope envelope, BiConsumer<byte[], End> putBack) {
    this.queue = queue;
    this.json = json;
    this.envelope = envelope;
    this.putBack = putBack;
  }

  @Override
  public String exchange() {
    return envelope.exchange() == null ? "" : envelope.exchange();
  }

  @Override
  public String routingKey() {
    return envelope.routingKey() == null ? queue : envelope.routingKey();
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
  public void ack() {}

  @Override
  public void reject() {}

  @Override
  public void requeue() {
    putBack.accept(marked(), End.BACK);
  }

  @Override
  public void giveBack() {
    putBack.accept(marked(), End.FRONT);
  }

  private byte[] marked() {
    try {
      return UnackedRecord.redelivered(json);
    } catch (DecodeException e) {
      return json; // rather without the mark than not at all
    }
  }
}
