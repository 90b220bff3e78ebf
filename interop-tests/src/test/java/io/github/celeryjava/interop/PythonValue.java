package io.github.celeryjava.interop;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value as a Python program holds it.
 *
 * @param repr what {@code repr()} says, such as {@code Decimal('1.10')}
 * @param type its type, such as {@code int} or {@code decimal.Decimal}
 * @param json the value as JSON, as far as JSON goes; bytes are base64, other types their string
 */
public record PythonValue(String repr, String type, JsonNode json) {

  @Override
  public String toString() {
    return repr;
  }
}
