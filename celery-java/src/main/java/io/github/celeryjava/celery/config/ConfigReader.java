package io.github.celeryjava.celery.config;

import io.github.celeryjava.celery.exceptions.ImproperlyConfiguredException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns names and values from one place – a map, a file, the environment – into checked values.
 * Collects everything that is wrong before it complains. For one thread and one {@link #read}.
 *
 * <p>A dot goes down into a setting that is a map: {@code
 * broker_transport_options.visibility_timeout}.
 */
final class ConfigReader {

  /** The settings that Celery looks up in the environment by itself. */
  static final List<Setting<?>> FROM_ENVIRONMENT =
      List.of(
          Settings.BROKER_URL,
          Settings.BROKER_READ_URL,
          Settings.BROKER_WRITE_URL,
          Settings.RESULT_BACKEND);

  private final String origin;
  private final String prefix;

  // Mutable state
  private final Map<Setting<?>, @Nullable Object> values = new LinkedHashMap<>();
  private final Map<Setting<?>, String> givenAs = new LinkedHashMap<>();
  private final Map<Setting<?>, Map<String, @Nullable Object>> dotted = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param origin where the values come from, for messages
   * @param namespace what the names of settings start with, in upper or lower case, all others
   *     being somebody else's; empty if all names are ours
   */
  ConfigReader(String origin, String namespace) {
    this.origin = origin;
    this.prefix =
        namespace.isEmpty() || namespace.endsWith("_") || namespace.endsWith(".")
            ? namespace
            : namespace + "_";
  }

  /**
   * @throws ImproperlyConfiguredException naming each unknown name, with the nearest known one, and
   *     each value of a wrong type
   */
  Map<Setting<?>, @Nullable Object> read(Map<?, ?> given) {
    given.forEach(this::readEntry);
    dotted.forEach((setting, options) -> put(setting, setting + ".…", options));
    if (!problems.isEmpty()) {
      throw new ImproperlyConfiguredException(String.join("; ", problems));
    }
    return values;
  }

  static String environmentName(Setting<?> setting) {
    return "CELERY_" + setting.key().toUpperCase(Locale.ROOT);
  }

  private void readEntry(Object name, @Nullable Object value) {
    if (!(name instanceof String given)) {
      problems.add("the name of a setting must be text, not " + name + ", in " + origin);
      return;
    }
    if (!given.regionMatches(true, 0, prefix, 0, prefix.length())) {
      return;
    }
    String key = prefix.isEmpty() ? given : inLowerCase(given.substring(prefix.length()));
    Optional<Setting<?>> setting = Settings.find(key).or(() -> Settings.find(given));
    int dot = key.indexOf('.');
    if (setting.isPresent()) {
      put(setting.get(), given, value);
    } else if (dot > 0 && Settings.find(key.substring(0, dot)).isPresent()) {
      putInside(Settings.find(key.substring(0, dot)).get(), given, key.substring(dot + 1), value);
    } else {
      problems.add("unknown setting " + given + " in " + origin + suggestion(key));
    }
  }

  private void put(Setting<?> setting, String name, @Nullable Object raw) {
    String before = givenAs.put(setting, name);
    if (before != null) {
      problems.add(setting + " is given twice in " + origin + ", as " + before + " and as " + name);
      return;
    }
    if (setting.isNullable() && setting.type().isNone(raw)) {
      values.put(setting, null);
      return;
    }
    Object value = raw == null ? null : setting.type().reader().apply(raw);
    if (value == null) {
      problems.add(
          setting
              + " must be "
              + expected(setting)
              + ", not "
              + shown(setting, raw)
              + ", in "
              + origin);
      return;
    }
    values.put(setting, value);
  }

  private void putInside(Setting<?> setting, String name, String path, @Nullable Object raw) {
    if (!setting.type().isMap()) {
      problems.add(name + " in " + origin + " looks into " + setting + ", which is not a map");
      return;
    }
    Object value = raw instanceof String text ? DottedPath.guess(path, text) : raw;
    Map<String, @Nullable Object> options =
        dotted.computeIfAbsent(setting, s -> new LinkedHashMap<>());
    if (!DottedPath.of(setting, path).putInto(options, value)) {
      problems.add(name + " in " + origin + " looks into a value that is not a map");
    }
  }

  private static String expected(Setting<?> setting) {
    return setting.typeName() + (setting.isNullable() ? " or none" : "");
  }

  private static String shown(Setting<?> setting, @Nullable Object raw) {
    if (raw == null) {
      return "none";
    }
    return Masked.value(setting.key(), raw) + " (" + raw.getClass().getSimpleName() + ")";
  }

  private static String suggestion(String key) {
    return Settings.nearest(key).map(near -> "; did you mean " + near + "?").orElse("");
  }

  /** The name of the setting only: what follows a dot is the user's own. */
  private static String inLowerCase(String key) {
    int dot = key.indexOf('.') < 0 ? key.length() : key.indexOf('.');
    return key.substring(0, dot).toLowerCase(Locale.ROOT) + key.substring(dot);
  }
}
