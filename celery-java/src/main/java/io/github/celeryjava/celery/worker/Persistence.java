package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.RetryPolicy;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How a worker goes on after a failure to connect. An attempt tries each broker once. Immutable.
 *
 * @param atStart further attempts until the worker has consumed for the first time
 * @param later further attempts after that
 * @param brokers how many there are
 * @param random 0 to 1, for jitter
 */
record Persistence(RetryPolicy atStart, RetryPolicy later, int brokers, DoubleSupplier random) {

  /** What makes one attempt of one try a broker. */
  RetryPolicy oneRound() {
    return RetryPolicy.never().withMaxRetries(brokers - 1);
  }

  /** How long one attempt may take if each try may take {@code connectTimeout}. */
  Duration roundTimeout(Duration connectTimeout) {
    return connectTimeout.multipliedBy(brokers);
  }

  /** Whether there is another attempt after {@code failed} that failed. */
  boolean goesOn(boolean starting, int failed) {
    return policy(starting).allows(failed);
  }

  /** How long to wait after {@code failed} attempts, at least 0, that failed. */
  Duration pause(boolean starting, int failed) {
    RetryPolicy policy = policy(starting);
    double part = 1 - policy.jitter() * random.getAsDouble();
    return Duration.ofNanos((long) (policy.interval(Math.max(0, failed - 1)).toNanos() * part));
  }

  private RetryPolicy policy(boolean starting) {
    return starting ? atStart : later;
  }
}
