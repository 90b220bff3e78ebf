package io.github.celeryjava.celery.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads texts, lists of them and what is named by one; null is the answer to anything else. */
final class TextValues {

  /** A URL may hold a comma, so kombu parts URLs like this. */
  static final String BETWEEN_URLS = ";";

  private static final String BETWEEN_TEXTS = ",";

  private TextValues() {}

  static @Nullable String text(Object raw) {
    boolean readable = raw instanceof CharSequence || raw instanceof Path || raw instanceof URI;
    return readable ? raw.toString() : null;
  }

  static @Nullable String textOrNumber(Object raw) {
    return raw instanceof Number ? raw.toString() : text(raw);
  }

  static @Nullable List<String> texts(Object raw) {
    return list(raw, BETWEEN_TEXTS);
  }

  static @Nullable List<String> urls(Object raw) {
    return list(raw, BETWEEN_URLS);
  }

  /** The words Celery takes from its command line. */
  static @Nullable Boolean flag(Object raw) {
    return switch (raw.toString().strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> null;
    };
  }

  static @Nullable ZoneId zone(Object raw) {
    if (raw instanceof ZoneId zone) {
      return zone;
    }
    try {
      return raw instanceof CharSequence
          ? ZoneId.of(raw.toString().strip(), ZoneId.SHORT_IDS)
          : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable List<String> list(Object raw, String separator) {
    if (raw instanceof Collection<?> given) {
      return ofAll(given);
    }
    String text = text(raw);
    if (text == null) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.split(separator, -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return List.copyOf(parts);
  }

  private static @Nullable List<String> ofAll(Collection<?> given) {
    List<String> texts = new ArrayList<>();
    for (Object element : given) {
      String text = element == null ? null : text(element);
      if (text == null) {
        return null;
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }
}
