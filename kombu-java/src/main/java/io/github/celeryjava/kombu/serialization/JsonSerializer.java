package io.github.celeryjava.kombu.serialization;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.celeryjava.kombu.protocol.JsonTypes;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * kombu's JSON. Immutable and thread-safe.
 *
 * <p>Maps, collections other than sets, arrays, strings, numbers, booleans and null are written as
 * JSON has them; {@code java.time} values, {@code BigDecimal}, {@code UUID} and {@code byte[]} in
 * kombu's typed envelopes; what implements {@link ToJson} as it says; records, enums and other
 * classes as Jackson sees them, with the same envelopes inside. Keys of maps may be text, numbers,
 * booleans, null or enum constants. Times are cut to microseconds, all that Python knows.
 *
 * <p>Read without a type, integers are {@code Long} or {@code BigInteger}, other numbers {@code
 * Double}, a {@code datetime} is {@code OffsetDateTime} or, without an offset, {@code
 * LocalDateTime}.
 *
 * <p>Named after {@code kombu.utils.json}.
 */
public final class JsonSerializer implements Serializer {

  static final String NAME = "json";

  private static final JsonSerializer STANDARD = builder().build();

  private final JsonTypes types;

  private JsonSerializer(JsonTypes types) {
    this.types = types;
  }

  /** Without types of the application's own, with default limits. */
  public static JsonSerializer standard() {
    return STANDARD;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What every JSON of this library knows, before an application adds its own. */
  static JsonTypes.Builder types() {
    return JsonTypes.builder().transformation(ToJson.class, ToJson::toJson);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  /**
   * Encodes a value.
   *
   * @throws io.github.celeryjava.kombu.exceptions.EncodeException if it, or something in it, has no
   *     form; the message names the path, for example {@code $[0].when}
   */
  @Override
  public byte[] encode(@Nullable Object body) {
    return types.encode(body);
  }

  /**
   * Decodes a value.
   *
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException if the bytes are not JSON in
   *     UTF-8, or a typed value is malformed or of an unknown type
   */
  @Override
  public @Nullable Object decode(byte[] body) {
    return types.decode(body);
  }

  /**
   * Decodes a value straight into a Java type.
   *
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException as {@link #decode(byte[])}, and
   *     if the value does not fit the type
   */
  public @Nullable Object decode(byte[] body, Type type) {
    return types.decode(body, type);
  }

  /**
   * Makes a Java type of a value decoded without one.
   *
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException if the value does not fit the
   *     type; the message names the path
   */
  public @Nullable Object convert(@Nullable Object value, Type type) {
    return types.convert(value, type);
  }

  /** What JSON would make of a record or another class, as maps, lists and typed values. */
  @Nullable Object reduce(Object value) {
    return types.reduce(value);
  }

  /** Collects the settings of one {@link JsonSerializer}; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private final JsonTypes.Builder types = JsonSerializer.types();

    private Builder() {}

    /**
     * The mapper for records and classes; a copy is taken, to which kombu's typed values are added.
     * Default: a mapper that ignores unknown fields, and otherwise converts nothing that is not
     * plainly meant: no text to numbers, no fractions to integers, no null to primitives.
     *
     * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException from {@link #build}, if
     *     the mapper has default typing on
     */
    public Builder mapper(ObjectMapper mapper) {
      types.mapper(mapper);
      return this;
    }

    /**
     * Adds a type of the application's own, under a marker that the peers have registered too. Of
     * several types that a value is an instance of the first registered counts, and all of them
     * before kombu's own.
     *
     * <p>Named after {@code kombu.utils.json.register_type}.
     *
     * @param marker value of {@code __type__}
     * @param encoder gives a value that JSON has a form for; called on the encoding thread
     * @param decoder the way back; what it throws becomes a {@code DecodeException}
     */
    public <T> Builder type(
        Class<T> type,
        String marker,
        Function<? super T, ? extends @Nullable Object> encoder,
        Function<Object, ? extends T> decoder) {
      types.type(type, marker, encoder, decoder);
      return this;
    }

    /**
     * Adds a plain transformation: instances of {@code type} are written as what {@code encoder}
     * gives, without an envelope. For a class of one's own {@link ToJson} does the same.
     */
    public <T> Builder transformation(
        Class<T> type, Function<? super T, ? extends @Nullable Object> encoder) {
      types.transformation(type, encoder);
      return this;
    }

    /**
     * Writes what kombu before 5.3 can read: dates, decimals and UUIDs as plain strings, no bytes.
     * Reading stays as it is.
     */
    public Builder legacy() {
      types.legacy();
      return this;
    }

    /** How deep values may nest. */
    public Builder limits(ReadLimits limits) {
      types.maxDepth(limits.maxDepth());
      return this;
    }

    public JsonSerializer build() {
      return new JsonSerializer(types.build());
    }
  }
}
