package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is left of the attempts and of the time that one operation may use. One thread at a time.
 *
 * <p>Attempts to connect are counted by the connection, for all operations that wait for it: when
 * the broker is away, an operation that has waited in line while others tried has used up its
 * attempts together with them, and does not start over.
 */
final class Retries {

  private final RetryPolicy policy;
  private final int brokers;
  private final LongSupplier failedConnects;
  private final long failedConnectsAtStart;
  private final long start;
  private final long deadline;
  private final DoubleSupplier random;

  // Mutable state
  private int failedCalls;
  private long notBefore;
  private boolean outOfTime;

  Retries(
      RetryPolicy policy,
      Duration timeout,
      ConnectionSettings settings,
      int brokers,
      LongSupplier failed) {
    this.policy = policy;
    this.brokers = brokers;
    this.random = settings.random();
    this.start = settings.timing().nanos();
    this.notBefore = start;
    this.deadline = start + timeout.toNanos();
    this.failedConnects = failed;
    this.failedConnectsAtStart = failed.getAsLong();
  }

  /** When the last attempt must be over, on the connection's monotonic clock. */
  long deadline() {
    return deadline;
  }

  Duration timeout() {
    return Duration.ofNanos(deadline - start);
  }

  /** When the operation began, on the connection's monotonic clock. */
  long start() {
    return start;
  }

  /** Whether it was the deadline, and not the policy, that ended the attempts. */
  boolean isOutOfTime() {
    return outOfTime;
  }

  /** How many attempts to connect are still allowed, at least one. */
  int connectsLeft() {
    Integer max = policy.maxRetries();
    return max == null ? Integer.MAX_VALUE : (int) Math.max(1, max + 1L - failures());
  }

  /**
   * Does nothing if another attempt to connect is allowed.
   *
   * @throws OperationalException {@code lastFailure}, if others have used them all up meanwhile
   */
  void requireConnectLeft(@Nullable OperationalException lastFailure) {
    if (lastFailure != null && !policy.allows(failures())) {
      throw lastFailure;
    }
  }

  /**
   * When the next attempt may start. A moment and not a length of time: messages that failed
   * together wait together, not one after the other.
   */
  long notBefore() {
    return notBefore;
  }

  /**
   * Counts an attempt to connect that failed. Waits come once a round of brokers.
   *
   * @throws OperationalException {@code cause}, if there is to be no other attempt
   */
  void connectFailed(OperationalException cause, long now) {
    long rounds = Math.max(1, (failures() - failedCalls) / brokers);
    retryAfter(policy.interval((int) Math.min(rounds - 1, Integer.MAX_VALUE)), cause, now);
  }

  /**
   * Counts a call that failed on an open connection. The first repetition comes at once, since what
   * broke is most often the connection, and a new one may work.
   *
   * @throws OperationalException {@code cause}, if there is to be no other attempt
   */
  void callFailed(OperationalException cause, long now) {
    failedCalls++;
    retryAfter(failedCalls == 1 ? Duration.ZERO : policy.interval(failedCalls - 2), cause, now);
  }

  /**
   * Puts the next attempt off without counting one, since nothing was tried.
   *
   * @return false if that is too late
   */
  boolean postpone(Duration wait, long now) {
    notBefore = now + wait.toNanos();
    outOfTime = notBefore - deadline >= 0;
    return !outOfTime;
  }

  private void retryAfter(Duration wait, OperationalException cause, long now) {
    if (!cause.isRecoverable() || !policy.allows(failures())) {
      throw cause;
    }
    notBefore = now + (long) (wait.toNanos() * (1 - policy.jitter() * random.getAsDouble()));
    if (notBefore - deadline >= 0) {
      outOfTime = true;
      throw cause;
    }
  }

  private long failures() {
    return failedCalls + failedConnects.getAsLong() - failedConnectsAtStart;
  }
}
