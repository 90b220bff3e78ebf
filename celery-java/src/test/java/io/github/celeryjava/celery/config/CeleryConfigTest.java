package io.github.celeryjava.celery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.exceptions.ImproperlyConfiguredException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CeleryConfigTest {

  @Test
  void hasDefaultsWhereNothingIsSet() {
    CeleryConfig config = CeleryConfig.defaults();

    assertThat(config.get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("celery");
    assertThat(config.get(Settings.BROKER_URL)).isNull();
    assertThat(config.get(Settings.RESULT_EXPIRES)).isEqualTo(Duration.ofDays(1));
    assertThat(config.isSet(Settings.TASK_DEFAULT_QUEUE)).isFalse();
    assertThat(config.changes()).isEmpty();
  }

  @Test
  void givesBackWhatWasSet() {
    CeleryConfig config =
        CeleryConfig.builder()
            .set(Settings.TASK_TIME_LIMIT, Duration.ofMinutes(5))
            .set(Settings.TIMEZONE, ZoneId.of("Europe/Berlin"))
            .set(Settings.BROKER_POOL_LIMIT, null)
            .build();

    assertThat(config.get(Settings.TASK_TIME_LIMIT)).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.get(Settings.TIMEZONE)).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(config.get(Settings.BROKER_POOL_LIMIT)).isNull();
    assertThat(config.isSet(Settings.BROKER_POOL_LIMIT)).isTrue();
  }

  @Test
  void namesWhatWasSetAndHasNoEffectYet() {
    CeleryConfig config =
        CeleryConfig.builder()
            .map("code", Map.of("task_routes", Map.of("a.*", "b"), "task_always_eager", "yes"))
            .set(Settings.TASK_TIME_LIMIT, Duration.ofMinutes(5))
            .set(Settings.TASK_EAGER_PROPAGATES, false)
            .set(Settings.TASK_ACKS_LATE, true)
            .build();

    assertThat(config.withoutEffect())
        .containsExactly("task_always_eager", "task_routes", "task_time_limit");
  }

  @Test
  void keepsItsValuesWhenACopyIsChanged() {
    CeleryConfig config = CeleryConfig.defaults();

    CeleryConfig copy = config.with(Settings.TASK_DEFAULT_QUEUE, "orders");

    assertThat(copy.get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("orders");
    assertThat(config.get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("celery");
  }

  @Test
  void keepsItsValuesWhenAMapGivenToItIsChanged() {
    Map<String, Object> sentinel = new HashMap<>(Map.of("db", 1));
    Map<String, Object> options = new HashMap<>(Map.of("sentinel_kwargs", sentinel));
    options.put("steps", new ArrayList<>(List.of(0, 3)));
    CeleryConfig config =
        CeleryConfig.builder().map("test", Map.of("broker_transport_options", options)).build();

    sentinel.put("db", 2);
    options.clear();

    assertThat(config.get(Settings.BROKER_TRANSPORT_OPTIONS))
        .isEqualTo(Map.of("sentinel_kwargs", Map.of("db", 1), "steps", List.of(0, 3)));
  }

  @Test
  void takesTheValueOfTheSettingThatAnUnsetOneFollows() {
    CeleryConfig config =
        CeleryConfig.builder()
            .set(Settings.TASK_DEFAULT_QUEUE, "orders")
            .set(Settings.TASK_DEFAULT_ROUTING_KEY, "orders.new")
            .set(Settings.BROKER_URL, List.of("memory://"))
            .map("test", Collections.singletonMap("broker_read_url", null))
            .build();

    assertThat(config.get(Settings.TASK_DEFAULT_EXCHANGE)).isEqualTo("orders");
    assertThat(config.get(Settings.TASK_DEFAULT_ROUTING_KEY)).isEqualTo("orders.new");
    assertThat(config.get(Settings.BROKER_READ_URL)).containsExactly("memory://");
    assertThat(config.get(Settings.TASK_ACKS_ON_FAILURE)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "task_acks_late, yes, true",
    "task_acks_late, OFF, false",
    "task_acks_late, 1, true",
    "worker_prefetch_multiplier, 8, 8",
    "worker_concurrency, auto, ",
    "broker_connection_max_retries, none, ",
    "result_backend_max_retries, inf, ",
    "broker_connection_timeout, 0.5, 0.5",
    "result_expires, PT1H, 3600",
    "result_backend_base_sleep_between_retries_ms, 250, 250",
    "accept_content, 'json, msgpack', '[json, msgpack]'",
    "broker_url, 'amqp://a;amqp://b', 'amqp://a;amqp://b'",
    "task_default_delivery_mode, transient, 1",
    "task_default_rate_limit, 10/m, 10/m",
    "timezone, Europe/Berlin, Europe/Berlin",
    "azureblockblob_base_path, '', ''",
    "broker_use_ssl, true, true"
  })
  void readsTexts(String key, String text, String expected) {
    CeleryConfig config = CeleryConfig.builder().map("test", Map.of(key, text)).build();

    Object shown = config.asMap().get(key);

    assertThat(shown == null ? null : shown.toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "worker_prefetch_multiplier, many, int from 0",
    "worker_prefetch_multiplier, -1, int from 0",
    "worker_prefetch_multiplier, 1.5, int from 0",
    "worker_prefetch_multiplier, 4294967296, int from 0",
    "worker_prefetch_multiplier, none, int from 0",
    "task_protocol, 3, int from 1 to 2",
    "task_acks_late, maybe, boolean",
    "result_expires, -1, number or Duration or none",
    "result_expires, soon, number or Duration or none",
    "result_expires, 1e400000000, number or Duration or none",
    "timezone, Mars/Olympus, time zone or none",
    "beat_schedule, hourly, map",
    "task_default_delivery_mode, 3, '1, 2, transient or persistent'"
  })
  void refusesATextThatIsNotAValueSayingWhatItExpects(String key, String text, String expected) {
    CeleryConfig.Builder builder = CeleryConfig.builder();

    assertThatThrownBy(() -> builder.map("app.properties", Map.of(key, text)))
        .isInstanceOf(ImproperlyConfiguredException.class)
        .hasMessage(
            key + " must be " + expected + ", not " + text + " (String), in app.properties");
  }

  @Test
  void refusesAValueOfAnotherType() {
    CeleryConfig.Builder builder = CeleryConfig.builder();

    assertThatThrownBy(() -> builder.map("code", Map.of("task_default_queue", 5)))
        .hasMessage("task_default_queue must be text, not 5 (Integer), in code");
    assertThatThrownBy(() -> builder.map("code", Map.of("task_acks_late", List.of(true))))
        .hasMessageContaining("task_acks_late must be boolean");
    assertThatThrownBy(() -> builder.map("code", Map.of("broker_transport_options", Map.of(1, 2))))
        .hasMessageContaining("broker_transport_options must be map");
    assertThatThrownBy(() -> builder.set(Settings.WORKER_PREFETCH_MULTIPLIER, -4))
        .hasMessage("worker_prefetch_multiplier must be int from 0, not -4 (Integer), in code");
  }

  @Test
  void neverShowsASecretInAnError() {
    CeleryConfig.Builder builder = CeleryConfig.builder();

    assertThatThrownBy(() -> builder.map("code", Map.of("broker_password", 12345)))
        .hasMessage("broker_password must be text or none, not ******** (Integer), in code");
    assertThatThrownBy(
            () -> builder.map("code", Map.of("worker_concurrency", "amqp://me:hidden@host")))
        .hasMessageContaining("amqp://me:********@host")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void refusesUnknownNamesAllAtOnceWithTheNearestKnownOne() {
    CeleryConfig.Builder builder = CeleryConfig.builder();
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("task_serialiser", "json");
    given.put("colour", "blue");
    given.put("worker_concurrency", "many");

    assertThatThrownBy(() -> builder.map("app.properties", given))
        .isInstanceOf(ImproperlyConfiguredException.class)
        .hasMessage(
            "unknown setting task_serialiser in app.properties; did you mean task_serializer?; "
                + "unknown setting colour in app.properties; "
                + "worker_concurrency must be int from 0 or auto or none, not many (String), "
                + "in app.properties");
  }

  @Test
  void readsTheNamesOfBeforeCelery4() {
    CeleryConfig config =
        CeleryConfig.builder()
            .map("test", Map.of("CELERYD_CONCURRENCY", 3, "CELERY_DEFAULT_QUEUE", "old"))
            .build();

    assertThat(config.get(Settings.WORKER_CONCURRENCY)).isEqualTo(3);
    assertThat(config.get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("old");
  }

  @Test
  void refusesASettingGivenUnderTwoNames() {
    CeleryConfig.Builder builder = CeleryConfig.builder();
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("worker_concurrency", 2);
    given.put("CELERYD_CONCURRENCY", 3);

    assertThatThrownBy(() -> builder.map("code", given))
        .hasMessage(
            "worker_concurrency is given twice in code, as worker_concurrency and as"
                + " CELERYD_CONCURRENCY");
  }

  @Test
  void readsOnlyNamesOfItsNamespace() {
    Map<String, Object> shared =
        Map.of(
            "CELERY_TASK_ACKS_LATE",
            true,
            "CELERY_RESULT_SERIALIZER",
            "json",
            "CELERYD_CONCURRENCY",
            4,
            "SERVER_PORT",
            8080);

    CeleryConfig config = CeleryConfig.builder().map("settings", "CELERY", shared).build();

    assertThat(config.changes()).containsOnlyKeys("task_acks_late", "result_serializer");
  }

  @Test
  void readsOldNamesInANamespaceThatIsTheirBeginning() {
    CeleryConfig config =
        CeleryConfig.builder().map("settings", "CELERY", Map.of("CELERY_ALWAYS_EAGER", 1)).build();

    assertThat(config.get(Settings.TASK_ALWAYS_EAGER)).isTrue();
  }

  @Test
  void takesANamespaceThatEndsWithADot() {
    Map<String, Object> shared =
        Map.of(
            "celery.task_default_queue", "orders",
            "celery.broker_transport_options.visibility_timeout", "3600",
            "spring.application.name", "shop");

    CeleryConfig config = CeleryConfig.builder().map("application", "celery.", shared).build();

    assertThat(config.get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("orders");
    assertThat(config.get(Settings.BROKER_TRANSPORT_OPTIONS))
        .isEqualTo(Map.of("visibility_timeout", 3600));
  }

  @Test
  void refusesAnUnknownNameOfItsNamespace() {
    CeleryConfig.Builder builder = CeleryConfig.builder();

    assertThatThrownBy(() -> builder.map("settings", "CELERY", Map.of("CELERY_TASK_ACK_LATE", "1")))
        .hasMessage(
            "unknown setting CELERY_TASK_ACK_LATE in settings; did you mean task_acks_late?");
  }

  @Test
  void readsAPropertiesFileWithOptionsBehindDots(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("celery.properties");
    Files.writeString(
        file,
        """
        broker_url = amqp://guest:guest@localhost//;amqp://other
        broker_transport_options.visibility_timeout = 3600
        broker_transport_options.sentinel_kwargs.password = 007
        broker_transport_options.fanout_prefix = true
        broker_transport_options.ratio = 0.5
        broker_transport_options.code = 007
        task_routes.shop.tasks.*.queue = m\u00fcsli
        """);

    CeleryConfig config = CeleryConfig.builder().properties(file).build();

    assertThat(config.get(Settings.BROKER_URL))
        .containsExactly("amqp://guest:guest@localhost//", "amqp://other");
    assertThat(config.get(Settings.BROKER_TRANSPORT_OPTIONS))
        .isEqualTo(
            Map.of(
                "visibility_timeout",
                3600,
                "sentinel_kwargs",
                Map.of("password", "007"),
                "fanout_prefix",
                true,
                "ratio",
                0.5,
                "code",
                "007"));
    assertThat(config.get(Settings.TASK_ROUTES))
        .isEqualTo(Map.of("shop.tasks.*", Map.of("queue", "müsli")));
  }

  @Test
  void refusesADotIntoWhatIsNotAMap() {
    CeleryConfig.Builder builder = CeleryConfig.builder();

    assertThatThrownBy(() -> builder.map("test", Map.of("task_serializer.name", "json")))
        .hasMessage("task_serializer.name in test looks into task_serializer, which is not a map");
    assertThatThrownBy(
            () ->
                builder.map(
                    "test",
                    Map.of(
                        "broker_transport_options.a", "1",
                        "broker_transport_options.a.b", "2")))
        .hasMessageContaining("in test looks into a value that is not a map");
  }

  @Test
  void saysWhichFileCannotBeRead(@TempDir Path folder) {
    Path missing = folder.resolve("missing.properties");

    assertThatThrownBy(() -> CeleryConfig.builder().properties(missing))
        .isInstanceOf(ImproperlyConfiguredException.class)
        .hasMessage("cannot read settings from " + missing);
  }

  @Test
  void takesFourUrlsFromTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "CELERY_BROKER_URL", "amqp://broker",
            "CELERY_BROKER_READ_URL", "amqp://read",
            "CELERY_BROKER_WRITE_URL", "",
            "CELERY_RESULT_BACKEND", "redis://store",
            "CELERY_TASK_SERIALIZER", "yaml",
            "HOME", "/root");

    CeleryConfig config =
        CeleryConfig.builder()
            .set(Settings.BROKER_URL, List.of("memory://"))
            .environment(environment)
            .build();

    assertThat(config.get(Settings.BROKER_URL)).containsExactly("amqp://broker");
    assertThat(config.get(Settings.BROKER_READ_URL)).containsExactly("amqp://read");
    assertThat(config.get(Settings.BROKER_WRITE_URL)).containsExactly("amqp://broker");
    assertThat(config.get(Settings.RESULT_BACKEND)).isEqualTo("redis://store");
    assertThat(config.isSet(Settings.TASK_SERIALIZER)).isFalse();
  }

  @Test
  void showsNoSecret() {
    CeleryConfig config =
        CeleryConfig.builder()
            .map(
                "test",
                Map.of(
                    "broker_url", "amqp://me:hidden@one;amqp://me:hidden@two",
                    "result_backend", "redis://:hidden@store/0",
                    "redis_password", "hidden",
                    "security_key_password", "hidden",
                    "s3_secret_access_key", "hidden",
                    "broker_transport_options",
                        Map.of("sentinel_kwargs", Map.of("password", "hidden"), "max", 3),
                    "mongodb_backend_settings", Map.of("host", "mongodb://me:hidden@h/db")))
            .build();

    assertThat(config.toString()).doesNotContain("hidden");
    assertThat(config.asMap().toString()).doesNotContain("hidden");
    assertThat(config.changes())
        .containsEntry("broker_url", "amqp://me:********@one;amqp://me:********@two")
        .containsEntry("redis_password", "********")
        .containsEntry(
            "broker_transport_options",
            Map.of("sentinel_kwargs", Map.of("password", "********"), "max", 3));
    assertThat(config.get(Settings.REDIS_PASSWORD)).isEqualTo("hidden");
  }

  @Test
  void showsEverySettingAsCeleryWritesIt() {
    Map<String, Object> shown = CeleryConfig.defaults().asMap();

    assertThat(shown).hasSize(Settings.all().size());
    assertThat(shown)
        .containsEntry("result_expires", 86400L)
        .containsEntry("result_backend_base_sleep_between_retries_ms", 10L)
        .containsEntry("task_default_exchange", "celery")
        .containsEntry("accept_content", List.of("json"))
        .containsEntry("broker_url", null);
  }
}
