package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.routing.Route;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How to publish to each route: what to declare, how long to try. Worked out once a route, since
 * nearly every call leaves it open. Thread-safe.
 */
final class PublishPlans {

  private static final int MOST_ROUTES_KEPT = 10_000;

  private final @Nullable RetryPolicy defaultPolicy;

  // Mutable state
  private final Map<Route, PublishOptions> byRoute = new ConcurrentHashMap<>();

  PublishPlans(CeleryConfig config) {
    defaultPolicy =
        config.get(Settings.TASK_PUBLISH_RETRY)
            ? policy(config.get(Settings.TASK_PUBLISH_RETRY_POLICY))
            : RetryPolicy.never();
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
    RetryPolicy chosen = policy == null ? defaultPolicy : policy;
    if (chosen != null) {
      options.retryPolicy(chosen);
    }
    return options.build();
  }

  /** The policy in the form of Celery's setting: numbers are seconds. */
  private static RetryPolicy policy(Map<String, @Nullable Object> setting) {
    Object retries = setting.getOrDefault("max_retries", 3);
    Duration start = seconds(setting, "interval_start", 0);
    Duration step = seconds(setting, "interval_step", 0.2);
    Duration most = seconds(setting, "interval_max", 0.2);
    return RetryPolicy.of(0, start, step, most)
        .withMaxRetries(retries instanceof Number number ? number.intValue() : null);
  }

  private static Duration seconds(
      Map<String, @Nullable Object> setting, String key, double otherwise) {
    Object value = setting.get(key);
    double seconds = value instanceof Number number ? number.doubleValue() : otherwise;
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
