package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.routing.Route;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How to publish to each route: what to declare, how long to try. Worked out once a route, since
 * nearly every call leaves it open. Thread-safe.
 */
final class PublishPlans {

  private static final int MOST_ROUTES_KEPT = 10_000;

  private static final String RETRIES = "max_retries";

  private final RetryPolicy defaultPolicy;
  private final PublishOptions batch;

  // Mutable state
  private final Map<Route, PublishOptions> byRoute = new ConcurrentHashMap<>();

  PublishPlans(CeleryConfig config) {
    boolean retry = config.get(Settings.TASK_PUBLISH_RETRY);
    RetryPolicy policy = policy(config.get(Settings.TASK_PUBLISH_RETRY_POLICY));
    defaultPolicy = retry ? policy : RetryPolicy.never();
    batch =
        retry
            ? PublishOptions.defaults()
            : PublishOptions.builder().retryPolicy(RetryPolicy.never()).build();
  }

  /** For many calls at once, which go on for as long as the broker answers. */
  PublishOptions batch() {
    return batch;
  }

  PublishOptions options(Route route, CallOptions call) {
    if (call.timeout() != null || call.retryPolicy() != null) {
      return options(route, call.timeout(), call.retryPolicy());
    }
    PublishOptions known = byRoute.get(route);
    if (known != null) {
      return known;
    }
    PublishOptions made = options(route, null, null);
    if (byRoute.size() < MOST_ROUTES_KEPT) {
      byRoute.put(route, made);
    }
    return made;
  }

  private PublishOptions options(
      Route route, @Nullable Duration timeout, @Nullable RetryPolicy policy) {
    PublishOptions.Builder options = PublishOptions.builder();
    if (route.queue() != null) {
      options.declare(route.queue());
    }
    if (timeout != null) {
      options.timeout(timeout);
    }
    return options.retryPolicy(policy == null ? defaultPolicy : policy).build();
  }

  /** The policy in the form of Celery's setting: numbers are seconds. */
  private static RetryPolicy policy(Map<String, @Nullable Object> setting) {
    Map<String, @Nullable Object> policy = new LinkedHashMap<>();
    policy.putAll(Settings.TASK_PUBLISH_RETRY_POLICY.defaultValue());
    policy.putAll(setting);
    try {
      RetryPolicy endless =
          RetryPolicy.of(
              0,
              seconds(policy, "interval_start"),
              seconds(policy, "interval_step"),
              seconds(policy, "interval_max"));
      Double retries = policy.get(RETRIES) == null ? null : number(policy, RETRIES);
      return endless.withMaxRetries(retries == null ? null : retries.intValue());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("task_publish_retry_policy: " + e.getMessage(), e);
    }
  }

  private static Duration seconds(Map<String, @Nullable Object> policy, String key) {
    return Duration.ofNanos((long) (number(policy, key) * 1e9));
  }

  private static double number(Map<String, @Nullable Object> policy, String key) {
    if (policy.get(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(key + " must be a number, was " + policy.get(key));
  }
}
