package io.github.celeryjava.celery.config;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsStatusTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.celeryjava.celery");

  /** Told to other workers, and not kept to here. */
  private static final Set<String> PASSED_ON = Set.of("task_time_limit", "task_soft_time_limit");

  @Test
  void aSettingIsMarkedAsActedOnIfAndOnlyIfCodeOutsideTheTableReadsIt() {
    Set<String> marked =
        Settings.all().stream()
            .filter(setting -> setting.status() == Setting.Status.ACTED_ON)
            .map(Setting::key)
            .collect(toCollection(TreeSet::new));

    Set<String> read = keysReadByOtherPackages();
    read.removeAll(PASSED_ON);
    assertThat(marked)
        .as("add or take away actedOn() in the table, then make docs/settings.md anew")
        .isEqualTo(read);
  }

  private static Set<String> keysReadByOtherPackages() {
    String tables = Setting.class.getPackageName();
    return CLASSES.stream()
        .filter(type -> !type.getPackageName().equals(tables))
        .flatMap(type -> type.getFieldAccessesFromSelf().stream())
        .map(JavaFieldAccess::getTarget)
        .filter(field -> field.getOwner().getPackageName().equals(tables))
        .filter(field -> field.getRawType().isEquivalentTo(Setting.class))
        .map(field -> field.getName().toLowerCase(Locale.ROOT))
        .flatMap(SettingsStatusTest::withThoseItFollows)
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<String> withThoseItFollows(String key) {
    return Stream.concat(
        Stream.of(key),
        Settings.find(key).flatMap(Setting::fallback).map(Setting::key).stream()
            .flatMap(SettingsStatusTest::withThoseItFollows));
  }
}
