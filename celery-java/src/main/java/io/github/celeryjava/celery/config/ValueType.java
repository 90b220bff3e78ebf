package io.github.celeryjava.celery.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may be given as the value of a setting, and which Java value comes of it.
 *
 * @param name in words, to stand after "must be"
 * @param unit what a plain number counts; null where nothing is counted
 * @param noneWords texts, in lower case, that mean Celery's {@code None} to a setting that can be
 *     so
 * @param reader the value for what was given; null if that is not of this type
 * @param plain the value as Celery itself writes it: text, numbers, booleans, lists, maps
 */
record ValueType<T>(
    String name,
    @Nullable String unit,
    Set<String> noneWords,
    Function<Object, @Nullable T> reader,
    Function<T, Object> plain) {

  private static final Set<String> NONE_WORDS = Set.of("", "none", "null");

  static final ValueType<Boolean> FLAG = of("boolean", TextValues::flag);

  static final ValueType<Integer> INT = of("int", NumberValues::integer);

  static final ValueType<Integer> COUNT = intBetween(0, Integer.MAX_VALUE);

  static final ValueType<Integer> PORT = intBetween(1, 65535);

  static final ValueType<Integer> PRIORITY = intBetween(0, 255);

  /** Infinite is Celery's word for no limit. */
  static final ValueType<Integer> LIMIT = COUNT.alsoNone("int from 0 or inf", "inf", "infinity");

  /** The JVM counts the processors its container may use, which is what "auto" asks for. */
  static final ValueType<Integer> CONCURRENCY = COUNT.alsoNone("int from 0 or auto", "auto");

  static final ValueType<Double> NUMBER = of("number", NumberValues::decimal);

  static final ValueType<Duration> SECONDS = span("s", 1);

  static final ValueType<Duration> MILLIS = span("ms", 1000);

  /** For what is a name to some and a number to others, such as a rate or a user id. */
  static final ValueType<String> TEXT_OR_NUMBER = of("text or number", TextValues::textOrNumber);

  static final ValueType<String> TEXT = of("text", TextValues::text).neverNone();

  static final ValueType<List<String>> TEXTS = of("list of text", TextValues::texts);

  static final ValueType<List<String>> URLS =
      new ValueType<>(
          "URL or list of URLs",
          null,
          NONE_WORDS,
          TextValues::urls,
          urls -> String.join(TextValues.BETWEEN_URLS, urls));

  static final ValueType<ZoneId> ZONE =
      new ValueType<>("time zone", null, NONE_WORDS, TextValues::zone, ZoneId::getId);

  static final ValueType<Integer> DELIVERY_MODE =
      of("1, 2, transient or persistent", NumberValues::deliveryMode);

  static final ValueType<Map<String, @Nullable Object>> OPTIONS = of("map", NestedValues::map);

  /** A map or an object of one's own, as the part that reads it says. */
  static final ValueType<Object> ANY = of("any value", NestedValues::frozen);

  static final ValueType<Object> TLS = of("boolean, map or SSLContext", NestedValues::tls);

  static ValueType<Integer> intBetween(int least, int most) {
    String name = "int from " + least + (most == Integer.MAX_VALUE ? "" : " to " + most);
    return of(
        name,
        raw -> {
          Integer value = NumberValues.integer(raw);
          return value == null || value < least || value > most ? null : value;
        });
  }

  private static <T> ValueType<T> of(String name, Function<Object, @Nullable T> reader) {
    return new ValueType<>(name, null, NONE_WORDS, reader, value -> value);
  }

  private static ValueType<Duration> span(String unit, int unitsASecond) {
    return new ValueType<>(
        "number or Duration",
        unit,
        NONE_WORDS,
        raw -> NumberValues.span(raw, unitsASecond),
        span -> NumberValues.plain(span, unitsASecond));
  }

  private ValueType<T> alsoNone(String name, String... words) {
    Set<String> all = new HashSet<>(noneWords);
    all.addAll(List.of(words));
    return new ValueType<>(name, unit, Set.copyOf(all), reader, plain);
  }

  /** An empty text is a text. */
  private ValueType<T> neverNone() {
    return new ValueType<>(name, unit, Set.of(), reader, plain);
  }

  /** Whether {@code raw} is a way of writing Celery's {@code None} where this type is expected. */
  boolean isNone(@Nullable Object raw) {
    if (raw == null) {
      return true;
    }
    return (raw instanceof CharSequence || raw instanceof Double)
        && noneWords.contains(raw.toString().strip().toLowerCase(Locale.ROOT));
  }

  /** Whether a value can be, or is always, a map. */
  boolean isMap() {
    return equals(OPTIONS) || equals(ANY) || equals(TLS);
  }
}
