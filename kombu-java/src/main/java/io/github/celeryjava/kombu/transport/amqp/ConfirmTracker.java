package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one channel that the broker has not confirmed yet, by sequence number. Publishing
 * threads add at the end, the driver's reading thread removes. Thread-safe; futures are completed
 * without a lock held.
 *
 * @param <M> what a message is known by, to recognise it when it comes back
 */
final class ConfirmTracker<M> {

  /** One message on its way. */
  private record Pending<M>(M message, CompletableFuture<@Nullable Void> future) {}

  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private @Nullable Pending<M>[] ring = newRing(64); // its length is a power of two
  private long first = 1; // lowest number that may be outstanding
  private long next = 1; // number of the next message
  private @Nullable OperationalException closed;

  /**
   * Adds the message that will be published next; the caller publishes in the order of adding.
   *
   * @throws OperationalException if the channel is closed
   */
  CompletableFuture<@Nullable Void> add(M message) {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    lock.lock();
    try {
      if (closed != null) {
        throw closed;
      }
      if (next - first == ring.length) {
        grow();
      }
      ring[slot(next)] = new Pending<>(message, future);
      next++;
    } finally {
      lock.unlock();
    }
    return future;
  }

  /** Forgets the message added last, which was not published after all. */
  void undo() {
    lock.lock();
    try {
      if (closed == null) {
        next--;
        ring[slot(next)] = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The broker has taken charge of message {@code number}, and of all before if {@code multiple}.
   */
  void acked(long number, boolean multiple) {
    for (Pending<M> pending : remove(number, multiple)) {
      pending.future.complete(null);
    }
  }

  /** The broker refused message {@code number}, and all before if {@code multiple}. */
  void nacked(long number, boolean multiple) {
    for (Pending<M> pending : remove(number, multiple)) {
      pending.future.completeExceptionally(
          new MessageRefusedException(
              "the broker refused " + pending.message + ", as a full queue does", 0));
    }
  }

  /**
   * A message came back. The broker returns a message before it confirms it, so it is still here;
   * the oldest that matches is it, and its confirm will find nobody waiting.
   *
   * @param same whether a message is the one that came back
   * @return whether a message matched
   */
  boolean returned(Predicate<M> same, String reason) {
    Pending<M> match = find(same);
    if (match == null) {
      return false;
    }
    return match.future.completeExceptionally(
        new MessageRefusedException(
            "the broker returned " + match.message + ": " + reason, AmqpErrors.NO_ROUTE));
  }

  /** Fails whatever is outstanding, and every message added from now on. */
  void close(OperationalException cause) {
    List<Pending<M>> left;
    lock.lock();
    try {
      closed = cause;
      left = take(next - 1, true);
    } finally {
      lock.unlock();
    }
    left.forEach(pending -> pending.future.completeExceptionally(cause));
  }

  /** How many messages are outstanding, confirmed ones between others included. */
  long size() {
    lock.lock();
    try {
      return next - first;
    } finally {
      lock.unlock();
    }
  }

  private List<Pending<M>> remove(long number, boolean multiple) {
    lock.lock();
    try {
      return take(number, multiple);
    } finally {
      lock.unlock();
    }
  }

  private List<Pending<M>> take(long number, boolean multiple) {
    if (number < first || number >= next) {
      return List.of();
    }
    List<Pending<M>> taken = new ArrayList<>();
    for (long n = multiple ? first : number; n <= number; n++) {
      Pending<M> pending = ring[slot(n)];
      if (pending != null) {
        taken.add(pending);
        ring[slot(n)] = null;
      }
    }
    while (first < next && ring[slot(first)] == null) {
      first++;
    }
    return taken;
  }

  private @Nullable Pending<M> find(Predicate<M> same) {
    lock.lock();
    try {
      for (long n = first; n < next; n++) {
        Pending<M> pending = ring[slot(n)];
        if (pending != null && !pending.future.isDone() && same.test(pending.message)) {
          return pending;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private int slot(long number) {
    return (int) number & (ring.length - 1);
  }

  private void grow() {
    @Nullable Pending<M>[] old = ring;
    ring = newRing(old.length * 2);
    for (long n = first; n < next; n++) {
      ring[slot(n)] = old[(int) n & (old.length - 1)];
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types cannot be made
  private static <M> @Nullable Pending<M>[] newRing(int length) {
    return new Pending[length];
  }
}
