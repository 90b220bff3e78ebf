package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The typed values as Jackson sees them, so that they travel inside the application's own records
 * and classes as they do outside. Immutable and thread-safe.
 */
final class JacksonTypes {

  private JacksonTypes() {}

  /** Everything a mapper needs to write and read what {@code writer} and {@code reader} do. */
  static Module module(JsonWriter writer, JsonReader reader, OwnTypes own) {
    SimpleModule module = new SimpleModule("kombu-types");
    for (Class<?> type : TypedValues.CLASSES) {
      add(module, type, writer, reader);
    }
    for (OwnTypes.Type type : own.types()) {
      if (type.marker() == null) {
        module.addSerializer(new Writing<>(type.type(), writer)); // no way back
      } else {
        add(module, type.type(), writer, reader);
      }
    }
    module.addDeserializer(Object.class, new Reading<>(Object.class, reader));
    return module;
  }

  private static <T> void add(
      SimpleModule module, Class<T> type, JsonWriter writer, JsonReader reader) {
    module.addSerializer(new Writing<>(type, writer));
    module.addDeserializer(type, new Reading<>(type, reader));
  }

  private static final class Writing<T> extends StdSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final transient JsonWriter writer;

    Writing(Class<T> type, JsonWriter writer) {
      super(type);
      this.writer = writer;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      writer.write(out, value);
    }

    @Override
    public void serializeWithType(
        T value, JsonGenerator out, SerializerProvider provider, TypeSerializer types)
        throws IOException {
      writer.write(out, value); // the envelope names the type already
    }
  }

  private static final class Reading<T> extends StdDeserializer<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final transient JsonReader reader;

    Reading(Class<T> type, JsonReader reader) {
      super(type);
      this.type = type;
      this.reader = reader;
    }

    @Override
    public @Nullable T deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      if (type == BigDecimal.class && in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
        return type.cast(in.getDecimalValue()); // by way of a double it would lose digits
      }
      Object value = reader.read(in);
      if (value == null || type.isInstance(value)) {
        return type.cast(value);
      }
      Object coerced = coerce(in, value);
      if (coerced == null) {
        throw JsonMappingException.from(
            in, "expected " + type.getName() + ", found " + value.getClass().getName());
      }
      return type.cast(coerced);
    }

    @Override
    public @Nullable Object deserializeWithType(
        JsonParser in, DeserializationContext context, TypeDeserializer types) throws IOException {
      return deserialize(in, context);
    }

    private @Nullable Object coerce(JsonParser in, Object value) throws IOException {
      try {
        return Coercions.to(type, value);
      } catch (RuntimeException e) {
        throw JsonMappingException.from(
            in, "not of type " + type.getSimpleName() + ": " + e.getMessage(), e);
      }
    }
  }
}
