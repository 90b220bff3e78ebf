package io.github.celeryjava.celery.config;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.ImproperlyConfiguredException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * An application's values for the settings of {@link Settings}. Immutable and thread-safe.
 *
 * <p>Celery's {@code app.conf}. Differs from it in that a name nobody knows and a value of a wrong
 * type are refused when they are given.
 */
public final class CeleryConfig {

  private static final CeleryConfig DEFAULTS = new CeleryConfig(Map.of());

  private final Map<Setting<?>, @Nullable Object> values;

  private CeleryConfig(Map<Setting<?>, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(new HashMap<>(values));
  }

  /** The configuration in which nothing is set. */
  public static CeleryConfig defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder(Map.of());
  }

  /** Starts from this configuration. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /**
   * The value of a setting, or its default, or the value of the setting it follows.
   *
   * @return null only for a setting of a nullable type, where Python has {@code None}
   */
  public <T extends @Nullable Object> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value != null || (values.containsKey(setting) && setting.fallback().isEmpty())) {
      return setting.cast(value);
    }
    Setting<T> fallback = setting.fallback().orElse(null);
    return fallback == null ? setting.defaultValue() : get(fallback);
  }

  /** Whether the setting was given a value, be it that of its default. */
  public boolean isSet(Setting<?> setting) {
    return values.containsKey(setting);
  }

  /** A copy with another value for one setting. */
  public <T extends @Nullable Object> CeleryConfig with(Setting<T> setting, T value) {
    return toBuilder().set(setting, value).build();
  }

  /**
   * Every setting by name, in alphabetical order, fit for showing. Secrets are masked, in URLs too;
   * values are as Celery writes them – text, numbers such as seconds, booleans, lists, maps, null –
   * so the map can be sent as JSON. Celery's {@code conf.table(with_defaults=True)}.
   */
  public Map<String, @Nullable Object> asMap() {
    return shown(Settings.all());
  }

  /** What was set, by name, shown as {@link #asMap()} does; Celery's {@code conf.table()}. */
  public Map<String, @Nullable Object> changes() {
    return shown(Settings.all().stream().filter(this::isSet).toList());
  }

  /**
   * Names of the settings that were set to something else than their default and have no effect
   * yet, in alphabetical order.
   */
  public List<String> withoutEffect() {
    return Settings.all().stream()
        .filter(setting -> setting.status() == Setting.Status.ACCEPTED)
        .filter(this::isSet)
        .filter(setting -> !Objects.equals(values.get(setting), setting.defaultValue()))
        .map(Setting::key)
        .toList();
  }

  /** What was set, with secrets masked. */
  @Override
  public String toString() {
    return "CeleryConfig" + changes();
  }

  private Map<String, @Nullable Object> shown(List<Setting<?>> settings) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    settings.forEach(setting -> shown.put(setting.key(), shown(setting)));
    return Collections.unmodifiableMap(shown);
  }

  private <T extends @Nullable Object> @Nullable Object shown(Setting<T> setting) {
    return Masked.value(setting.key(), setting.plain(get(setting)));
  }

  /**
   * Collects values for one {@link CeleryConfig}; not thread-safe. What is given later wins, so
   * {@link #environment} comes last where it is to win as in Celery.
   */
  public static final class Builder {

    // Mutable state
    private final Map<Setting<?>, @Nullable Object> values;

    private Builder(Map<Setting<?>, @Nullable Object> values) {
      this.values = new HashMap<>(values);
    }

    /**
     * Sets one setting in code.
     *
     * @throws ImproperlyConfiguredException if the value is out of the setting's bounds
     */
    public <T extends @Nullable Object> Builder set(Setting<T> setting, T value) {
      Map<String, @Nullable Object> given = new HashMap<>();
      given.put(setting.key(), value);
      return read("code", "", given);
    }

    /**
     * Sets by name, of today or of before Celery 4. Texts are read for what the setting expects:
     * {@code true}, {@code yes}, {@code on} or {@code 1} and their opposites; numbers; seconds for
     * a time span; commas between texts and semicolons between URLs; {@code none}.
     *
     * @param origin where the values come from, for messages
     * @throws ImproperlyConfiguredException naming every unknown name, with the nearest known one,
     *     and every value of a wrong type
     */
    public Builder map(String origin, Map<String, ? extends @Nullable Object> given) {
      return read(origin, "", given);
    }

    /**
     * The same from a map that is not ours alone: only names that start with {@code namespace} and
     * an underscore count, in lower case or, like the variables of an environment, in capitals. A
     * namespace may end with a dot instead, as in {@code celery.task_default_queue}.
     */
    public Builder map(
        String origin, String namespace, Map<String, ? extends @Nullable Object> given) {
      requireNonNull(namespace, "namespace");
      return read(origin, namespace, given);
    }

    /**
     * Reads a file of Java properties in UTF-8, as {@link #map(String, Map)} does. A dot goes down
     * into a setting that is a map: {@code broker_transport_options.visibility_timeout=3600}; what
     * it leads to is a number, a boolean or none if it looks like one and is not a secret.
     *
     * @throws ImproperlyConfiguredException also if the file cannot be read
     */
    public Builder properties(Path file) {
      return properties(file, "");
    }

    /** The same from a file that is not ours alone, see {@link #map(String, String, Map)}. */
    public Builder properties(Path file, String namespace) {
      requireNonNull(namespace, "namespace");
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new ImproperlyConfiguredException("cannot read settings from " + file, e);
      }
      return read(file.toString(), namespace, properties);
    }

    /**
     * Takes {@code CELERY_BROKER_URL}, {@code CELERY_BROKER_READ_URL}, {@code
     * CELERY_BROKER_WRITE_URL} and {@code CELERY_RESULT_BACKEND}, where they are there and not
     * empty.
     *
     * @param environment the variables, usually {@link System#getenv()}
     */
    public Builder environment(Map<String, String> environment) {
      Map<String, @Nullable Object> given = new LinkedHashMap<>();
      for (Setting<?> setting : ConfigReader.FROM_ENVIRONMENT) {
        String name = ConfigReader.environmentName(setting);
        String value = environment.getOrDefault(name, "");
        if (!value.isEmpty()) {
          given.put(setting.key(), value);
        }
      }
      return read("the environment", "", given);
    }

    /** Freezes what was collected; the builder can go on. */
    public CeleryConfig build() {
      return new CeleryConfig(values);
    }

    private Builder read(String origin, String namespace, Map<?, ?> given) {
      values.putAll(new ConfigReader(origin, namespace).read(given));
      return this;
    }
  }
}
