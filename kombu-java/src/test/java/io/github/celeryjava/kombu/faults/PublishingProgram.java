package io.github.celeryjava.kombu.faults;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** Threads that publish one message after the other and wait for each confirm. */
final class PublishingProgram implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final int THREADS = 2;
  private static final Duration BETWEEN = Duration.ofMillis(4);

  private final Connection connection;
  private final Producer producer;
  private final Ledger ledger;
  private final AtomicLong numbers;
  private final PublishOptions options;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLongArray lastConfirmed = new AtomicLongArray(THREADS);
  private final AtomicLong longestNanos = new AtomicLong();

  // Mutable state
  private volatile boolean over;

  PublishingProgram(
      String url, Queue queue, Ledger ledger, AtomicLong numbers, ThreadFactory threadFactory) {
    this.ledger = ledger;
    this.numbers = numbers;
    connection =
        Connection.builder(url)
            .options(ConnectionOptions.builder().heartbeat(FaultScene.HEARTBEAT).build())
            .build();
    producer = connection.producer().build();
    options =
        PublishOptions.builder()
            .routingKey(queue.name())
            .declare(queue)
            .mandatory(true)
            .timeout(TIMEOUT)
            .build();
    for (int i = 0; i < THREADS; i++) {
      int index = i;
      threads.add(threadFactory.newThread(() -> publish(index)));
      lastConfirmed.set(i, -1);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  boolean hasConfirmed(long since) {
    for (int i = 0; i < THREADS; i++) {
      if (lastConfirmed.get(i) < since) {
        return false;
      }
    }
    return true;
  }

  /** The longest that one call took, whatever happened to it. */
  Duration longestCall() {
    return Duration.ofNanos(longestNanos.get());
  }

  void interrupt() {
    threads.forEach(Thread::interrupt);
  }

  /** Has the broker close the channel that is published on, with messages on their way. */
  void provokeChannelError() {
    PublishOptions nowhere =
        PublishOptions.builder().exchange("missing-" + UUID.randomUUID()).build();
    assertThatThrownBy(() -> producer.publish("lost", nowhere))
        .isInstanceOf(OperationalException.class);
  }

  void stop() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join(2 * TIMEOUT.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    connection.abort();
  }

  private void publish(int index) {
    while (!over) {
      long number = numbers.getAndIncrement();
      long start = System.nanoTime();
      try {
        producer.publish(number, options);
        ledger.confirmed(number);
        lastConfirmed.set(index, number);
      } catch (OperationalException e) {
        // The message is not confirmed, and nothing is promised of it.
      }
      longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
      if (!Thread.interrupted()) {
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
    }
  }
}
