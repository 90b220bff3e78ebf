package io.github.celeryjava.kombu.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What runs while faults happen: a program that publishes and waits for each confirm, and one that
 * consumes and acknowledges late, each with a connection of its own.
 */
final class Programs implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(5);

  private final Ledger ledger = new Ledger();
  private final AtomicLong numbers = new AtomicLong();
  private final PublishingProgram publishing;
  private final ConsumingProgram consuming;

  /**
   * @param threads makes the threads that publish and settle
   */
  Programs(String url, Queue queue, ThreadFactory threads) {
    publishing = new PublishingProgram(url, queue, ledger, numbers, threads);
    consuming = new ConsumingProgram(url, queue, ledger, threads);
  }

  Ledger ledger() {
    return ledger;
  }

  Duration longestPublish() {
    return publishing.longestCall();
  }

  void start() {
    consuming.start();
    publishing.start();
    awaitNew(50);
  }

  /** The number of the next message; what works from now on has no lower one. */
  long next() {
    return numbers.get();
  }

  /** Whether every publishing thread has had a message confirmed that it began since then. */
  boolean hasPublished(long since) {
    return publishing.hasConfirmed(since);
  }

  /** Whether a message was handled that was sent since then. */
  boolean hasConsumed(long since) {
    return ledger.highestHandled() >= since;
  }

  /** Waits until so many more messages have come through. */
  void awaitNew(int messages) {
    long until = next() + messages;
    await()
        .pollInterval(POLL)
        .atMost(Duration.ofSeconds(60))
        .until(() -> hasPublished(until) && hasConsumed(until));
  }

  /** Lets the consumer keep messages: it gets as many as its prefetch count and not one more. */
  void requirePrefetchToHold() {
    consuming.hold();
    try {
      await()
          .pollInterval(POLL)
          .atMost(FaultScene.LIMIT)
          .until(() -> consuming.held() == ConsumingProgram.PREFETCH);
      long until = next() + 20;
      await().atMost(FaultScene.LIMIT).until(() -> hasPublished(until)); // there are more to get
      assertThat(consuming.held()).isEqualTo(ConsumingProgram.PREFETCH);
    } finally {
      consuming.release();
    }
  }

  void provokeChannelErrors() {
    publishing.provokeChannelError();
    consuming.provokeChannelError();
  }

  /** Interrupts the threads that publish and settle, again and again, for so long. */
  void interrupt(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      publishing.interrupt();
      consuming.interrupt();
      Thread.onSpinWait();
    }
  }

  /** Publishes no more and waits until all that was confirmed is handled, or will never be. */
  void finish() {
    publishing.stop();
    try {
      await()
          .pollInterval(POLL)
          .atMost(Duration.ofSeconds(20))
          .until(() -> ledger.missing().isEmpty());
    } catch (ConditionTimeoutException e) {
      // The numbers in the table say it.
    }
  }

  @Override
  public void close() {
    publishing.stop();
    publishing.close();
    consuming.close();
  }
}
