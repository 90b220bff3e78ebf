package io.github.celeryjava.kombu.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.virtual.DeliveryQueue;
import io.github.celeryjava.kombu.transport.virtual.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many at once, with channels that come and go, and a ledger that must come out even. */
@Timeout(120)
class MemorySoakTest {

  private static final int PARTIES = 4;
  private static final int ROUNDS = Integer.getInteger("soak.rounds", 1);
  private static final int MESSAGES = Integer.getInteger("soak.messages", 5_000);

  private final MemoryChannels channels = new MemoryChannels();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
    channels.close();
  }

  @Test
  void everyMessageIsAcknowledgedExactlyOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Queue queue = Queue.named("jobs" + round);
      channels.open().declare(queue);
      Ledger ledger = new Ledger(PARTIES * MESSAGES);
      List<Future<?>> work = new ArrayList<>();
      for (int party = 0; party < PARTIES; party++) {
        int first = party * MESSAGES;
        work.add(threads.submit(() -> publish(queue, first)));
        work.add(threads.submit(() -> consume(queue, ledger)));
      }

      for (Future<?> each : work) {
        each.get();
      }

      ledger.requireEven();
      assertThat(channels.open().inspectQueue(queue.name()).orElseThrow().messages()).isZero();
    }
  }

  private void publish(Queue queue, int first) {
    Channel channel = channels.open();
    for (int i = first; i < first + MESSAGES; i++) {
      channel.publish(Destination.queue(queue.name()), Messages.message("" + i)).join();
    }
  }

  /** Consumes until all is done, on a channel that is given up every now and then. */
  private Void consume(Queue queue, Ledger ledger) throws InterruptedException {
    while (!ledger.isFull()) {
      Channel channel = channels.connect().openChannel(ChannelPurpose.CONSUMING);
      HandingSink sink = new HandingSink();
      channel.consume(queue.name(), ConsumeOptions.prefetching(10), sink);
      for (int i = 0; i < 1_000 && !ledger.isFull(); i++) {
        Delivery delivery = sink.deliveries.poll(5, TimeUnit.MILLISECONDS);
        if (delivery != null) {
          settle(delivery, i, ledger);
        }
      }
      channel.close(); // up to ten are unsettled, and go back
    }
    return null;
  }

  private static void settle(Delivery delivery, int turn, Ledger ledger) {
    if (turn % 50 == 49) {
      delivery.receipt().requeue();
    } else {
      delivery.receipt().ack();
      ledger.enter(Integer.parseInt(DeliveryQueue.text(delivery)));
    }
  }

  private static final class HandingSink implements DeliverySink {

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    @Override
    public void accept(Delivery delivery) {
      deliveries.add(delivery);
    }

    @Override
    public void ended(OperationalException cause) {}
  }

  private static final class Ledger {

    private final AtomicIntegerArray counts;
    private final AtomicInteger entered = new AtomicInteger();

    Ledger(int size) {
      counts = new AtomicIntegerArray(size);
    }

    void enter(int number) {
      counts.incrementAndGet(number);
      entered.incrementAndGet();
    }

    boolean isFull() {
      return entered.get() >= counts.length();
    }

    void requireEven() {
      List<Integer> uneven = new ArrayList<>();
      for (int i = 0; i < counts.length(); i++) {
        if (counts.get(i) != 1) {
          uneven.add(i);
        }
      }
      assertThat(uneven).as("messages not acknowledged exactly once").isEmpty();
    }
  }
}
