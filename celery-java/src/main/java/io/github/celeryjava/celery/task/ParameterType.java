package io.github.celeryjava.celery.task;

import com.fasterxml.jackson.databind.JavaType;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of one Java type of decoded ones. Made once a parameter; immutable and thread-safe.
 *
 * <p>Values that fit already, and numbers that only have another width, take the short way of
 * {@link QuickConversion}; records, enums, dates and whatever else Jackson knows take the long one.
 */
final class ParameterType {

  private final JavaType type;
  private final SerializerRegistry serializers;
  private final boolean optional;
  private final QuickConversion quick;

  ParameterType(JavaType declared, SerializerRegistry serializers) {
    this.serializers = serializers;
    optional = declared.getRawClass() == Optional.class;
    type = optional ? declared.containedTypeOrUnknown(0) : declared;
    quick = QuickConversion.to(type);
  }

  /** Whether it is an {@link Optional}, so that a call may leave the argument out. */
  boolean isOptional() {
    return optional;
  }

  Class<?> rawClass() {
    return optional ? Optional.class : type.getRawClass();
  }

  /**
   * A value of this type.
   *
   * @param value as the serializer decoded it, or already of this type; null only fits types that
   *     are not primitive
   * @throws DecodeException if the value does not fit; the message says why
   */
  @Nullable Object convert(@Nullable Object value) {
    if (optional) {
      return value instanceof Optional<?> ? value : Optional.ofNullable(converted(value));
    }
    return converted(value);
  }

  /** The type as a programmer writes it: {@code List<Order>}. */
  @Override
  public String toString() {
    return optional ? "Optional<" + name(type) + ">" : name(type);
  }

  @SuppressWarnings("ReferenceEquality") // a marker
  private @Nullable Object converted(@Nullable Object value) {
    if (value == null) {
      if (type.isPrimitive()) {
        throw new DecodeException("must not be null", null);
      }
      return null;
    }
    Object made = quick.of(value);
    return made == QuickConversion.NOT ? serializers.convert(value, type) : made;
  }

  private static String name(JavaType type) {
    if (type.isArrayType()) {
      return name(type.getContentType()) + "[]";
    }
    String name = type.getRawClass().getSimpleName();
    return type.containedTypeCount() == 0
        ? name
        : IntStream.range(0, type.containedTypeCount())
            .mapToObj(i -> name(type.containedTypeOrUnknown(i)))
            .collect(Collectors.joining(", ", name + "<", ">"));
  }
}
