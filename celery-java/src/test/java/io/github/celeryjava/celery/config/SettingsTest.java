package io.github.celeryjava.celery.config;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

  @Test
  void holdEverySettingOfCeleryAndNoOther() {
    List<String> ofCelery = CeleryTable.CURRENT.rows().stream().map(CeleryTable.Row::name).toList();

    assertThat(Settings.all()).extracting(Setting::key).containsExactlyElementsOf(ofCelery);
  }

  @Test
  void holdEverySettingOfTheOldestCeleryToo() {
    Set<String> keys = Settings.all().stream().map(Setting::key).collect(toSet());

    assertThat(CeleryTable.OLDEST.rows())
        .extracting(CeleryTable.Row::name)
        .allSatisfy(name -> assertThat(keys).contains(name));
  }

  @Test
  void standUnderAConstantNamedAfterTheKey() throws ReflectiveOperationException {
    for (Setting<?> setting : Settings.all()) {
      String constant = setting.key().toUpperCase(Locale.ROOT);

      assertThat(Settings.class.getField(constant).get(null)).isSameAs(setting);
    }
  }

  @ParameterizedTest
  @MethodSource("declared")
  void haveCelerysDefaultUnlessAnotherWasChosen(CeleryTable.Row row) {
    Setting<?> setting = Settings.find(row.name()).orElseThrow();

    assertThat(ChosenDefaults.areEqual(setting, row.defaultValue()))
        .as("default of %s is %s in Celery", row.name(), row.defaultValue())
        .isEqualTo(!ChosenDefaults.REASONS.containsKey(row.name()));
  }

  @Test
  void haveTheNameOfBeforeCelery4() {
    Map<String, String> ofCelery =
        CeleryTable.CURRENT.rows().stream()
            .filter(CeleryTable.Row::declared)
            .collect(toMap(CeleryTable.Row::name, CeleryTable.Row::oldName));

    Map<String, String> ours =
        Settings.all().stream()
            .filter(setting -> setting.oldName().isPresent())
            .collect(toMap(Setting::key, setting -> setting.oldName().orElseThrow()));

    assertThat(ours).isEqualTo(ofCelery);
  }

  @Test
  void areFoundByTheirOldNames() {
    assertThat(Settings.find("CELERYD_CONCURRENCY")).hasValue(Settings.WORKER_CONCURRENCY);
    assertThat(Settings.find("BROKER_URL")).hasValue(Settings.BROKER_URL);
    assertThat(Settings.find("CELERY_TASK_RESULT_EXPIRES")).hasValue(Settings.RESULT_EXPIRES);
  }

  @Test
  void hideWhateverCeleryHides() {
    List<String> hiddenByCelery =
        CeleryTable.CURRENT.rows().stream()
            .filter(CeleryTable.Row::hidden)
            .map(CeleryTable.Row::name)
            .toList();

    assertThat(hiddenByCelery).contains("broker_password", "security_key", "s3_access_key_id");
    assertThat(hiddenByCelery)
        .allSatisfy(name -> assertThat(Settings.find(name).orElseThrow().isSecret()).isTrue());
  }

  @Test
  void explainThemselvesInOneLine() {
    assertThat(Settings.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.help()).endsWith(".").doesNotContain("\n", "|");
              assertThat(setting.help().length()).as(setting.key()).isLessThanOrEqualTo(120);
            });
  }

  @Test
  void takeTheirOwnDefaultAsAValue() {
    CeleryConfig.Builder builder = CeleryConfig.builder();

    Settings.all().forEach(setting -> setToDefault(builder, setting));

    assertThat(builder.build().asMap()).isEqualTo(CeleryConfig.defaults().asMap());
  }

  @ParameterizedTest
  @CsvSource({
    "task_serialiser, task_serializer",
    "task-serializer, task_serializer",
    "TASK_SERIALIZER, task_serializer",
    "worker_prefech_multiplier, worker_prefetch_multiplier",
    "prefetch_multiplier, worker_prefetch_multiplier",
    "broker_ulr, broker_url"
  })
  void suggestTheNameThatWasMeant(String given, String meant) {
    assertThat(Settings.nearest(given)).hasValue(meant);
  }

  @ParameterizedTest
  @CsvSource({"database", "spring_datasource_url", "url"})
  void suggestNothingForANameOfSomethingElse(String given) {
    assertThat(Settings.nearest(given)).isEmpty();
  }

  static List<CeleryTable.Row> declared() {
    return CeleryTable.CURRENT.rows().stream().filter(CeleryTable.Row::declared).toList();
  }

  private static <T> void setToDefault(CeleryConfig.Builder builder, Setting<T> setting) {
    builder.set(setting, setting.defaultValue());
  }
}
