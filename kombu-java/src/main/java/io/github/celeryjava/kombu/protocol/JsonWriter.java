package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes Java values as kombu's JSON: what JSON knows as it is, kombu's typed values and the
 * application's own types in their envelopes, everything else through the generator's {@code
 * ObjectMapper}. Immutable and thread-safe.
 *
 * <p>The depth of its recursion is bounded by the generator's own limit.
 */
final class JsonWriter {

  /** More in a row is a circle. */
  private static final int MOST_ENCODERS = 100;

  private final TypedValues typed;
  private final OwnTypes own;

  JsonWriter(TypedValues typed, OwnTypes own) {
    this.typed = typed;
    this.own = own;
  }

  /**
   * Writes one value.
   *
   * @throws EncodeException if there is no form for it, or for something in it
   */
  void write(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof String text) {
      out.writeString(text);
    } else if (value == null) {
      out.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      writeMap(out, map);
    } else if (value instanceof List<?> list) {
      writeList(out, list);
    } else if (value instanceof Integer number) {
      out.writeNumber(number);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Double number) {
      out.writeNumber(number);
    } else {
      writeRarer(out, value);
    }
  }

  private void writeRarer(JsonGenerator out, Object value) throws IOException {
    OwnTypes.Type type = own.find(value.getClass());
    if (type != null) {
      writeOwn(out, type, value);
    } else if (typed.write(out, value)) {
      return;
    } else if (value instanceof Number && writeNumber(out, value)) {
      return;
    } else if (value instanceof Set) {
      throw new EncodeException("a set has no form in kombu's JSON; send a list", null);
    } else if (value instanceof Collection<?> collection) {
      writeArray(out, collection);
    } else if (value instanceof Object[] array) {
      writeArray(out, Arrays.asList(array));
    } else {
      writeByMapper(out, value);
    }
  }

  private static void writeByMapper(JsonGenerator out, Object value) throws IOException {
    JsonStreamContext outside = out.getOutputContext();
    try {
      out.writePOJO(value);
    } catch (JsonMappingException e) {
      throw new JsonFailures.InsideException(outside, e);
    }
  }

  /** An encoder may return another own type, whose encoder is next. */
  private void writeOwn(JsonGenerator out, OwnTypes.Type first, Object value) throws IOException {
    OwnTypes.Type type = first;
    Object encoded = value;
    for (int steps = 0; type != null && encoded != null; steps++) {
      if (steps == MOST_ENCODERS) {
        throw new EncodeException(
            "the encoder of " + value.getClass().getName() + " never leads to a plain value", null);
      }
      encoded = type.encoder().apply(encoded);
      String marker = typed.isLegacy() ? null : type.marker();
      if (marker != null) {
        TypedValues.startEnvelope(out, marker);
        write(out, encoded);
        out.writeEndObject();
        return;
      }
      type = encoded == null ? null : own.find(encoded.getClass());
    }
    write(out, encoded);
  }

  private static boolean writeNumber(JsonGenerator out, Object value) throws IOException {
    if (value instanceof BigInteger number) {
      out.writeNumber(number);
    } else if (value instanceof Float number) {
      out.writeNumber(number);
    } else if (value instanceof Short || value instanceof Byte) {
      out.writeNumber(((Number) value).intValue());
    } else {
      return false;
    }
    return true;
  }

  /** By index: an iterator a list would be garbage on the hottest path. */
  private void writeList(JsonGenerator out, List<?> list) throws IOException {
    if (!(list instanceof RandomAccess)) {
      writeArray(out, list);
      return;
    }
    out.writeStartArray();
    for (int i = 0; i < list.size(); i++) {
      write(out, list.get(i));
    }
    out.writeEndArray();
  }

  private void writeArray(JsonGenerator out, Iterable<?> values) throws IOException {
    out.writeStartArray();
    for (Object value : values) {
      write(out, value);
    }
    out.writeEndArray();
  }

  private void writeMap(JsonGenerator out, Map<?, ?> map) throws IOException {
    out.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      out.writeFieldName(key instanceof String text ? text : keyText(key));
      write(out, entry.getValue());
    }
    out.writeEndObject();
  }

  /** As Python spells keys that are not text. */
  private static String keyText(@Nullable Object key) {
    boolean number = key instanceof Number && !(key instanceof BigDecimal);
    if (key == null || key instanceof Boolean || number) {
      return String.valueOf(key);
    }
    if (key instanceof Enum<?> constant) {
      return constant.name();
    }
    throw new EncodeException(
        "the keys of a map must be text, numbers, booleans or null, found "
            + key.getClass().getName(),
        null);
  }
}
