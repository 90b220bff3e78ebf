package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.following;
import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.removable;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the broker is and how connections to it behave. */
interface BrokerSettings {

  Setting<@Nullable List<String>> BROKER_URL =
      optional(
              ValueType.URLS,
              "broker_url",
              "Broker, and those to try when it fails; CELERY_BROKER_URL in the environment wins.")
          .actedOn();

  Setting<@Nullable List<String>> BROKER_READ_URL =
      following(
              BROKER_URL,
              "broker_read_url",
              "Broker to consume from; CELERY_BROKER_READ_URL in the environment wins.")
          .actedOn();

  Setting<@Nullable List<String>> BROKER_WRITE_URL =
      following(
              BROKER_URL,
              "broker_write_url",
              "Broker to publish to; CELERY_BROKER_WRITE_URL in the environment wins.")
          .actedOn();

  Setting<@Nullable String> BROKER_TRANSPORT =
      optional(
          ValueType.TEXT, "broker_transport", "Name of the transport, for a URL without scheme.");

  Setting<@Nullable String> BROKER_HOST =
      optional(ValueType.TEXT, "broker_host", "Host, for when there is no URL; best left alone.");

  Setting<@Nullable Integer> BROKER_PORT =
      optional(ValueType.PORT, "broker_port", "Port, for a URL without one.");

  Setting<@Nullable String> BROKER_USER =
      optional(ValueType.TEXT, "broker_user", "User, for a URL without one.");

  Setting<@Nullable String> BROKER_PASSWORD =
      optional(ValueType.TEXT, "broker_password", "Password, for a URL without one.");

  Setting<@Nullable String> BROKER_VHOST =
      optional(ValueType.TEXT, "broker_vhost", "Virtual host, for a URL without one.");

  Setting<Map<String, @Nullable Object>> BROKER_TRANSPORT_OPTIONS =
      setting(
              ValueType.OPTIONS,
              "broker_transport_options",
              NestedValues.options(Map.of()),
              "Options of the transport, such as visibility_timeout or confirm_publish.")
          .actedOn();

  Setting<Duration> BROKER_CONNECTION_TIMEOUT =
      setting(
              ValueType.SECONDS,
              "broker_connection_timeout",
              Duration.ofSeconds(4),
              "Longest time an attempt to connect may take.")
          .actedOn();

  Setting<Boolean> BROKER_CONNECTION_RETRY =
      setting(
              ValueType.FLAG,
              "broker_connection_retry",
              true,
              "Connect again after the connection was lost; else the worker lets its tasks end, and ends.")
          .actedOn();

  Setting<Boolean> BROKER_CONNECTION_RETRY_ON_STARTUP =
      following(
              BROKER_CONNECTION_RETRY,
              "broker_connection_retry_on_startup",
              "The same for the first connection.")
          .actedOn();

  Setting<@Nullable Integer> BROKER_CONNECTION_MAX_RETRIES =
      removable(
              ValueType.LIMIT,
              "broker_connection_max_retries",
              100,
              "How long to try to connect, counted in Celery's attempts: 100 are 46.5 minutes; none, for ever.")
          .actedOn();

  Setting<Boolean> BROKER_CHANNEL_ERROR_RETRY =
      setting(
          ValueType.FLAG,
          "broker_channel_error_retry",
          false,
          "Connect again also after the broker has closed a channel.");

  Setting<@Nullable Object> BROKER_FAILOVER_STRATEGY =
      optional(
              ValueType.ANY,
              "broker_failover_strategy",
              "Which broker to try next: round-robin, shuffle, or a FailoverStrategy.")
          .actedOn();

  Setting<@Nullable Duration> BROKER_HEARTBEAT =
      removable(
              ValueType.SECONDS,
              "broker_heartbeat",
              Duration.ofMinutes(2),
              "Time after which a silent AMQP connection is taken for lost; 0 and none switch it off.")
          .actedOn();

  Setting<Double> BROKER_HEARTBEAT_CHECKRATE =
      setting(
          ValueType.NUMBER,
          "broker_heartbeat_checkrate",
          3.0,
          "How often in that time it is looked at; the AMQP driver here does that by itself.");

  Setting<@Nullable String> BROKER_LOGIN_METHOD =
      optional(
              ValueType.TEXT,
              "broker_login_method",
              "SASL mechanism: PLAIN, or EXTERNAL for a login by certificate.")
          .actedOn();

  Setting<String> BROKER_NATIVE_DELAYED_DELIVERY_QUEUE_TYPE =
      setting(
          ValueType.TEXT,
          "broker_native_delayed_delivery_queue_type",
          "quorum",
          "Type of the queues in which the broker keeps tasks that are due later.");

  Setting<@Nullable Integer> BROKER_POOL_LIMIT =
      removable(
              ValueType.COUNT,
              "broker_pool_limit",
              10,
              "Connections to publish on; here one serves all threads of an app, none waits for another.")
          .notApplicable();

  Setting<@Nullable Duration> BROKER_POOL_ACQUIRE_TIMEOUT =
      optional(ValueType.SECONDS, "broker_pool_acquire_timeout", "Longest wait for one of them.")
          .notApplicable();

  Setting<@Nullable Object> BROKER_USE_SSL =
      removable(
              ValueType.TLS,
              "broker_use_ssl",
              false,
              "TLS: true, an SSLContext, or keyfile, certfile, ca_certs and cert_reqs.")
          .actedOn();
}
