package io.github.celeryjava.kombu;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to handlers on an executor, no more than a limit at a time; what comes beyond it
 * waits here. Thread-safe.
 *
 * <p>A message is <i>waiting</i> until its handler is handed to the executor, then <i>active</i>
 * until the handler says it is done. In order means that of each queue one message is active at a
 * time, the oldest first.
 */
final class HandlerDispatch {

  /** Runs one handler. */
  @FunctionalInterface
  interface Work {

    /**
     * Handles a message; throws nothing.
     *
     * @param done to be run once, when the message is done with
     */
    void handle(Message message, Runnable done);
  }

  private final Executor executor;
  private final Work work;
  private final IntSupplier limit;
  private final boolean inOrder;
  private final Runnable onRoom;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final ArrayDeque<Message> waiting = new ArrayDeque<>();
  private final Set<String> activeQueues = new HashSet<>(); // used only in order
  private int active;

  /**
   * @param limit most messages active, asked anew each time; 0 means no limit
   * @param onRoom told when a message is done with and others wait: has {@link #startWaiting}
   *     called
   */
  HandlerDispatch(
      Executor executor, Work work, IntSupplier limit, boolean inOrder, Runnable onRoom) {
    this.executor = executor;
    this.work = work;
    this.limit = limit;
    this.inOrder = inOrder;
    this.onRoom = onRoom;
  }

  /**
   * Takes one more message.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the executor takes no more work
   */
  void submit(Message message) {
    lock.lock();
    try {
      waiting.add(message);
    } finally {
      lock.unlock();
    }
    startWaiting();
  }

  /** Starts what may start, since the limit may have changed. */
  void startWaiting() {
    Message next;
    while ((next = takeNext()) != null) {
      start(next);
    }
  }

  /** Forgets what has not been started; returns it, oldest first. */
  ArrayDeque<Message> takeWaiting() {
    lock.lock();
    try {
      ArrayDeque<Message> taken = new ArrayDeque<>(waiting);
      waiting.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  boolean isIdle() {
    lock.lock();
    try {
      return active == 0 && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void start(Message message) {
    try {
      executor.execute(() -> work.handle(message, () -> done(message)));
    } catch (RuntimeException e) {
      boolean unused = ended(message);
      throw e;
    }
  }

  private void done(Message message) {
    if (ended(message)) {
      onRoom.run();
    }
  }

  /** Says whether others wait. */
  private boolean ended(Message message) {
    lock.lock();
    try {
      active--;
      activeQueues.remove(message.queue());
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Message takeNext() {
    int most = limit.getAsInt();
    lock.lock();
    try {
      if (most > 0 && active >= most) {
        return null;
      }
      for (Iterator<Message> each = waiting.iterator(); each.hasNext(); ) {
        Message message = each.next();
        if (!inOrder || activeQueues.add(message.queue())) {
          each.remove();
          active++;
          return message;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }
}
