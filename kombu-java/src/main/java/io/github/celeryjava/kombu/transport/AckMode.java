package io.github.celeryjava.kombu.transport;

/** Who says that a message is done with. */
public enum AckMode {
  /** The consumer settles each delivery; what it does not settle is delivered again. */
  MANUAL,
  /** Nobody: a message is gone once it has been delivered ({@code no_ack} in kombu). */
  NONE
}
