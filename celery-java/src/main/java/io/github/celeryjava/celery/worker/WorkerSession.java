package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that lives as long as one connection of a worker: its consumer, and the tasks taken
 * from it that have not started. Nothing is repaired in place; a new connection gets a new session.
 *
 * <p>Its consumer belongs to the side thread, its strategy to the loop thread.
 */
final class WorkerSession {

  private static final Logger log = LoggerFactory.getLogger(WorkerSession.class);
  private static final int MOST_PREFETCH = 65_535;

  /**
   * What is consumed, and how much of it at a time.
   *
   * @param prefetch unsettled messages of each queue; 0 for any number
   * @param etaLimit most unsettled messages of each queue, counting those held for their time; null
   *     for as many as the protocol allows
   */
  record Intake(List<Queue> queues, Set<String> accept, int prefetch, @Nullable Integer etaLimit) {}

  private final Connection connection;
  private final Intake intake;
  private final Executor side;
  private final Strategy strategy;

  // Mutable state
  private final Map<String, Integer> held = new HashMap<>(); // loop thread only
  private final Map<String, Integer> wanted = new ConcurrentHashMap<>(); // prefetch by queue
  private final AtomicBoolean adjusting = new AtomicBoolean();
  private final Map<String, Integer> applied = new HashMap<>(); // side thread only
  private @Nullable Consumer consumer; // side thread only

  /**
   * @param strategies makes the strategy, given what to tell about tasks held for their time
   */
  WorkerSession(Connection connection, Intake intake, Executor side, Strategy.Factory strategies) {
    this.connection = connection;
    this.intake = intake;
    this.side = side;
    this.strategy = strategies.create(this::heldChanged);
  }

  /**
   * Declares the queues and starts to consume. Side thread; blocks.
   *
   * @throws OperationalException if the broker is gone or refuses
   */
  void open() {
    Consumer opened =
        connection
            .consumer()
            .queue(intake.queues().toArray(Queue[]::new))
            .accept(intake.accept().toArray(String[]::new))
            .prefetch(intake.prefetch())
            .onMessage(strategy::received)
            .build();
    consumer = opened;
    opened.consume();
  }

  /**
   * Takes no more messages; what was taken goes on, and can still be settled. Side thread; blocks.
   * Never throws.
   */
  void stopConsuming() {
    Consumer opened = consumer;
    if (opened != null) {
      try {
        opened.cancel();
      } catch (OperationalException e) {
        log.debug("The broker ended the consumer by itself", e);
      }
    }
  }

  /**
   * Ends the session: what was taken and is not settled is the broker's again, even if the
   * connection still stands. Side thread; blocks. Never throws.
   */
  void close() {
    Consumer opened = consumer;
    if (opened != null) {
      opened.close();
    }
  }

  /** Drops what was taken and has not started: the broker delivers it again. Loop thread. */
  void forget() {
    strategy.forgetAll();
  }

  /** Gives back at once what was taken and has not started. Loop thread. */
  void giveBack() {
    strategy.giveBackAll();
  }

  /** Loop thread. */
  private void heldChanged(String queue, int by) {
    int count = held.merge(queue, by, Integer::sum);
    if (intake.prefetch() == 0) {
      return;
    }
    wanted.put(queue, prefetch(count));
    if (adjusting.compareAndSet(false, true)) {
      try {
        side.execute(this::adjust);
      } catch (RejectedExecutionException e) {
        log.debug("The side thread is gone: the worker stops");
      }
    }
  }

  /** Tasks held for their time must not use up the prefetch of the others. */
  private int prefetch(int held) {
    Integer limit = intake.etaLimit();
    int most = limit == null ? MOST_PREFETCH : Math.min(limit, MOST_PREFETCH);
    return Math.max(intake.prefetch(), Math.min(intake.prefetch() + held, most));
  }

  /** Side thread. */
  private void adjust() {
    adjusting.set(false); // from here on a change asks for another adjustment
    Consumer opened = consumer;
    if (opened == null) {
      return;
    }
    try {
      wanted.forEach(
          (queue, count) -> {
            if (!count.equals(applied.put(queue, count))) {
              opened.prefetch(queue, count);
            }
          });
    } catch (OperationalException e) {
      log.debug("The consumer is gone, and its prefetch count with it", e);
    }
  }
}
