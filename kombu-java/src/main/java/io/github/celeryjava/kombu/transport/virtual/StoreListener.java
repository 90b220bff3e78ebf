package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.OperationalException;

/**
 * What a {@link QueueStore} tells the engine. Every method may be called on any thread, returns at
 * once and never throws; a store calls none of them while it holds a lock that its own methods
 * take.
 */
public interface StoreListener {

  /** An armed queue may hold a message. Calls for queues that are not armed do no harm. */
  void ready(String queue);

  /** The queue was deleted, by anybody; its consumers are gone and must not be removed again. */
  void deleted(String queue);

  /** The store cannot be reached any more; the connection is over. Later calls do nothing. */
  void lost(OperationalException cause);
}
