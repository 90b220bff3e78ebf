package io.github.celeryjava.celery;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Setting;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConnectionBuilder;
import io.github.celeryjava.kombu.FailoverStrategy;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Makes connections to the broker from the settings. Immutable and thread-safe. */
final class Brokers {

  /** Whether the broker confirms what is published; unlike in Celery it does unless told not to. */
  private static final String CONFIRM_PUBLISH = "confirm_publish";

  private final CeleryConfig config;
  private final SerializerRegistry serializers;
  private final CompressorRegistry compressors;

  Brokers(CeleryConfig config, SerializerRegistry serializers, CompressorRegistry compressors) {
    this.config = config;
    this.serializers = serializers;
    this.compressors = compressors;
  }

  /** A new connection for consuming, not opened. */
  Connection forRead(String clientName) {
    return connection(Settings.BROKER_READ_URL, clientName);
  }

  /** A new connection for publishing, not opened. */
  Connection forWrite(String clientName) {
    return connection(Settings.BROKER_WRITE_URL, clientName);
  }

  private Connection connection(Setting<@Nullable List<String>> where, String clientName) {
    List<String> urls = config.get(where);
    if (urls == null || urls.isEmpty()) {
      throw new ConfigurationException(
          "no broker: set broker_url, in code or as CELERY_BROKER_URL in the environment");
    }
    ConnectionBuilder builder =
        Connection.builder(urls.toArray(String[]::new))
            .options(options(clientName))
            .serializers(serializers)
            .compressors(compressors);
    FailoverStrategy failover = failover();
    return (failover == null ? builder : builder.failover(failover)).build();
  }

  private ConnectionOptions options(String clientName) {
    Duration heartbeat = config.get(Settings.BROKER_HEARTBEAT);
    ConnectionOptions.Builder options =
        ConnectionOptions.builder()
            .clientName(clientName)
            .connectTimeout(config.get(Settings.BROKER_CONNECTION_TIMEOUT))
            .heartbeat(heartbeat == null ? Duration.ZERO : heartbeat);
    String login = config.get(Settings.BROKER_LOGIN_METHOD);
    if (login != null) {
      options.loginMethod(login);
    }
    for (Map.Entry<String, @Nullable Object> option :
        config.get(Settings.BROKER_TRANSPORT_OPTIONS).entrySet()) {
      if (option.getKey().equals(CONFIRM_PUBLISH)) {
        options.confirms(!Boolean.FALSE.equals(option.getValue()));
      } else {
        options.transportOption(option.getKey(), option.getValue());
      }
    }
    tls(options, config.get(Settings.BROKER_USE_SSL));
    return options.build();
  }

  @SuppressWarnings("unchecked") // the setting has looked at the keys
  private static void tls(ConnectionOptions.Builder options, @Nullable Object wanted) {
    if (wanted instanceof SSLContext context) {
      options.tls(context);
    } else if (wanted instanceof Map<?, ?> files) {
      options.tlsFiles((Map<String, @Nullable Object>) files);
    } else if (Boolean.TRUE.equals(wanted)) {
      options.tlsFiles(Map.of());
    }
  }

  private @Nullable FailoverStrategy failover() {
    Object chosen = config.get(Settings.BROKER_FAILOVER_STRATEGY);
    if (chosen == null || chosen instanceof FailoverStrategy) {
      return (FailoverStrategy) chosen;
    }
    return switch (chosen.toString()) {
      case "round-robin" -> FailoverStrategy.roundRobin();
      case "shuffle" -> FailoverStrategy.shuffle(new Random());
      default ->
          throw new ConfigurationException(
              "broker_failover_strategy is round-robin, shuffle or a FailoverStrategy, was '"
                  + chosen
                  + "'");
    };
  }
}
