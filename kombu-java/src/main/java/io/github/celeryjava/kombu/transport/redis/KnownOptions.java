package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.internal.NearestName;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds slips of the pen among transport options. An option that nobody here knows may be another
 * transport's, for connections that fail over between brokers, so it is no error; one that looks
 * like a known one is warned of, once. Thread-safe.
 */
final class KnownOptions {

  private static final Logger log = LoggerFactory.getLogger(KnownOptions.class);

  private static final List<String> OWN =
      List.of(
          "ack_emulation",
          "body_encoding",
          "client_name",
          "credential_provider",
          "deadletter_queue",
          "fanout_patterns",
          "fanout_prefix",
          "global_keyprefix",
          "health_check_interval",
          "master_name",
          "max_connections",
          "min_other_sentinels",
          "polling_interval",
          "priority_steps",
          "queue_order_strategy",
          "retry_on_timeout",
          "sentinel_fanout_compat",
          "sentinel_kwargs",
          "sep",
          "socket_connect_timeout",
          "socket_keepalive",
          "socket_keepalive_options",
          "socket_timeout",
          "unacked_index_key",
          "unacked_key",
          "unacked_mutex_expire",
          "unacked_mutex_key",
          "unacked_restore_interval",
          "unacked_restore_limit",
          "unacked_restore_throttle",
          "visibility_timeout");

  /** kombu's, for other transports and for connecting. */
  private static final Set<String> OTHERS =
      Set.of(
          "callback",
          "client_properties",
          "confirm_publish",
          "confirm_timeout",
          "connect_retries_timeout",
          "errback",
          "interval_max",
          "interval_start",
          "interval_step",
          "max_retries",
          "read_timeout",
          "reauth_check_interval",
          "socket_settings",
          "write_timeout");

  // Mutable state
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** Warns of each name that was probably meant to be another one. */
  void check(Set<String> names) {
    for (String name : names) {
      if (!OWN.contains(name) && !OTHERS.contains(name) && seen.add(name)) {
        NearestName.of(name, OWN)
            .ifPresent(
                nearest ->
                    log.warn(
                        "The Redis transport has no option '{}'; did you mean '{}'?",
                        name,
                        nearest));
      }
    }
  }
}
