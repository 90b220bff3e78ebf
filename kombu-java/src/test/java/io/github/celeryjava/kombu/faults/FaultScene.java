package io.github.celeryjava.kombu.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.testing.FaultProxy;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where a fault happens: a broker, a proxy before it, and the programs that use it.
 *
 * @param proxy between the programs and the broker
 */
record FaultScene(FaultyBroker broker, FaultProxy proxy, Programs programs) {

  static final boolean FULL = Boolean.getBoolean("celery.full");

  /** The heartbeat of the programs' connections. */
  static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** How long after the broker's return everything has to work again. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  /** How long a fault that lasts does so: longer than it takes to be noticed. */
  private static final Duration DURATION = Duration.ofMillis(FULL ? 30_000 : 4_500);

  /** How long one that is not to be noticed does so. */
  private static final Duration SHORT_DURATION = Duration.ofSeconds(FULL ? 30 : 2);

  /** Keeps a fault going for its time. */
  void hold() {
    pause(DURATION);
  }

  /** Keeps a fault going that nobody has to notice. */
  void holdShortly() {
    pause(SHORT_DURATION);
  }

  void pause(Duration duration) {
    await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
  }

  /** Cuts all connections after some more bytes, wherever that is in a frame. */
  void resetInTheMiddle() {
    int before = proxy.accepted();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    proxy.resetAfter(random.nextInt(5_000), FaultProxy.Direction.TO_SERVER);
    proxy.resetAfter(random.nextInt(5_000), FaultProxy.Direction.TO_CLIENT);
    await().atMost(Duration.ofSeconds(10)).until(() -> proxy.accepted() > before);
    proxy.restore();
  }

  void requireSameConnections(int connections) {
    assertThat(proxy.accepted()).as("connections made").isEqualTo(connections);
  }
}
