package io.github.celeryjava.celery.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes {@code docs/settings.md} from the table of settings and what real Celerys say of theirs.
 */
final class SettingsPage {

  private static final Map<Class<?>, String> SECTIONS = new LinkedHashMap<>();

  static {
    SECTIONS.put(GeneralSettings.class, "General and security");
    SECTIONS.put(TaskSettings.class, "Tasks");
    SECTIONS.put(TaskRoutingSettings.class, "Sending and routing");
    SECTIONS.put(BrokerSettings.class, "Broker");
    SECTIONS.put(ResultSettings.class, "Results");
    SECTIONS.put(RedisSettings.class, "Redis result backend");
    SECTIONS.put(DatabaseSettings.class, "SQL and cache result backends");
    SECTIONS.put(DocumentStoreSettings.class, "Document store result backends");
    SECTIONS.put(ObjectStoreSettings.class, "Object store result backends");
    SECTIONS.put(WorkerSettings.class, "Worker");
    SECTIONS.put(WorkerProcessSettings.class, "Worker process and log");
    SECTIONS.put(EventSettings.class, "Events and control commands");
    SECTIONS.put(BeatSettings.class, "Periodic tasks");
  }

  private static final String INTRODUCTION =
      """
      # Settings

      <!-- Made from the table of settings by SettingsPageTest; change the table, then run
           mvn -pl celery-java -am test -Dtest=SettingsPageTest -Dsurefire.failIfNoSpecifiedTests=false
           -Dsettings.regenerate=true -->

      The names, units and defaults are those of Celery {version}; where a default differs, [a table](#defaults-that-differ-from-celery) says why.
      An unknown name and a value of a wrong type are errors, with the nearest known name and the place they were given.

      Status: **acted on** – works; **accepted** – read and checked, so that a configuration can be shared with Python, without any effect yet;
      **not applicable** – the same, and what it controls does not exist here.

      How values are written:

      - In code with their Java type: `builder.set(Settings.TASK_TIME_LIMIT, Duration.ofMinutes(5))`.
      - In a map or a file of properties as text: `true`, `yes`, `on`, `1` and `false`, `no`, `off`, `0`; numbers; commas between texts;
        semicolons between URLs; `none` for Celery's `None`, where the type says "or none".
      - A time span is a number of the unit in the table, a `Duration`, or an ISO-8601 text such as `PT5M`.
      - A dot leads into a map: `broker_transport_options.visibility_timeout=3600`. What it leads to is a number, a boolean or none if it looks
        like one and its name is not that of a secret. In `task_routes` and `task_annotations` only the last dot does, as names of tasks hold
        dots: `task_routes.shop.tasks.pay.queue=money`.
      - In a file shared with others, with a prefix: `CELERY_TASK_TIME_LIMIT`, or `celery.task_time_limit`.
      - `CELERY_BROKER_URL`, `CELERY_BROKER_READ_URL`, `CELERY_BROKER_WRITE_URL` and `CELERY_RESULT_BACKEND` in the environment win over
        the settings of these names.

      Passwords in URLs and values with the name of a secret are shown as `********` wherever settings are shown.
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringBuilder page = new StringBuilder();

  static String render() {
    SettingsPage page = new SettingsPage();
    page.page.append(INTRODUCTION.replace("{version}", CeleryTable.CURRENT.version()));
    SECTIONS.forEach(page::section);
    page.chosenDefaults();
    page.changesSinceTheOldest();
    page.oldNames();
    return page.page.toString();
  }

  private void section(Class<?> section, String title) {
    table(title, "setting", "type", "unit", "default", "status", "what it does");
    for (Setting<?> setting : Settings.all()) {
      if (sectionOf(setting).equals(section)) {
        row(
            code(setting.key()),
            setting.typeName() + orNone(setting),
            setting.unit().orElse(""),
            defaultOf(setting),
            setting.status().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            setting.help());
      }
    }
  }

  private void chosenDefaults() {
    table("Defaults that differ from Celery", "setting", "Celery", "here", "reason");
    ChosenDefaults.REASONS.forEach(
        (key, reason) ->
            row(
                code(key),
                code(CeleryTable.CURRENT.find(key).orElseThrow().defaultValue()),
                defaultOf(Settings.find(key).orElseThrow()),
                reason));
  }

  private void changesSinceTheOldest() {
    CeleryTable oldest = CeleryTable.OLDEST;
    table(
        "Changes from Celery " + oldest.version() + " to " + CeleryTable.CURRENT.version(),
        "setting",
        "in " + oldest.version(),
        "in " + CeleryTable.CURRENT.version());
    for (CeleryTable.Row now : CeleryTable.CURRENT.rows()) {
      Optional<CeleryTable.Row> then = oldest.find(now.name());
      if (now.declared() && then.filter(CeleryTable.Row::declared).isEmpty()) {
        row(code(now.name()), "unknown", code(now.defaultValue()));
      } else if (now.declared() && !then.get().defaultValue().equals(now.defaultValue())) {
        row(code(now.name()), code(then.get().defaultValue()), code(now.defaultValue()));
      }
    }
  }

  private void oldNames() {
    table("Names of before Celery 4", "old name", "setting");
    page.insert(
        page.lastIndexOf("| old name"),
        "They are read like the new ones, and so is every other setting that Celery declares under its"
            + " name in capitals, such as\n`BROKER_URL`. One setting under two names is an error.\n\n");
    List<String> lines = new ArrayList<>();
    for (Setting<?> setting : Settings.all()) {
      String oldName = setting.oldName().orElse("");
      if (!oldName.isEmpty() && !oldName.equals(setting.key().toUpperCase(Locale.ROOT))) {
        lines.add("| " + code(oldName) + " | " + code(setting.key()) + " |\n");
      }
    }
    lines.stream().sorted().forEach(page::append);
  }

  private void table(String title, String... columns) {
    page.append("\n## ").append(title).append("\n\n");
    row(columns);
    page.append("| --- ".repeat(columns.length)).append("|\n");
  }

  private void row(String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static Class<?> sectionOf(Setting<?> setting) {
    try {
      return Settings.class.getField(setting.key().toUpperCase(Locale.ROOT)).getDeclaringClass();
    } catch (NoSuchFieldException e) {
      throw new LinkageError(setting.key(), e);
    }
  }

  private static String orNone(Setting<?> setting) {
    return setting.isNullable() && setting.fallback().isEmpty() ? " or none" : "";
  }

  private static <T> String defaultOf(Setting<T> setting) {
    if (setting.fallback().isPresent()) {
      return "that of " + code(setting.fallback().get().key());
    }
    return code(JSON.valueToTree(setting.plain(setting.defaultValue())));
  }

  private static String code(JsonNode value) {
    return value.isNull() ? "none" : code(value.isTextual() ? quoted(value) : sorted(value));
  }

  private static String quoted(JsonNode text) {
    return text.textValue().isEmpty() ? "\"\"" : text.textValue();
  }

  /** A map has no order of its own. */
  private static String sorted(JsonNode value) {
    if (!value.isObject()) {
      return value.toString();
    }
    List<String> fields = new ArrayList<>();
    value.properties().forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
    return "{" + String.join(", ", fields.stream().sorted().toList()) + "}";
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
