package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import java.util.random.RandomGenerator;

/**
 * Which of several brokers to try next. Called by one thread at a time.
 *
 * <p>Covers kombu's {@code failover_strategy}; the first URL given is always tried first.
 */
@FunctionalInterface
public interface FailoverStrategy {

  /**
   * Picks a broker after one could not be reached or was lost.
   *
   * @param failed index of the broker that failed
   * @param brokers how many there are, at least 1
   * @return index of the broker to try, 0 to {@code brokers - 1}
   */
  int next(int failed, int brokers);

  /** In the order given, for ever. */
  static FailoverStrategy roundRobin() {
    return (failed, brokers) -> (failed + 1) % brokers;
  }

  /** Any of the others. */
  static FailoverStrategy shuffle(RandomGenerator random) {
    requireNonNull(random, "random");
    return (failed, brokers) ->
        brokers == 1 ? 0 : (failed + 1 + random.nextInt(brokers - 1)) % brokers;
  }
}
