package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;

/** A connection that shares a {@link RedisHub} with others. No method waits for the server. */
interface HubMember {

  /** An armed queue may hold a message; the member is no longer armed. */
  void ready(String queue);

  /** A connection of this process has deleted the queue. */
  void deleted(String queue);

  /** The hub is of no use any more, and so is the member. */
  void lost(OperationalException cause);

  /** Whether the member holds the message of that tag. */
  boolean holds(String tag);
}
