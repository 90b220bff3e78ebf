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

  private final transient RetryOptions options;

  private RetryException(String message, @Nullable Throwable reason, RetryOptions options) {
    super(message, reason);
    this.options = options;
  }

  /**
   * Runs again as {@code options} say.
   *
   * @param reason the error that made a retry necessary, shown to whoever looks at the result; null
   *     if there is none
   */
  public static RetryException of(RetryOptions options, @Nullable Throwable reason) {
    return new RetryException(text(when(options), reason), reason, options);
  }

  /**
   * Runs again once {@code delay} has passed.
   *
   * @param delay time to wait, zero or more
   * @param reason as in {@link #of}
   * @throws IllegalArgumentException if {@code delay} is negative
   */
  public static RetryException after(Duration delay, @Nullable Throwable reason) {
    requireNonNull(delay, "delay");
    return of(RetryOptions.builder().countdown(delay).build(), reason);
  }

  /**
   * Runs again at {@code eta}, at once if that has passed.
   *
   * @param reason as in {@link #of}
   */
  public static RetryException at(Instant eta, @Nullable Throwable reason) {
    requireNonNull(eta, "eta");
    return of(RetryOptions.builder().eta(eta).build(), reason);
  }

  /**
   * Runs again after the pause that the task's own settings give.
   *
   * @param reason as in {@link #of}
   */
  public static RetryException later(@Nullable Throwable reason) {
    return of(RetryOptions.none(), reason);
  }

  /**
   * What is stored as the reason of a run that its worker interrupted, and that nothing repeats.
   */
  public static RetryException cancelled() {
    return new RetryException(CANCELLED, null, RetryOptions.none());
  }

  /** What is to be different in the next try. */
  public RetryOptions options() {
    return options;
  }

  /** The pause asked for, null if a time was given or the task's default applies. */
  public @Nullable Duration delay() {
    return options.countdown();
  }

  /** The time asked for, null if a pause was given or the task's default applies. */
  public @Nullable Instant eta() {
    return options.countdown() == null ? options.eta() : null;
  }

  private static String when(RetryOptions options) {
    if (options.countdown() != null) {
      return "in " + seconds(options.countdown()) + "s";
    }
    return options.eta() == null ? "after the task's default delay" : "at " + options.eta();
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
