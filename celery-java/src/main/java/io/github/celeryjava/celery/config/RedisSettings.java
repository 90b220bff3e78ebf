package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.removable;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Redis result backend; its URL stands in {@code result_backend}. */
interface RedisSettings {

  Setting<@Nullable String> REDIS_HOST =
      optional(ValueType.TEXT, "redis_host", "Host, for a URL without one.")
          .old("CELERY_REDIS_HOST")
          .actedOn();

  Setting<@Nullable Integer> REDIS_PORT =
      optional(ValueType.PORT, "redis_port", "Port, for a URL without one.")
          .old("CELERY_REDIS_PORT")
          .actedOn();

  Setting<@Nullable Integer> REDIS_DB =
      optional(ValueType.COUNT, "redis_db", "Number of the database, for a URL without one.")
          .old("CELERY_REDIS_DB")
          .actedOn();

  Setting<@Nullable String> REDIS_USERNAME =
      optional(ValueType.TEXT, "redis_username", "User, for a URL without one.")
          .old("CELERY_REDIS_USERNAME")
          .actedOn();

  Setting<@Nullable String> REDIS_PASSWORD =
      optional(ValueType.TEXT, "redis_password", "Password, for a URL without one.")
          .old("CELERY_REDIS_PASSWORD")
          .actedOn();

  Setting<@Nullable Object> REDIS_BACKEND_USE_SSL =
      optional(
              ValueType.TLS,
              "redis_backend_use_ssl",
              "TLS: true, an SSLContext, or ssl_keyfile, ssl_certfile, ssl_ca_certs and ssl_cert_reqs.")
          .old("CELERY_REDIS_BACKEND_USE_SSL")
          .actedOn();

  Setting<@Nullable Duration> REDIS_BACKEND_HEALTH_CHECK_INTERVAL =
      optional(
              ValueType.SECONDS,
              "redis_backend_health_check_interval",
              "Time without traffic after which a connection is tried before use.")
          .undeclared()
          .actedOn();

  Setting<@Nullable Object> REDIS_BACKEND_CREDENTIAL_PROVIDER =
      optional(
              ValueType.ANY,
              "redis_backend_credential_provider",
              "Where user and password come from at each connection.")
          .undeclared();

  Setting<@Nullable String> REDIS_CLIENT_NAME =
      optional(
              ValueType.TEXT,
              "redis_client_name",
              "Name of the connections in the list of clients of the server.")
          .undeclared()
          .actedOn();

  Setting<@Nullable Integer> REDIS_MAX_CONNECTIONS =
      optional(ValueType.COUNT, "redis_max_connections", "Most connections in the pool.")
          .old("CELERY_REDIS_MAX_CONNECTIONS")
          .actedOn();

  Setting<Boolean> REDIS_RETRY_ON_TIMEOUT =
      setting(
              ValueType.FLAG,
              "redis_retry_on_timeout",
              false,
              "Try a command again that got no answer in time.")
          .old("CELERY_REDIS_RETRY_ON_TIMEOUT")
          .actedOn();

  Setting<@Nullable Duration> REDIS_SOCKET_CONNECT_TIMEOUT =
      optional(
              ValueType.SECONDS,
              "redis_socket_connect_timeout",
              "Longest time an attempt to connect may take; none means redis_socket_timeout.")
          .old("CELERY_REDIS_SOCKET_CONNECT_TIMEOUT")
          .actedOn();

  Setting<Boolean> REDIS_SOCKET_KEEPALIVE =
      setting(
              ValueType.FLAG,
              "redis_socket_keepalive",
              false,
              "Have the system probe idle connections.")
          .old("CELERY_REDIS_SOCKET_KEEPALIVE");

  Setting<@Nullable Duration> REDIS_SOCKET_TIMEOUT =
      removable(
              ValueType.SECONDS,
              "redis_socket_timeout",
              Duration.ofMinutes(2),
              "Longest wait for an answer; none means as long as it takes.")
          .old("CELERY_REDIS_SOCKET_TIMEOUT")
          .actedOn();
}
