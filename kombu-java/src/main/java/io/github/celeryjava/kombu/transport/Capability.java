package io.github.celeryjava.kombu.transport;

/** What a transport can do beyond queues and direct exchanges. */
public enum Capability {
  /** Topic exchanges. */
  TOPIC,
  /** Fanout exchanges. */
  FANOUT,
  /** Headers exchanges. */
  HEADERS,
  /** Messages with priorities. */
  PRIORITY,
  /** The peer's silence is noticed. */
  HEARTBEAT,
  /** The broker says when it has taken charge of a message. */
  CONFIRMS,
  /** The broker says when a message reached no queue. */
  MANDATORY,
  /** Exchanges bound to exchanges. */
  EXCHANGE_BINDINGS,
  /** The broker itself drops messages and queues that have expired. */
  NATIVE_EXPIRY,
  /** The broker itself moves what is rejected or expires to the exchange that its queue names. */
  DEAD_LETTERING
}
