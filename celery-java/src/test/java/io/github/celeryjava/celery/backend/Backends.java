package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultBackends;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Makes backends for tests, the way an app does. */
public final class Backends {

  private Backends() {}

  /** A backend whose messages go through {@code broker}. */
  public static ResultBackend open(String url, String broker, Map<String, ?> settings) {
    return ResultBackends.open(url, context(broker, Clock.systemUTC(), settings));
  }

  /** A backend that needs no broker. */
  public static ResultBackend open(String url, Map<String, ?> settings) {
    return open(url, "memory://unused", settings);
  }

  static ResultBackendContext context(String broker, Clock clock, Map<String, ?> settings) {
    Function<String, Connection> connections =
        name ->
            Connection.builder(broker)
                .options(
                    ConnectionOptions.builder()
                        .clientName(name)
                        .heartbeat(Duration.ofSeconds(2))
                        .connectTimeout(Duration.ofSeconds(2))
                        .build())
                .build();
    return new ResultBackendContext(
        CeleryConfig.builder().map("test", settings).build(),
        SerializerRegistry.standard(),
        clock,
        System::nanoTime,
        connections);
  }
}
