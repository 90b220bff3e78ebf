package io.github.celeryjava.celery.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its name in Celery, the Java type of its value, its default and what it is for.
 * Immutable and thread-safe. The constants of {@link Settings} are all there are.
 *
 * @param <T> type of the value; a nullable type where Celery's {@code None} is a value
 */
public final class Setting<T extends @Nullable Object> {

  /** How far a setting has any effect here. */
  public enum Status {
    /** It does what its help says. */
    ACTED_ON,
    /** It is read and checked, so a shared configuration works, and has no effect yet. */
    ACCEPTED,
    /** It is read and checked; what it controls does not exist here. */
    NOT_APPLICABLE
  }

  /** The words by which Celery decides that a value is not for showing. */
  private static final Pattern SECRET =
      Pattern.compile(
          "API|TOKEN|KEY|SECRET|PASS|PROFANITIES_LIST|SIGNATURE|DATABASE|BEAT_DBURI|CREDENTIAL",
          Pattern.CASE_INSENSITIVE);

  private final String key;
  private final ValueType<?> type;
  private final @Nullable Object defaultValue;
  private final boolean nullable;
  private final @Nullable Setting<T> fallback;
  private final @Nullable String oldName;
  private final Status status;
  private final String help;

  private Setting(
      String key,
      ValueType<?> type,
      @Nullable Object defaultValue,
      boolean nullable,
      @Nullable Setting<T> fallback,
      @Nullable String oldName,
      Status status,
      String help) {
    this.key = key;
    this.type = type;
    this.defaultValue = defaultValue;
    this.nullable = nullable;
    this.fallback = fallback;
    this.oldName = oldName;
    this.status = status;
    this.help = help;
  }

  /** A setting that always has a value. */
  static <T> Setting<T> setting(ValueType<T> type, String key, T defaultValue, String help) {
    return declared(key, type, defaultValue, false, null, help);
  }

  /** A setting whose default is to have no value. */
  static <T> Setting<@Nullable T> optional(ValueType<T> type, String key, String help) {
    return declared(key, type, null, true, null, help);
  }

  /** A setting with a default that may be taken away. */
  static <T> Setting<@Nullable T> removable(
      ValueType<T> type, String key, T defaultValue, String help) {
    return declared(key, type, defaultValue, true, null, help);
  }

  /** A setting that takes the value of another one while it has none. */
  static <T extends @Nullable Object> Setting<T> following(
      Setting<T> fallback, String key, String help) {
    return declared(key, fallback.type, null, true, fallback, help);
  }

  private static <T extends @Nullable Object> Setting<T> declared(
      String key,
      ValueType<?> type,
      @Nullable Object defaultValue,
      boolean nullable,
      @Nullable Setting<T> fallback,
      String help) {
    String oldName = key.toUpperCase(Locale.ROOT);
    return new Setting<>(
        key, type, defaultValue, nullable, fallback, oldName, Status.ACCEPTED, help);
  }

  /** Its name before Celery 4, where that is not the name of today in capitals. */
  Setting<T> old(String oldName) {
    return new Setting<>(key, type, defaultValue, nullable, fallback, oldName, status, help);
  }

  /** Not one of the names in Celery's own table, so that it never had another name. */
  Setting<T> undeclared() {
    return new Setting<>(key, type, defaultValue, nullable, fallback, null, status, help);
  }

  Setting<T> actedOn() {
    return with(Status.ACTED_ON);
  }

  Setting<T> notApplicable() {
    return with(Status.NOT_APPLICABLE);
  }

  private Setting<T> with(Status status) {
    return new Setting<>(key, type, defaultValue, nullable, fallback, oldName, status, help);
  }

  /** Celery's name of the setting, such as {@code task_default_queue}. */
  public String key() {
    return key;
  }

  /** Its name before Celery 4, such as {@code CELERY_DEFAULT_QUEUE}; empty if it had none. */
  public Optional<String> oldName() {
    return Optional.ofNullable(oldName);
  }

  /** What a value may be, in words, such as {@code int from 0} or {@code list of text}. */
  public String typeName() {
    return type.name();
  }

  /** What a plain number given as a value counts, such as {@code s}; empty if nothing does. */
  public Optional<String> unit() {
    return Optional.ofNullable(type.unit());
  }

  /**
   * The value without any configuration, for a setting that follows another the default of that
   * one.
   */
  public T defaultValue() {
    return fallback == null ? cast(defaultValue) : fallback.defaultValue();
  }

  /** The setting whose value this one takes while it has none of its own. */
  public Optional<Setting<T>> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** Whether Celery's {@code None} is a value of this setting; it is null in Java. */
  public boolean isNullable() {
    return nullable;
  }

  /** Whether the value is never shown; the same names as Celery hides, and a few more. */
  public boolean isSecret() {
    return isSecret(key);
  }

  /** How far it has any effect here; kept true by a test against the code that reads it. */
  public Status status() {
    return status;
  }

  /** One line on what the setting does. */
  public String help() {
    return help;
  }

  @Override
  public String toString() {
    return key;
  }

  static boolean isSecret(String name) {
    return SECRET.matcher(name).find();
  }

  ValueType<?> type() {
    return type;
  }

  /** The one place where a checked value gets its static type back. */
  @SuppressWarnings({"unchecked", "NullAway"}) // null only where T is nullable
  T cast(@Nullable Object value) {
    return (T) value;
  }

  /** A value of this setting as Celery writes it. */
  @Nullable Object plain(T value) {
    return value == null ? null : plainOf(type, value);
  }

  @SuppressWarnings("unchecked") // a value was made by the reader of the same type
  private static <V> Object plainOf(ValueType<V> type, Object value) {
    return type.plain().apply((V) value);
  }
}
