package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a connection that takes messages from the store and hands them to consumers.
 *
 * <p>A queue is <i>ready</i> while it may hold messages, and <i>armed</i> while the store has
 * promised to say when it is ready again. The poller takes from ready queues in turn, or in the
 * order that the store wants, no more than the next consumer in turn has room for, and arms a queue
 * when it got less than it asked for. A queue whose consumers are full is neither polled nor armed.
 * In between the thread sleeps: it is woken by the store, by a settled message that makes room, and
 * by new or changed consumers.
 *
 * <p>Thread-safe. The thread starts with the first consumer or call.
 */
final class QueuePoller {

  private static final Logger log = LoggerFactory.getLogger(QueuePoller.class);

  /** Most messages taken at once, so that a long queue cannot hold up the others. */
  private static final int BATCH = 32;

  private final QueueStore store;
  private final String name;
  private final Owner owner;
  private final QueueOrder order;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Mutable state, guarded by lock
  private final Map<String, QueueLine> lines = new HashMap<>();
  private final List<QueueLine> turns = new ArrayList<>();
  private final Deque<Runnable> calls = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean stopping;
  private boolean finished;

  /** Hears, on the poller's thread, what it cannot deal with itself. */
  interface Owner {

    /** The store does not serve that consumer; it must be removed. */
    void refused(VirtualConsumer consumer, OperationalException cause);

    /** There is no point in going on. */
    void lost(OperationalException cause);
  }

  QueuePoller(QueueStore store, String name, Owner owner) {
    this.store = store;
    this.name = name;
    this.owner = owner;
    order = store.order();
  }

  void add(VirtualConsumer consumer) {
    lock.lock();
    try {
      QueueLine line = lines.get(consumer.queue());
      if (line == null) {
        line = new QueueLine(consumer.queue());
        lines.put(line.queue(), line);
        turns.add(line);
        if (order == QueueOrder.SORTED) {
          turns.sort(Comparator.comparing(QueueLine::queue));
        }
      }
      line.add(consumer);
      wake();
    } finally {
      lock.unlock();
    }
  }

  void remove(VirtualConsumer consumer) {
    lock.lock();
    try {
      QueueLine line = lines.get(consumer.queue());
      if (line != null && line.remove(consumer)) {
        lines.remove(line.queue());
        turns.remove(line);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The queue may hold messages. */
  void ready(String queue) {
    lock.lock();
    try {
      QueueLine line = lines.get(queue);
      if (line != null) {
        line.ready(true);
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Some consumer has more room than before. */
  void roomMade() {
    lock.lock();
    try {
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** Runs {@code call} on the poller's thread, before further deliveries. */
  void execute(Runnable call) {
    lock.lock();
    try {
      calls.addLast(call);
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread once all calls are done; no consumer may be left by then. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the caller is called by the poller. */
  boolean isCurrent() {
    lock.lock();
    try {
      return thread == Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the thread unless called on it; not interruptible. */
  void awaitStopped(Duration timeout) {
    boolean interrupted = false;
    lock.lock();
    try {
      long left = timeout.toNanos();
      while (thread != null && thread != Thread.currentThread() && !finished && left > 0) {
        try {
          left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void wake() {
    if (thread == null) {
      thread = Threads.platform(name, this::run);
      thread.start();
    } else {
      changed.signalAll();
    }
  }

  private void run() {
    boolean orderly = false;
    try {
      for (Runnable work = next(); work != null; work = next()) {
        work.run();
      }
      orderly = true;
    } finally {
      ended(orderly);
    }
  }

  /** An error that nobody caught is left to the JVM's log; a new thread tells the others. */
  private void ended(boolean orderly) {
    lock.lock();
    try {
      finished = orderly;
      thread = orderly ? thread : null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (!orderly) {
      owner.lost(OperationalException.lost("thread " + name + " died", null));
    }
  }

  /** The next thing to do, waiting for it; null once there is nothing left to do at all. */
  private @Nullable Runnable next() {
    lock.lock();
    try {
      while (true) {
        Runnable work = calls.pollFirst();
        if (work == null) {
          work = nextTurn();
        }
        if (work != null || stopping) {
          return work;
        }
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable nextTurn() {
    for (int i = 0; i < turns.size(); i++) {
      QueueLine line = turns.get(i);
      VirtualConsumer consumer = line.next();
      if (consumer != null) {
        if (order == QueueOrder.ROUND_ROBIN) {
          Collections.rotate(turns, -(i + 1)); // the others come first next time
        }
        // At least one: the room may have shrunk again, by a lower prefetch count.
        int max = line.isShared() ? 1 : Math.max(1, Math.min(consumer.room(), BATCH));
        return () -> poll(line, consumer, max);
      }
    }
    return null;
  }

  private void poll(QueueLine line, VirtualConsumer consumer, int max) {
    try {
      List<? extends StoredMessage> batch =
          store.take(line.queue(), max, consumer.options().ackMode());
      if (batch.size() < max) {
        rest(line);
        store.arm(line.queue());
      }
      consumer.deliver(batch);
    } catch (OperationalException e) {
      if (VirtualConnection.isLoss(e)) {
        owner.lost(e);
      } else {
        owner.refused(consumer, e);
      }
    } catch (RuntimeException e) {
      log.error("Polling {} failed, giving the connection up", line.queue(), e);
      owner.lost(OperationalException.lost("polling " + line.queue() + " failed", e));
    }
  }

  /** Before arming, never after: the store may call back at once. */
  private void rest(QueueLine line) {
    lock.lock();
    try {
      line.ready(false);
    } finally {
      lock.unlock();
    }
  }
}
