package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;

/**
 * Where a transport puts what one consumer receives. Called on a thread of the transport, one call
 * at a time; implementations return at once and never throw.
 */
public interface DeliverySink {

  void accept(Delivery delivery);

  /**
   * Says that no delivery will follow although nobody cancelled the consumer: its queue was
   * deleted, its channel failed or the connection was lost. Called at most once; the last call of
   * all.
   *
   * @param cause what ended it; recoverable if consuming again, on a new channel or connection, may
   *     work
   */
  void ended(OperationalException cause);
}
