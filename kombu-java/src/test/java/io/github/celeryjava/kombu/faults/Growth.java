package io.github.celeryjava.kombu.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.testing.FaultProxy;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;

/**
 * What must not become more over any number of faults.
 *
 * @param threads of the library
 * @param connections through the proxy
 * @param clients what the broker says of its connections and channels
 * @param heap bytes in use after a collection
 */
record Growth(long threads, int connections, String clients, long heap) {

  /** The numbers of messages that the programs remember need some. */
  private static final long ALLOWED_HEAP = 48L << 20;

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(10);

  /**
   * What there is now.
   *
   * @param clients what the broker says of the same programs before any fault
   */
  static Growth now(FaultProxy proxy, String clients) {
    return new Growth(countThreads(), proxy.open(), clients, usedHeap());
  }

  /** Waits until there is no more than there was. */
  void requireNone(FaultyBroker broker, FaultProxy proxy) {
    awaiting("threads as before").until(Growth::countThreads, now -> now <= threads);
    awaiting("connections as before").until(proxy::open, now -> now <= connections);
    awaiting("clients as before").until(broker::clients, clients::equals);
    assertThat(usedHeap() - heap).as("growth of the heap").isLessThan(ALLOWED_HEAP);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).pollDelay(Duration.ZERO).pollInterval(POLL).atMost(LIMIT);
  }

  private static long countThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kombu"))
        .count();
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
