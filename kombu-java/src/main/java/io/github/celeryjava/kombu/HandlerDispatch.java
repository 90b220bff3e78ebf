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

  /** What was handed to the executor. */
  private record Started(Message message, int givenUpBefore) {}

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
  private int givenUp; // how often

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
    Started next;
    while ((next = takeNext()) != null) {
      start(next);
    }
  }

  /**
   * Puts back what no handler has begun, at once or when the executor comes to it; after the loss
   * of its connection a message is the broker's already.
   */
  void giveUp() {
    ArrayDeque<Message> taken;
    lock.lock();
    try {
      taken = new ArrayDeque<>(waiting);
      waiting.clear();
      givenUp++;
    } finally {
      lock.unlock();
    }
    taken.forEach(Message::requeue);
  }

  boolean isIdle() {
    lock.lock();
    try {
      return active == 0 && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void start(Started started) {
    try {
      executor.execute(() -> begin(started));
    } catch (RuntimeException e) {
      boolean unused = ended(started.message());
      throw e;
    }
  }

  private void begin(Started started) {
    Message message = started.message();
    if (isGivenUp(started)) {
      message.requeue();
      done(message);
    } else {
      work.handle(message, () -> done(message));
    }
  }

  private boolean isGivenUp(Started started) {
    lock.lock();
    try {
      return started.givenUpBefore() != givenUp;
    } finally {
      lock.unlock();
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

  private @Nullable Started takeNext() {
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
          return new Started(message, givenUp);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }
}
