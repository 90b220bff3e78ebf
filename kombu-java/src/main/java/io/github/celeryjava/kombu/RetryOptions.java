package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.TransportOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the transport options say on connecting again and again: kombu keeps {@code max_retries},
 * {@code interval_start}, {@code interval_step}, {@code interval_max} and {@code
 * connect_retries_timeout} there, whatever the transport. Stateless.
 */
final class RetryOptions {

  private static final String MAX_RETRIES = "max_retries";
  private static final String INTERVAL_START = "interval_start";
  private static final String INTERVAL_STEP = "interval_step";
  private static final String INTERVAL_MAX = "interval_max";
  private static final String TIMEOUT = "connect_retries_timeout";

  // What kombu connects with if only some are given.
  private static final Duration START = Duration.ofSeconds(2);
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final Duration MAX = Duration.ofSeconds(30);

  private RetryOptions() {}

  /** The policy that the options ask for; null if they ask for none. */
  static @Nullable RetryPolicy policy(ConnectionOptions options) {
    TransportOptions given = TransportOptions.of(options);
    Duration start = given.seconds(INTERVAL_START);
    Duration step = given.seconds(INTERVAL_STEP);
    Duration max = given.seconds(INTERVAL_MAX);
    boolean limited = given.get(MAX_RETRIES) != null;
    if (!limited && start == null && step == null && max == null) {
      return null;
    }
    return new RetryPolicy(
        limited ? given.count(MAX_RETRIES, 0, 0) : null,
        start == null ? START : start,
        step == null ? STEP : step,
        max == null ? MAX : max,
        1,
        0);
  }

  /** How long to go on connecting; {@code otherwise} if the options do not say. */
  static Duration timeout(ConnectionOptions options, Duration otherwise) {
    return TransportOptions.of(options).positiveSeconds(TIMEOUT, otherwise);
  }
}
