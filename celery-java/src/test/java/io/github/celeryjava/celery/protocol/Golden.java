package io.github.celeryjava.celery.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads the files that {@code interop-tests/src/test/python/golden.py} wrote with real Celery. */
public final class Golden {

  public static final String NEWEST = "5.7.0";
  public static final String OLDEST = "5.2.7";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /** The cases of one list in one file. */
  public static Stream<JsonNode> cases(String format, String version, String list) {
    String name = "/wire/" + format + "/celery-" + version + ".json";
    try (InputStream in = Golden.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no golden file " + name);
      }
      return StreamSupport.stream(JSON.readTree(in).get(list).spliterator(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a JSON serializer would decode this to, special types left as they are. */
  public static Object decoded(JsonNode node) {
    return JSON.convertValue(node, Object.class);
  }

  @SuppressWarnings("unchecked") // a JSON object
  public static Map<String, Object> decodedMap(JsonNode node) {
    return (Map<String, Object>) decoded(node);
  }

  static JsonNode tree(Object value) {
    return JSON.valueToTree(value);
  }

  /** What a peer would decode {@code value} to. */
  public static Object throughJson(Object value) {
    try {
      return JSON.readValue(JSON.writeValueAsBytes(value), Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value that the script tagged. */
  public static Object value(JsonNode node) {
    if (node.isArray()) {
      return values(node);
    }
    if (!node.isObject()) {
      return decoded(node);
    }
    if (node.size() == 1 && node.fieldNames().next().startsWith("$")) {
      return special(node.fieldNames().next(), node.elements().next());
    }
    Map<String, Object> map = new LinkedHashMap<>();
    node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
    return map;
  }

  static List<Object> values(JsonNode array) {
    List<Object> values = new ArrayList<>();
    array.forEach(element -> values.add(value(element)));
    return values;
  }

  private static Object special(String tag, JsonNode content) {
    return switch (tag) {
      case "$int" -> new BigInteger(content.asText());
      case "$float" -> number(content.asText());
      case "$tuple" -> values(content);
      case "$set" -> new LinkedHashSet<>(values(content));
      case "$map" -> map(content);
      case "$bytes" -> Base64.getDecoder().decode(content.asText());
      case "$decimal" -> new BigDecimal(content.asText());
      case "$uuid" -> UUID.fromString(content.asText());
      case "$datetime" ->
          content.asText().matches(".*[+-]\\d\\d:\\d\\d$")
              ? OffsetDateTime.parse(content.asText())
              : LocalDateTime.parse(content.asText());
      case "$date" -> LocalDate.parse(content.asText());
      case "$time" -> LocalTime.parse(content.asText());
      case "$delta" ->
          Duration.ofSeconds(content.get(0).asLong()).plusNanos(content.get(1).asLong() * 1000);
      case "$repeat" -> content.get(0).asText().repeat(content.get(1).asInt());
      default -> throw new IllegalArgumentException(tag);
    };
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  private static Map<Object, Object> map(JsonNode pairs) {
    Map<Object, Object> map = new LinkedHashMap<>();
    pairs.forEach(pair -> map.put(value(pair.get(0)), value(pair.get(1))));
    return map;
  }
}
