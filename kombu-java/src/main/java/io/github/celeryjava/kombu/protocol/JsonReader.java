package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonTokenId;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads any JSON value into maps, lists, strings, {@code Long}, {@code BigInteger}, {@code Double},
 * {@code Boolean} and null, and typed envelopes into the values they stand for, from the inside
 * out. Immutable and thread-safe.
 *
 * <p>The depth of its recursion is bounded by the parser's own limit.
 */
final class JsonReader {

  private final Markers markers;

  JsonReader(Markers markers) {
    this.markers = markers;
  }

  /**
   * Reads the value whose first token is the parser's current one, and stops at its last.
   *
   * @throws DecodeException if an envelope cannot be read
   */
  @Nullable Object read(JsonParser in) throws IOException {
    return switch (in.currentTokenId()) {
      case JsonTokenId.ID_STRING -> in.getText();
      case JsonTokenId.ID_NUMBER_INT -> integer(in);
      case JsonTokenId.ID_NUMBER_FLOAT -> in.getDoubleValue();
      case JsonTokenId.ID_START_ARRAY -> array(in);
      case JsonTokenId.ID_START_OBJECT -> object(in);
      case JsonTokenId.ID_TRUE -> true;
      case JsonTokenId.ID_FALSE -> false;
      case JsonTokenId.ID_NULL -> null;
      // Only from a value that is converted, never from bytes.
      case JsonTokenId.ID_EMBEDDED_OBJECT -> in.getEmbeddedObject();
      default -> throw new DecodeException("expected a value, found " + in.currentToken(), null);
    };
  }

  private static Number integer(JsonParser in) throws IOException {
    return in.getNumberType() == NumberType.BIG_INTEGER
        ? in.getBigIntegerValue()
        : Long.valueOf(in.getLongValue());
  }

  private List<@Nullable Object> array(JsonParser in) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    while (in.nextToken().id() != JsonTokenId.ID_END_ARRAY) {
      values.add(read(in));
    }
    return values;
  }

  private @Nullable Object object(JsonParser in) throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      fields.put(name, read(in));
    }
    if (fields.size() == 2
        && fields.containsKey(TypedValues.TYPE)
        && fields.containsKey(TypedValues.VALUE)) {
      return markers.decode(fields.get(TypedValues.TYPE), fields.get(TypedValues.VALUE));
    }
    return fields;
  }
}
