package io.github.celeryjava.kombu.transport.virtual;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consumers that one connection has on one queue, served in turn. Guarded by the poller. */
final class QueueLine {

  private final String queue;

  // Mutable state
  private final List<VirtualConsumer> consumers = new ArrayList<>();
  private int turn = -1;
  private boolean ready = true;

  QueueLine(String queue) {
    this.queue = queue;
  }

  String queue() {
    return queue;
  }

  void ready(boolean ready) {
    this.ready = ready;
  }

  void add(VirtualConsumer consumer) {
    consumers.add(consumer);
  }

  /** Says whether none is left. */
  boolean remove(VirtualConsumer consumer) {
    consumers.remove(consumer);
    return consumers.isEmpty();
  }

  /** Whether several consumers compete, so that each may take only one message at a time. */
  boolean isShared() {
    return consumers.size() > 1;
  }

  /** The next consumer in turn that has room; null if the queue is not ready or all are full. */
  @Nullable VirtualConsumer next() {
    if (!ready) {
      return null;
    }
    for (int i = 0; i < consumers.size(); i++) {
      turn = (turn + 1) % consumers.size();
      if (consumers.get(turn).room() > 0) {
        return consumers.get(turn);
      }
    }
    return null;
  }
}
