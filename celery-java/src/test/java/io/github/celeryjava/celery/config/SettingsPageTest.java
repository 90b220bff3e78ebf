package io.github.celeryjava.celery.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "settings.md");

  @Test
  void thePageOfSettingsSaysWhatTheTableSays() throws IOException {
    if (Boolean.getBoolean("settings.regenerate")) {
      Files.writeString(PAGE, SettingsPage.render());
    }

    assertThat(Files.readString(PAGE))
        .as("docs/settings.md; its first lines say how it is made anew")
        .isEqualTo(SettingsPage.render());
  }

  @Test
  void thePageHasARowForEachSetting() {
    String page = SettingsPage.render();

    assertThat(Settings.all())
        .allSatisfy(setting -> assertThat(page).contains("\n| `" + setting.key() + "` | "));
  }
}
