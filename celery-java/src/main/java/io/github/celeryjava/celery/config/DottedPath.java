package io.github.celeryjava.celery.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way to one value in a setting that is a map, as written in a properties file.
 *
 * @param parts the keys from the outermost map to the innermost
 */
record DottedPath(List<String> parts) {

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d{0,17})");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9]\\d{0,15})\\.\\d{1,17}");

  /**
   * Each dot goes one map deeper, but in the settings whose keys are names of tasks, which hold
   * dots themselves: there only the last one does, {@code task_routes.shop.tasks.pay.queue}.
   */
  static DottedPath of(Setting<?> setting, String path) {
    int last = path.lastIndexOf('.');
    if (Settings.isKeyedByTaskName(setting) && last > 0) {
      return new DottedPath(List.of(path.substring(0, last), path.substring(last + 1)));
    }
    return new DottedPath(List.of(path.split("\\.", -1)));
  }

  /** False if there is another value in the way. */
  boolean putInto(Map<String, @Nullable Object> options, @Nullable Object value) {
    Map<String, @Nullable Object> inner = options;
    for (String part : parts.subList(0, parts.size() - 1)) {
      Object next = inner.computeIfAbsent(part, p -> new LinkedHashMap<String, @Nullable Object>());
      if (!(next instanceof LinkedHashMap<?, ?>)) {
        return false;
      }
      inner = asOptions(next);
    }
    String name = parts.get(parts.size() - 1);
    if (inner.containsKey(name)) {
      return false;
    }
    inner.put(name, value);
    return true;
  }

  /**
   * A file knows texts only; a receiver of options expects numbers and booleans. Passwords stay as
   * they are, and so does what would not be printed the same again, such as {@code 007}.
   */
  static @Nullable Object guess(String path, String text) {
    String value = text.strip();
    if (Setting.isSecret(path)) {
      return text;
    }
    if (WHOLE.matcher(value).matches()) {
      long number = Long.parseLong(value);
      return number == (int) number ? (Object) (int) number : (Object) number;
    }
    if (DECIMAL.matcher(value).matches()) {
      return Double.valueOf(value);
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      case "none", "null" -> null;
      default -> text;
    };
  }

  @SuppressWarnings("unchecked") // only putInto makes these maps
  private static Map<String, @Nullable Object> asOptions(Object map) {
    return (Map<String, @Nullable Object>) map;
  }
}
