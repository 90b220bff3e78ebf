package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.removable;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where results go and how long they stay. */
interface ResultSettings {

  Setting<@Nullable String> RESULT_BACKEND =
      optional(
              ValueType.TEXT,
              "result_backend",
              "URL of the store of results; CELERY_RESULT_BACKEND in the environment wins; none stores nothing.")
          .old("CELERY_RESULT_BACKEND")
          .actedOn();

  Setting<String> RESULT_SERIALIZER =
      setting(ValueType.TEXT, "result_serializer", "json", "Format of results.")
          .old("CELERY_RESULT_SERIALIZER")
          .actedOn();

  Setting<@Nullable Duration> RESULT_EXPIRES =
      removable(
              ValueType.SECONDS,
              "result_expires",
              Duration.ofDays(1),
              "How long results are kept; 0 and none mean for ever.")
          .old("CELERY_TASK_RESULT_EXPIRES")
          .actedOn();

  Setting<@Nullable Duration> RESULT_CHORD_EXPIRES =
      optional(
              ValueType.SECONDS,
              "result_chord_expires",
              "How long what a chord has counted is kept; none means result_expires.")
          .old("CELERY_RESULT_CHORD_EXPIRES");

  Setting<@Nullable Duration> RESULT_FAILURE_EXPIRES =
      optional(
              ValueType.SECONDS,
              "result_failure_expires",
              "How long the results of failed tasks are kept; none means result_expires.")
          .old("CELERY_RESULT_FAILURE_EXPIRES")
          .actedOn();

  Setting<Boolean> RESULT_EXTENDED =
      setting(
              ValueType.FLAG,
              "result_extended",
              false,
              "Store name, arguments, worker, retries and queue of the task with its result.")
          .old("CELERY_RESULT_EXTENDED")
          .actedOn();

  Setting<@Nullable Boolean> RESULT_PERSISTENT =
      optional(
              ValueType.FLAG,
              "result_persistent",
              "Let the replies of the rpc backend survive a restart of the broker.")
          .old("CELERY_RESULT_PERSISTENT")
          .actedOn();

  Setting<@Nullable String> RESULT_COMPRESSION =
      optional(ValueType.TEXT, "result_compression", "Compression of results.")
          .old("CELERY_RESULT_COMPRESSION");

  Setting<Integer> RESULT_CACHE_MAX =
      setting(
              ValueType.INT,
              "result_cache_max",
              -1,
              "Results a client keeps in memory; -1 keeps none.")
          .old("CELERY_MAX_CACHED_RESULTS");

  Setting<String> RESULT_EXCHANGE =
      setting(
              ValueType.TEXT,
              "result_exchange",
              "celeryresults",
              "Left over from the amqp backend; the rpc backend uses the default exchange.")
          .old("CELERY_RESULT_EXCHANGE");

  Setting<String> RESULT_EXCHANGE_TYPE =
      setting(ValueType.TEXT, "result_exchange_type", "direct", "Type of that exchange.")
          .old("CELERY_RESULT_EXCHANGE_TYPE");

  Setting<Map<String, @Nullable Object>> RESULT_BACKEND_TRANSPORT_OPTIONS =
      setting(
              ValueType.OPTIONS,
              "result_backend_transport_options",
              NestedValues.options(Map.of()),
              "Options of the store; Redis reads global_keyprefix and retry_policy.")
          .old("CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS")
          .actedOn();

  Setting<Boolean> RESULT_BACKEND_ALWAYS_RETRY =
      setting(
              ValueType.FLAG,
              "result_backend_always_retry",
              false,
              "Try again after an error of the store that may pass.")
          .old("CELERY_RESULT_BACKEND_ALWAYS_RETRY")
          .actedOn();

  Setting<@Nullable Integer> RESULT_BACKEND_MAX_RETRIES =
      optional(
              ValueType.LIMIT,
              "result_backend_max_retries",
              "How often; none, written inf in Python, means without end.")
          .old("CELERY_RESULT_BACKEND_MAX_RETRIES")
          .actedOn();

  Setting<Duration> RESULT_BACKEND_BASE_SLEEP_BETWEEN_RETRIES_MS =
      setting(
              ValueType.MILLIS,
              "result_backend_base_sleep_between_retries_ms",
              Duration.ofMillis(10),
              "First pause between those attempts; each further one is twice as long.")
          .old("CELERY_RESULT_BACKEND_BASE_SLEEP_BETWEEN_RETRIES_MS")
          .actedOn();

  Setting<Duration> RESULT_BACKEND_MAX_SLEEP_BETWEEN_RETRIES_MS =
      setting(
              ValueType.MILLIS,
              "result_backend_max_sleep_between_retries_ms",
              Duration.ofSeconds(10),
              "Longest of those pauses.")
          .old("CELERY_RESULT_BACKEND_MAX_SLEEP_BETWEEN_RETRIES_MS")
          .actedOn();

  Setting<Boolean> RESULT_BACKEND_THREAD_SAFE =
      setting(
              ValueType.FLAG,
              "result_backend_thread_safe",
              false,
              "Share one backend between threads; they always do so here.")
          .undeclared()
          .notApplicable();

  Setting<@Nullable Duration> RESULT_CHORD_JOIN_TIMEOUT =
      removable(
              ValueType.SECONDS,
              "result_chord_join_timeout",
              Duration.ofSeconds(3),
              "Longest wait for one part when the results of a chord are collected.")
          .old("CELERY_RESULT_CHORD_JOIN_TIMEOUT");

  Setting<Duration> RESULT_CHORD_RETRY_INTERVAL =
      setting(
              ValueType.SECONDS,
              "result_chord_retry_interval",
              Duration.ofSeconds(1),
              "Pause between looks at a chord, with stores that cannot count its parts.")
          .old("CELERY_RESULT_CHORD_RETRY_INTERVAL");
}
