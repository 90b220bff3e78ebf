package io.github.celeryjava.celery.task;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a task that is written as a lambda: its name, which callers may use, and its type.
 * Immutable.
 *
 * <pre>{@code
 * app.task("shop.bill", Integer.class)
 *     .runs(
 *         Argument.of("order", Order.class),
 *         Argument.of("express", boolean.class).orElse(false),
 *         (context, order, express) -> order.total() + (express ? 5 : 0));
 * }</pre>
 *
 * @param <T> type of the value that the lambda gets
 */
public final class Argument<T extends @Nullable Object> {

  private final @Nullable String name;
  private final Type type;
  private final boolean required;
  private final @Nullable Object otherwise;

  private Argument(@Nullable String name, Type type, boolean required, @Nullable Object otherwise) {
    this.name = name;
    this.type = type;
    this.required = required;
    this.otherwise = otherwise;
  }

  /**
   * A parameter with a name.
   *
   * @param type what values are converted to; a primitive type refuses null
   */
  public static <T> Argument<T> of(String name, Class<T> type) {
    return ofType(requireNonNull(name, "name"), type);
  }

  /** A parameter that callers can name {@code arg0}, {@code arg1}, … by its place. */
  public static <T> Argument<T> of(Class<T> type) {
    return ofType(null, type);
  }

  /**
   * A parameter of a generic type, such as {@code List<Order>}; the caller vouches for {@code T}.
   */
  public static <T> Argument<T> generic(String name, Type type) {
    return ofType(requireNonNull(name, "name"), type);
  }

  private static <T> Argument<T> ofType(@Nullable String name, Type type) {
    return new Argument<>(name, requireNonNull(type, "type"), true, null);
  }

  /** The same parameter, with a value for calls that leave it out. */
  public Argument<T> orElse(T value) {
    return new Argument<>(name, type, false, value);
  }

  ArgumentBinder.Parameter parameter(int index, ParameterType converted) {
    ArgumentBinder.Parameter parameter =
        ArgumentBinder.Parameter.of(name == null ? "arg" + index : name, converted);
    return required ? parameter : parameter.orElse(otherwise);
  }

  Type type() {
    return type;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // made by the binder, of the type that stands for T
  T typed(@Nullable Object value) {
    return (T) value;
  }
}
