package io.github.celeryjava.kombu.protocol;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.internal.Internal;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON as kombu writes and reads it, and the artifact's one {@code ObjectMapper}. Immutable and
 * thread-safe; made once and kept, since its caches are what makes it fast.
 *
 * <p>Plain values (maps, lists, strings, numbers) are streamed without a mapper; the mapper serves
 * records and classes of the application, inside of which typed values have the same form.
 *
 * <p>Wire source: {@code kombu/utils/json.py}; golden files: {@code src/test/resources/wire/json/}.
 */
@Internal
public final class JsonTypes {

  /** As deep as Jackson goes by default, and about where Python's own parser gives up. */
  public static final int DEFAULT_DEPTH = 1000;

  private static final JsonTypes STANDARD = builder().build();

  private final JsonFactory factory;

  private final ObjectMapper mapper;
  private final JsonWriter writer;
  private final JsonReader reader;

  private JsonTypes(Builder builder) {
    OwnTypes own = new OwnTypes(builder.types);
    writer = new JsonWriter(new TypedValues(builder.legacy), own);
    reader = new JsonReader(new Markers(own.decoders()));
    mapper = builder.mapper == null ? defaultMapper() : safeCopy(builder.mapper);
    mapper.disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);
    mapper.registerModule(JacksonTypes.module(writer, reader, own));
    factory = JsonFactories.create(builder.maxDepth).setCodec(mapper);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Without types of the application's own. */
  public static JsonTypes standard() {
    return STANDARD;
  }

  /**
   * Encodes a value in UTF-8.
   *
   * @throws EncodeException if it, or something in it, has no form; the message names the path
   */
  public byte[] encode(@Nullable Object value) {
    ExactBytes out = new ExactBytes();
    try (JsonGenerator generator = factory.createGenerator(out, JsonEncoding.UTF8)) {
      write(generator, value);
    } catch (IOException e) {
      throw new EncodeException("cannot encode JSON: " + JsonFailures.reason(e), e);
    }
    return out.toByteArray();
  }

  /**
   * Decodes one JSON value into maps, lists, strings, {@code Long}, {@code BigInteger}, {@code
   * Double}, {@code Boolean}, null, and typed values into what they stand for.
   *
   * @throws DecodeException if the bytes are not JSON, or a typed value is malformed or unknown
   */
  public @Nullable Object decode(byte[] json) {
    return decode(json, Object.class);
  }

  /**
   * Decodes one JSON value straight into a Java type.
   *
   * @throws DecodeException as {@link #decode(byte[])}, and if the value does not fit the type
   */
  public @Nullable Object decode(byte[] json, Type type) {
    try (JsonParser in = factory.createParser(json)) {
      return readAll(in, type);
    } catch (IOException e) {
      throw new DecodeException("cannot decode JSON: " + JsonFailures.reason(e), e);
    }
  }

  /**
   * Makes a Java type of a value that was decoded without one.
   *
   * @throws DecodeException if the value does not fit the type
   */
  public @Nullable Object convert(@Nullable Object value, Type type) {
    if (type instanceof Class<?> target) {
      Object already = target.isInstance(value) ? value : Numbers.as(target, value);
      if (already != null) {
        return already;
      }
    }
    try {
      return mapper.convertValue(value, mapper.constructType(type));
    } catch (IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String path = cause instanceof JsonMappingException failure ? JsonFailures.path(failure) : "";
      throw new DecodeException(
          "cannot make "
              + type.getTypeName()
              + " of the value at $"
              + path
              + ": "
              + JsonFailures.reason(cause),
          e);
    }
  }

  /**
   * What a record, an enum constant or an instance of another class consists of: maps, lists, plain
   * and typed values. A typed value stays what it is.
   *
   * @throws EncodeException if it, or something in it, has no form
   */
  public @Nullable Object reduce(Object value) {
    try {
      return mapper.convertValue(value, Object.class);
    } catch (IllegalArgumentException | DecodeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String path = cause instanceof JsonMappingException failure ? JsonFailures.path(failure) : "";
      throw new EncodeException(
          JsonFailures.reason(cause) + (path.isEmpty() ? "" : " (in its " + path + ")"), e);
    }
  }

  private void write(JsonGenerator generator, @Nullable Object value) {
    try {
      writer.write(generator, value);
    } catch (JsonFailures.InsideException e) {
      throw new EncodeException(
          "cannot encode the value at " + e.path() + ": " + e.getMessage(), e.getCause());
    } catch (IOException | RuntimeException e) {
      // Whatever a getter or an encoder of the application throws ends here, as it does in kombu.
      String path = JsonFailures.path(generator.getOutputContext());
      throw new EncodeException(
          "cannot encode the value at " + path + ": " + JsonFailures.reason(e), e);
    }
  }

  private @Nullable Object readAll(JsonParser in, Type type) throws IOException {
    try {
      if (in.nextToken() == null) {
        throw new DecodeException("there is no value", null);
      }
      Object value =
          type == Object.class ? reader.read(in) : mapper.readValue(in, mapper.constructType(type));
      if (in.nextToken() != null) {
        throw new DecodeException("there is more after the first value", null);
      }
      return value;
    } catch (IOException | RuntimeException e) {
      String path =
          e instanceof JsonMappingException failure
              ? "$" + JsonFailures.path(failure)
              : JsonFailures.path(in.getParsingContext());
      throw new DecodeException(
          "cannot decode the JSON at " + path + ": " + JsonFailures.reason(e), e);
    }
  }

  private static ObjectMapper defaultMapper() {
    return JsonMapper.builder()
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .build();
  }

  private static ObjectMapper safeCopy(ObjectMapper own) {
    JavaType anything = own.constructType(Object.class);
    if (own.getDeserializationConfig().getDefaultTyper(anything) != null) {
      throw new ConfigurationException(
          "the ObjectMapper has default typing on: it would make instances of classes that"
              + " messages name");
    }
    return own.copy();
  }

  /** Collects what makes one dialect of JSON; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private final List<OwnTypes.Type> types = new ArrayList<>();
    private @Nullable ObjectMapper mapper;
    private boolean legacy;
    private int maxDepth = DEFAULT_DEPTH;

    private Builder() {}

    /** Serves records and classes; a copy of it is taken. Default: a strict one. */
    public Builder mapper(ObjectMapper mapper) {
      this.mapper = requireNonNull(mapper, "mapper");
      return this;
    }

    /** Adds a type with an envelope of its own; the first that fits a value counts. */
    public <T> Builder type(
        Class<T> type,
        String marker,
        Function<? super T, ? extends @Nullable Object> encoder,
        Function<Object, ? extends T> decoder) {
      types.add(OwnTypes.Type.of(type, requireNonNull(marker, "marker"), encoder, decoder));
      return this;
    }

    /** Adds a type that is written as another one, without an envelope. */
    public <T> Builder transformation(
        Class<T> type, Function<? super T, ? extends @Nullable Object> encoder) {
      types.add(OwnTypes.Type.of(type, null, encoder, Function.identity()));
      return this;
    }

    /** Writes what kombu before 5.3 can read. Reading stays as it is. */
    public Builder legacy() {
      legacy = true;
      return this;
    }

    /** How deeply values may nest, in both directions. Default {@value #DEFAULT_DEPTH}. */
    public Builder maxDepth(int maxDepth) {
      this.maxDepth = maxDepth;
      return this;
    }

    public JsonTypes build() {
      return new JsonTypes(this);
    }

    /** These types for a mapper outside of this library, which keeps its own settings. */
    public Module module() {
      OwnTypes own = new OwnTypes(types);
      return JacksonTypes.module(
          new JsonWriter(new TypedValues(legacy), own),
          new JsonReader(new Markers(own.decoders())),
          own);
    }
  }
}
