package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.entity.Queue;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that lives as long as one connection of a worker: its consumer, and the tasks taken
 * from it that have not started. Nothing is repaired in place; a new connection gets a new session.
 */
final class WorkerSession {

  /** What is consumed, and how much of it at a time. */
  record Intake(List<Queue> queues, Set<String> accept, int prefetch, @Nullable Integer etaLimit) {}

  private final Connection connection;
  private final Intake intake;
  private final Strategy strategy;

  // Mutable state
  private volatile @Nullable Consumer consumer;

  /**
   * @param strategies makes the strategy, given what to tell about tasks held for their time
   */
  WorkerSession(Connection connection, Intake intake, Strategy.Factory strategies) {
    this.connection = connection;
    this.intake = intake;
    this.strategy = strategies.create(this::held);
  }

  /**
   * Declares the queues and starts to consume. Side thread; blocks.
   *
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if the broker is gone or
   *     refuses
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

  /** Takes no more messages; what was taken goes on. Side thread; blocks. Never throws. */
  void stopConsuming() {
    Consumer opened = consumer;
    if (opened != null) {
      opened.cancel();
    }
  }

  /** Drops what was taken and has not started: the broker delivers it again. Loop thread. */
  void forget() {
    strategy.forgetAll();
  }

  /** Tasks held for their time must not use up the prefetch of the others. Loop thread. */
  private void held(int count) {
    Consumer opened = consumer;
    if (opened == null || intake.prefetch() == 0) {
      return;
    }
    int extra = intake.etaLimit() == null ? count : Math.min(count, intake.etaLimit());
    opened.prefetch(Math.min(intake.prefetch() + extra, 65_535));
  }
}
