package io.github.celeryjava.celery.exceptions;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a task that is to run again later: the run ends in state {@code RETRY}, not as a
 * failure.
 *
 * <p>Named after {@code celery.exceptions.Retry}.
 */
public final class RetryException extends CeleryException {

  private static final String CANCELLED = "cancelled by Celery"; // as peers know it

  private final @Nullable Duration delay;
  private final @Nullable Instant eta;

  private RetryException(
      String message, @Nullable Throwable reason, @Nullable Duration delay, @Nullable Instant eta) {
    super(message, reason);
    this.delay = delay;
    this.eta = eta;
  }

  /**
   * Runs again once {@code delay} has passed.
   *
   * @param delay time to wait, zero or more
   * @param reason the error that made a retry necessary, shown to whoever looks at the result; null
   *     if there is none
   * @throws IllegalArgumentException if {@code delay} is negative
   */
  public static RetryException after(Duration delay, @Nullable Throwable reason) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative, was " + delay);
    }
    return new RetryException(text("in " + seconds(delay) + "s", reason), reason, delay, null);
  }

  /**
   * Runs again at {@code eta}, at once if that has passed.
   *
   * @param reason as in {@link #after}
   */
  public static RetryException at(Instant eta, @Nullable Throwable reason) {
    requireNonNull(eta, "eta");
    return new RetryException(text("at " + eta, reason), reason, null, eta);
  }

  /**
   * Runs again after the pause that the task's own settings give.
   *
   * @param reason as in {@link #after}
   */
  public static RetryException later(@Nullable Throwable reason) {
    return new RetryException(text("after the task's default delay", reason), reason, null, null);
  }

  /**
   * What is stored as the reason of a run that its worker interrupted, and that nothing repeats.
   */
  public static RetryException cancelled() {
    return new RetryException(CANCELLED, null, null, null);
  }

  /** The pause asked for, null if a time was given or the task's default applies. */
  public @Nullable Duration delay() {
    return delay;
  }

  /** The time asked for, null if a pause was given or the task's default applies. */
  public @Nullable Instant eta() {
    return eta;
  }

  private static String text(String when, @Nullable Throwable reason) {
    return reason == null ? "Retry " + when : "Retry " + when + ": " + reason;
  }

  private static String seconds(Duration delay) {
    return delay.getNano() == 0
        ? Long.toString(delay.getSeconds())
        : Double.toString(delay.toMillis() / 1000.0);
  }
}
