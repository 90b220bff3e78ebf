package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;

/**
 * Hears what happens to one {@link TransportConnection}. Called on threads of the transport, one
 * call at a time; implementations return at once and never throw.
 */
public interface TransportListener {

  /** The connection is gone although nobody closed it; the last call of all. */
  void lost(OperationalException cause);

  /** The broker stopped reading from this connection, for the reason it gives. */
  void blocked(String reason);

  /** The broker reads again. */
  void unblocked();

  /**
   * A mandatory message came back whose future no longer waits: without broker confirms it is done
   * as soon as it is written. Does nothing unless overridden.
   */
  default void returned(Destination to, TransportMessage message, MessageRefusedException error) {}
}
