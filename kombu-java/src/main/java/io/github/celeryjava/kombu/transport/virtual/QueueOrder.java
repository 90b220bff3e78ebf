package io.github.celeryjava.kombu.transport.virtual;

/**
 * Which of several queues with messages a connection serves next.
 *
 * <p>Named after kombu's {@code queue_order_strategy}.
 */
public enum QueueOrder {
  /** Each in turn. */
  ROUND_ROBIN,
  /** The first by name; the others only while it is empty or its consumers are full. */
  SORTED,
  /** The one that was consumed from first; the others only as for {@link #SORTED}. */
  PRIORITY
}
