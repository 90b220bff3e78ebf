package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.transport.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one channel has delivered and nobody has settled, oldest first. Thread-safe.
 *
 * <p>Settling happens under the lock, store included, which is sound because a store settles
 * without waiting. So nothing can be settled any more once {@link #close} has begun to give back: a
 * message is either settled or returned, never both.
 *
 * <p>Named after {@code kombu.transport.virtual.QoS}.
 */
final class Unacked {

  private final Runnable onRoom;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private @Nullable Entry newest;
  private boolean closed;

  /**
   * @param onRoom run, outside the lock, when a consumer was full and no longer is
   */
  Unacked(Runnable onRoom) {
    this.onRoom = onRoom;
  }

  /**
   * Remembers a batch before any of it is delivered, so that closing returns all of it in order.
   *
   * @param consumer whose prefetch it counts against; null for single gets
   * @return one entry a message; empty if the channel is closed, and all are back in the store
   */
  List<Entry> add(List<? extends StoredMessage> batch, @Nullable VirtualConsumer consumer) {
    List<Entry> entries = new ArrayList<>(batch.size());
    for (StoredMessage stored : batch) {
      entries.add(new Entry(stored, consumer));
    }
    lock.lock();
    try {
      entries.forEach(this::append);
      if (closed) {
        giveBackAll();
        return List.of();
      }
      if (consumer != null) {
        consumer.hold(batch.size());
      }
      return entries;
    } finally {
      lock.unlock();
    }
  }

  /** Gives everything back, newest first, so that it comes to stand in the old order. */
  void close() {
    lock.lock();
    try {
      closed = true;
      giveBackAll();
    } finally {
      lock.unlock();
    }
  }

  private void giveBackAll() {
    Entry entry = newest;
    while (entry != null) {
      Entry older = entry.older;
      entry.state = State.RETURNED;
      entry.stored.giveBack();
      unlink(entry);
      entry = older;
    }
  }

  private void append(Entry entry) {
    entry.older = newest;
    if (newest != null) {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void unlink(Entry entry) {
    if (entry.older != null) {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
    entry.older = null;
    entry.newer = null;
  }

  private enum State {
    HELD,
    SETTLED,
    RETURNED
  }

  /** One delivery: its place in the order and its receipt in one object. */
  final class Entry implements Delivery.Receipt {

    private final StoredMessage stored;
    private final @Nullable VirtualConsumer consumer;

    // Mutable state, guarded by lock
    private State state = State.HELD;
    private @Nullable Entry older;
    private @Nullable Entry newer;

    private Entry(StoredMessage stored, @Nullable VirtualConsumer consumer) {
      this.stored = stored;
      this.consumer = consumer;
    }

    Delivery delivery() {
      return VirtualConsumer.delivery(stored, this);
    }

    @Override
    public void ack() {
      settle(stored::ack);
    }

    @Override
    public void reject() {
      settle(stored::reject);
    }

    @Override
    public void requeue() {
      settle(stored::requeue);
    }

    @Override
    public String deliveryTag() {
      return stored.deliveryTag();
    }

    /** Returns a message that could not be delivered; does nothing if that happened before. */
    void giveBack() {
      boolean room;
      lock.lock();
      try {
        if (state != State.HELD) {
          return;
        }
        state = State.RETURNED;
        unlink(this);
        room = consumer != null && consumer.release();
        stored.giveBack();
      } finally {
        lock.unlock();
      }
      announce(room);
    }

    private void settle(Runnable action) {
      boolean room;
      lock.lock();
      try {
        if (state == State.RETURNED) {
          return;
        }
        if (state == State.SETTLED) {
          throw new MessageStateException("the message was settled before");
        }
        state = State.SETTLED;
        unlink(this);
        room = consumer != null && consumer.release();
        action.run();
      } finally {
        lock.unlock();
      }
      announce(room);
    }

    private void announce(boolean room) {
      if (room) {
        onRoom.run();
      }
    }
  }
}
