package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of one channel: how much it may still hold, and how it is handed messages. Thread-
 * safe; {@link #deliver} and {@link #end} run on the connection's poller thread alone.
 */
final class VirtualConsumer {

  private static final Logger log = LoggerFactory.getLogger(VirtualConsumer.class);

  private final String queue;
  private final ConsumeOptions options;
  private final String tag;
  private final DeliverySink sink;
  private final Unacked unacked;
  private final ReentrantLock handOver = new ReentrantLock();

  // Mutable state
  private final AtomicInteger held = new AtomicInteger();
  private volatile int limit;
  private volatile boolean active = true;
  private volatile boolean silenced;

  VirtualConsumer(
      String queue, String tag, ConsumeOptions options, DeliverySink sink, Unacked unacked) {
    this.queue = queue;
    this.tag = tag;
    this.options = options;
    this.sink = sink;
    this.unacked = unacked;
    limit = options.prefetch();
  }

  String queue() {
    return queue;
  }

  String tag() {
    return tag;
  }

  ConsumeOptions options() {
    return options;
  }

  /** Hands its sink no message from now on; waits for the sink if it is being called. */
  void deactivate() {
    active = false;
    handOver.lock();
    try {
      // Having the lock means that the sink has returned and the next hand-over sees the flag.
    } finally {
      handOver.unlock();
    }
  }

  /** Like {@link #deactivate}, and its sink does not hear how it ended either. */
  void silence() {
    silenced = true;
    deactivate();
  }

  void limit(int limit) {
    this.limit = limit;
  }

  /** How many messages it may be handed now. */
  int room() {
    int most = limit;
    return options.ackMode() == AckMode.NONE || most == 0
        ? Integer.MAX_VALUE
        : Math.max(0, most - held.get());
  }

  void hold(int messages) {
    held.addAndGet(messages);
  }

  /** Counts one message less; says whether it was full before. */
  boolean release() {
    int before = held.getAndDecrement();
    int most = limit;
    return most != 0 && before >= most;
  }

  /** Hands a batch to the sink; what it can no longer get goes back, newest first. */
  void deliver(List<? extends StoredMessage> batch) {
    if (options.ackMode() == AckMode.MANUAL) {
      List<Unacked.Entry> entries = unacked.add(batch, this);
      int delivered = deliver(entries.size(), i -> entries.get(i).delivery());
      for (int i = entries.size() - 1; i >= delivered; i--) {
        entries.get(i).giveBack();
      }
    } else {
      int delivered = deliver(batch.size(), i -> unsettled(batch.get(i)));
      for (int i = batch.size() - 1; i >= delivered; i--) {
        batch.get(i).giveBack();
      }
    }
  }

  /** Hands over what comes of the numbers from 0 on; says how many the sink was given. */
  private int deliver(int count, IntFunction<Delivery> delivery) {
    int delivered = 0;
    while (delivered < count && accept(delivery.apply(delivered))) {
      delivered++;
    }
    return delivered;
  }

  private boolean accept(Delivery delivery) {
    handOver.lock();
    try {
      if (!active) {
        return false;
      }
      sink.accept(delivery);
      return true;
    } catch (RuntimeException e) {
      // A broken sink must not stop the other consumers of the connection.
      log.error("The sink of consumer {} failed, its delivery stays unsettled", tag, e);
      return true;
    } finally {
      handOver.unlock();
    }
  }

  void end(OperationalException cause) {
    handOver.lock();
    try {
      if (!silenced) {
        silenced = true;
        sink.ended(cause);
      }
    } catch (RuntimeException e) {
      log.error("The sink of consumer {} failed when its consumer ended", tag, e);
    } finally {
      handOver.unlock();
    }
  }

  /** A delivery that nobody settles. */
  static Delivery unsettled(StoredMessage stored) {
    return delivery(stored, Settled.INSTANCE);
  }

  static Delivery delivery(StoredMessage stored, Delivery.Receipt receipt) {
    return new Delivery(
        stored.exchange(), stored.routingKey(), stored.redelivered(), stored.message(), receipt);
  }

  /** The receipt of a message that nobody settles. */
  private enum Settled implements Delivery.Receipt {
    INSTANCE;

    @Override
    public void ack() {}

    @Override
    public void reject() {}

    @Override
    public void requeue() {}
  }
}
