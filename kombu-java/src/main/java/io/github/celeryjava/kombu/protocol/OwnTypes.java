package io.github.celeryjava.kombu.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The application's own JSON types, in the order in which they were registered; the first that a
 * value is an instance of counts. Thread-safe.
 *
 * <p>Named after {@code kombu.utils.json.register_type}.
 */
final class OwnTypes {

  /**
   * One registered type.
   *
   * @param marker what its envelope is marked with; null for a plain transformation
   * @param encoder gives a value that JSON has a form for
   * @param decoder the way back; never used without a marker
   */
  record Type(
      Class<?> type,
      @Nullable String marker,
      Function<Object, @Nullable Object> encoder,
      Function<Object, ?> decoder) {

    static <T> Type of(
        Class<T> type,
        @Nullable String marker,
        Function<? super T, ? extends @Nullable Object> encoder,
        Function<Object, ?> decoder) {
      return new Type(type, marker, value -> encoder.apply(type.cast(value)), decoder);
    }
  }

  private final List<Type> types;

  private final ClassValue<Optional<Type>> found =
      new ClassValue<>() {
        @Override
        protected Optional<Type> computeValue(Class<?> sought) {
          return types.stream().filter(type -> type.type().isAssignableFrom(sought)).findFirst();
        }
      };

  OwnTypes(List<Type> types) {
    this.types = List.copyOf(types);
  }

  List<Type> types() {
    return types;
  }

  Map<String, Function<Object, ?>> decoders() {
    return types.stream()
        .filter(type -> type.marker() != null)
        .collect(Collectors.toMap(Type::marker, Type::decoder, (first, second) -> second));
  }

  @Nullable Type find(Class<?> sought) {
    return types.isEmpty() ? null : found.get(sought).orElse(null);
  }
}
