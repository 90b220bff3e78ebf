package io.github.celeryjava.kombu.faults;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/** Consumes with a prefetch count and acknowledges late, on threads of its own. */
final class ConsumingProgram implements AutoCloseable {

  static final int PREFETCH = 10;

  private final Connection connection;
  private final Consumer consumer;
  private final Ledger ledger;
  private final Thread draining;
  private final Thread settling;
  private final BlockingQueue<Message> done = new LinkedBlockingQueue<>();
  private final List<Message> held = new CopyOnWriteArrayList<>();

  // Mutable state
  private volatile boolean holding;
  private volatile boolean over;

  ConsumingProgram(String url, Queue queue, Ledger ledger, ThreadFactory threadFactory) {
    this.ledger = ledger;
    connection =
        Connection.builder(url)
            .options(ConnectionOptions.builder().heartbeat(FaultScene.HEARTBEAT).build())
            .build();
    consumer =
        connection
            .consumer()
            .queue(queue)
            .prefetch(PREFETCH)
            .handler((body, message) -> handle((Long) body, message))
            .build();
    draining = new Thread(this::drain, "faults-drain");
    settling = threadFactory.newThread(this::settle);
  }

  void start() {
    draining.start();
    settling.start();
  }

  /** Keeps what is handled from now on unsettled. */
  void hold() {
    held.clear(); // the rest of what a dead connection had delivered
    holding = true;
  }

  int held() {
    return held.size();
  }

  /** Acknowledges what is held. */
  void release() {
    holding = false;
    done.addAll(held);
    held.clear();
  }

  void interrupt() {
    settling.interrupt();
  }

  /** Has the broker close the channel that is consumed on. */
  void provokeChannelError() {
    Queue missing = Queue.builder("missing-" + UUID.randomUUID()).noDeclare().build();
    connection.execute(
        () -> {
          consumer.addQueue(missing);
          try {
            consumer.consume();
          } catch (OperationalException e) {
            consumer.cancelByQueue(missing.name()); // refused, and the channel with it
          }
        });
  }

  @Override
  public void close() {
    over = true;
    settling.interrupt();
    connection.abort();
    try {
      draining.join(Duration.ofSeconds(20).toMillis());
      settling.join(Duration.ofSeconds(20).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain() {
    while (!over) {
      try {
        consumer.consume();
        while (!over) {
          connection.drainEvents(Duration.ofMillis(50));
        }
      } catch (OperationalException e) {
        // Lost, or not to be had yet: the next turn connects again.
      }
    }
  }

  private void handle(long number, Message message) {
    ledger.handled(number);
    if (holding) {
      held.add(message);
    } else {
      done.add(message);
    }
  }

  private void settle() {
    while (!over) {
      try {
        done.take().ack();
      } catch (InterruptedException e) {
        // Of the waiting, not of the acknowledgement: nothing was taken.
      }
    }
  }
}
