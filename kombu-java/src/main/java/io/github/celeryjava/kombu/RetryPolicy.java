package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often to try again and how long to wait in between. Pure data, shared by any number of
 * operations; {@link Connection#ensure} is the loop that follows it.
 *
 * <p>The waits grow by a step, as in kombu ({@code retry_over_time} in {@code
 * kombu/utils/functional.py}), or by a factor, which kombu has not. Every wait may be shortened at
 * random by {@code jitter}, so that the clients of a broker that comes back do not all arrive at
 * once.
 *
 * @param maxRetries attempts after the first one; null means no limit, 0 means one attempt
 * @param intervalStart the first wait
 * @param intervalStep what each wait is longer than the one before; zero if {@code factor} is not 1
 * @param intervalMax the longest wait
 * @param factor what each wait is multiplied by to get the next, at least 1
 * @param jitter the largest part of a wait to leave out at random, 0 to 1
 */
public record RetryPolicy(
    @Nullable Integer maxRetries,
    Duration intervalStart,
    Duration intervalStep,
    Duration intervalMax,
    double factor,
    double jitter) {

  public RetryPolicy {
    if (maxRetries != null && maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries must not be negative, was " + maxRetries);
    }
    requireNotNegative("intervalStart", intervalStart);
    requireNotNegative("intervalStep", intervalStep);
    requireNotNegative("intervalMax", intervalMax);
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("factor must be at least 1, was " + factor);
    }
    if (factor > 1 && !intervalStep.isZero()) {
      throw new IllegalArgumentException("waits grow by a step or by a factor, not by both");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be 0 to 1, was " + jitter);
    }
  }

  /** One attempt and no more. */
  public static RetryPolicy never() {
    return of(0, Duration.ZERO, Duration.ZERO, Duration.ZERO);
  }

  /** kombu's waits: a start, a step and a longest wait. */
  public static RetryPolicy of(
      int maxRetries, Duration intervalStart, Duration intervalStep, Duration intervalMax) {
    return new RetryPolicy(maxRetries, intervalStart, intervalStep, intervalMax, 1, 0);
  }

  /** For ever, 1 s apart: what {@code ensure} does in kombu unless told otherwise. */
  public static RetryPolicy unlimited() {
    Duration second = Duration.ofSeconds(1);
    return new RetryPolicy(null, second, second, second, 1, 0);
  }

  /**
   * For ever, 0.2 s doubling to 2 s, each wait up to a fifth shorter: work goes on within seconds
   * of the broker's return. The default of a {@link Connection}.
   */
  public static RetryPolicy reconnecting() {
    return new RetryPolicy(
        null, Duration.ofMillis(200), Duration.ZERO, Duration.ofSeconds(2), 2, 0.2);
  }

  /** The same waits with another limit; null means no limit. */
  public RetryPolicy withMaxRetries(@Nullable Integer maxRetries) {
    return new RetryPolicy(maxRetries, intervalStart, intervalStep, intervalMax, factor, jitter);
  }

  /**
   * The wait before a retry, before jitter.
   *
   * @param retry 0 for the first wait
   */
  public Duration interval(int retry) {
    if (retry < 0) {
      throw new IllegalArgumentException("retry must not be negative, was " + retry);
    }
    double nanos =
        factor > 1
            ? intervalStart.toNanos() * Math.pow(factor, retry)
            : intervalStart.toNanos() + (double) intervalStep.toNanos() * stepsTaken(retry);
    return Duration.ofNanos((long) Math.min(nanos, (double) intervalMax.toNanos()));
  }

  /** Whether one more attempt is allowed after {@code failures} that failed. */
  public boolean allows(long failures) {
    return maxRetries == null || failures <= maxRetries;
  }

  /** kombu repeats the last value not above start + max, then cuts that to max. */
  private long stepsTaken(int retry) {
    return intervalStep.isZero()
        ? 0
        : Math.min(retry, intervalMax.toNanos() / intervalStep.toNanos());
  }

  private static void requireNotNegative(String what, Duration value) {
    if (requireNonNull(value, what).isNegative()) {
      throw new IllegalArgumentException(what + " must not be negative, was " + value);
    }
  }
}
