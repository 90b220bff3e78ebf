package io.github.celeryjava.celery.config;

import io.github.celeryjava.kombu.internal.NearestName;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The one table of settings: every one that Celery knows, as a constant with the name of its key in
 * capitals. Stateless and thread-safe.
 *
 * <p>The rows stand in one table a section, from which this class inherits them. {@code
 * docs/settings.md} is made from them.
 */
public final class Settings
    implements GeneralSettings,
        TaskSettings,
        TaskRoutingSettings,
        BrokerSettings,
        ResultSettings,
        WorkerSettings,
        WorkerProcessSettings,
        EventSettings,
        BeatSettings,
        RedisSettings,
        DatabaseSettings,
        DocumentStoreSettings,
        ObjectStoreSettings {

  private static final Map<String, Setting<?>> BY_KEY = byKey();
  private static final Map<String, Setting<?>> BY_OLD_NAME = byOldName();

  private Settings() {}

  /** Every setting, in alphabetical order. */
  public static List<Setting<?>> all() {
    return List.copyOf(BY_KEY.values());
  }

  /**
   * The setting with a name of today, such as {@code task_default_queue}, or of before Celery 4,
   * such as {@code CELERY_DEFAULT_QUEUE}; as in Celery, case matters.
   */
  public static Optional<Setting<?>> find(String name) {
    Setting<?> setting = BY_KEY.get(name);
    return Optional.ofNullable(setting == null ? BY_OLD_NAME.get(name) : setting);
  }

  /**
   * The key that somebody probably meant by an unknown one: a misspelt one, one in other case or
   * with hyphens, or one whose section is missing, as in {@code prefetch_multiplier}.
   */
  static Optional<String> nearest(String unknown) {
    String key = unknown.toLowerCase(Locale.ROOT).replace('-', '_');
    if (BY_KEY.containsKey(key)) {
      return Optional.of(key);
    }
    List<String> withSection =
        BY_KEY.keySet().stream().filter(known -> known.endsWith("_" + key)).toList();
    if (withSection.size() == 1) {
      return Optional.of(withSection.get(0));
    }
    return NearestName.of(key, BY_KEY.keySet());
  }

  /** Whether the keys of the map that is the value of {@code setting} hold dots. */
  static boolean isKeyedByTaskName(Setting<?> setting) {
    return setting.equals(TASK_ROUTES) || setting.equals(TASK_ANNOTATIONS);
  }

  /** Read from the constants, for a second list of them could be incomplete. */
  private static Map<String, Setting<?>> byKey() {
    List<Setting<?>> settings = new ArrayList<>();
    for (Field field : Settings.class.getFields()) {
      try {
        settings.add((Setting<?>) field.get(null));
      } catch (IllegalAccessException e) {
        throw new LinkageError(field.getName(), e);
      }
    }
    settings.sort(Comparator.comparing(Setting::key));
    Map<String, Setting<?>> byKey = new LinkedHashMap<>();
    settings.forEach(setting -> byKey.put(setting.key(), setting));
    return Collections.unmodifiableMap(byKey);
  }

  private static Map<String, Setting<?>> byOldName() {
    Map<String, Setting<?>> byOldName = new LinkedHashMap<>();
    for (Setting<?> setting : BY_KEY.values()) {
      setting.oldName().ifPresent(name -> byOldName.put(name, setting));
    }
    return Collections.unmodifiableMap(byOldName);
  }
}
