package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.RetryPolicy;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a worker goes on after a failure to connect. An attempt tries each broker once; attempts
 * follow one another sooner than in Celery, and go on for as long as there. Immutable.
 *
 * @param atStart how long after the first failure there are further attempts, until the worker has
 *     consumed for the first time; zero for none, null for ever
 * @param later the same after that, for each time without a broker
 * @param brokers how many there are
 * @param random 0 to 1, for jitter
 */
record Persistence(
    @Nullable Duration atStart, @Nullable Duration later, int brokers, DoubleSupplier random) {

  private static final RetryPolicy PACE = RetryPolicy.reconnecting();

  // Celery waits 2, 4, 6, … 28 s and from then on 30 s.
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int STEPS = 14;

  /**
   * How long Celery tries in vain, which is the sum of its waits: one each time that every broker
   * was tried.
   *
   * @param maxRetries attempts to reach a broker after the first one; null for no limit
   */
  static @Nullable Duration lastingAsCelery(@Nullable Integer maxRetries, int brokers) {
    if (maxRetries == null) {
      return null;
    }
    int waits = maxRetries / brokers;
    int growing = Math.min(waits, STEPS);
    return STEP.multipliedBy(growing * (growing + 1L) / 2)
        .plus(LONGEST.multipliedBy((long) waits - growing));
  }

  /** What makes one attempt of one try a broker. */
  RetryPolicy oneRound() {
    return RetryPolicy.never().withMaxRetries(brokers - 1);
  }

  /** How long one attempt may take if each try may take {@code connectTimeout}. */
  Duration roundTimeout(Duration connectTimeout) {
    return connectTimeout.multipliedBy(brokers);
  }

  /** Whether there is another attempt after attempts have failed for that long. */
  boolean goesOn(boolean starting, Duration failing) {
    Duration limit = starting ? atStart : later;
    return limit == null || failing.compareTo(limit) < 0;
  }

  /** How long to wait after {@code failed} attempts, at least 0, that failed. */
  Duration pause(int failed) {
    double part = 1 - PACE.jitter() * random.getAsDouble();
    return Duration.ofNanos((long) (PACE.interval(Math.max(0, failed - 1)).toNanos() * part));
  }
}
