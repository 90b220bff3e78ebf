package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.GoldenFile;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java side of the table {@code BODIES} of {@code codec_golden.py}. */
class BodyGoldenTest {

  private static final byte[] BINARY = {(byte) 0xff, 0, (byte) 0xfe};
  private static final String TEXT = "h\u00e9llo";

  /** What a sender says of a body. */
  private record Case(
      @Nullable Object body,
      @Nullable String serializer,
      @Nullable String contentType,
      @Nullable String contentEncoding) {}

  private static final Map<String, Case> CASES = cases();

  private final SerializerRegistry registry = SerializerRegistry.standard();

  @Test
  void bodiesGetTheTypeEncodingAndBytesThatPythonGivesThem() {
    Map<String, Object> written = new LinkedHashMap<>();
    CASES.forEach((name, each) -> written.put(name, encoded(each)));

    GoldenFile.writeToTarget("bodies", written);
    assertThat(written).isEqualTo(GoldenFile.cases("bodies", GoldenFile.JAVA));
    assertThat(withPythonsSpaces(written)).isEqualTo(GoldenFile.cases("bodies", "kombu-5.7.0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kombu-5.2.4", "kombu-5.7.0"})
  void whatPythonSendsIsReadAsTheBodyThatItWas(String peer) {
    Map<String, Object> cases = GoldenFile.cases("bodies", peer);

    cases.forEach(
        (name, wire) -> {
          if (name.equals("bytes-typed-encoding")) {
            return; // an encoding that nobody knows
          }
          List<?> parts = (List<?>) wire;
          Object body =
              registry.decode(
                  Base64.getDecoder().decode((String) parts.get(2)),
                  (String) parts.get(0),
                  (String) parts.get(1),
                  registry.acceptAll());

          assertThat(body).as(name).isEqualTo(CASES.get(name).body());
        });
    assertThat(cases).containsOnlyKeys(CASES.keySet());
  }

  private List<String> encoded(Case sent) {
    Encoded encoded =
        registry.encode(sent.body(), sent.serializer(), sent.contentType(), sent.contentEncoding());
    return List.of(
        encoded.contentType(),
        encoded.contentEncoding(),
        Base64.getEncoder().encodeToString(encoded.body()));
  }

  /** Python's JSON has a space behind colons and escapes; its YAML ends a document with dots. */
  private static Map<String, Object> withPythonsSpaces(Map<String, Object> written) {
    Map<String, Object> spaced = new LinkedHashMap<>(written);
    spaced.put("map", List.of("application/json", "utf-8", base64("{\"a\": 1}")));
    spaced.put("text-json", List.of("application/json", "utf-8", base64("\"h\\u00e9llo\"")));
    spaced.put("text-yaml", List.of("application/x-yaml", "utf-8", base64("plain\n...\n")));
    return spaced;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("bytes", new Case(BINARY, null, null, null));
    cases.put("text", new Case(TEXT, null, null, null));
    cases.put("map", new Case(Map.of("a", 1L), null, null, null));
    cases.put("null", new Case(null, null, null, null));
    cases.put("text-json", new Case(TEXT, "json", null, null));
    cases.put("text-yaml", new Case("plain", "yaml", null, null));
    cases.put("map-yaml", new Case(Map.of("a", 1L), "yaml", null, null));
    cases.put("map-msgpack", new Case(Map.of("a", 1L), "msgpack", null, null));
    cases.put("text-raw", new Case(TEXT, "raw", null, null));
    cases.put("bytes-raw", new Case(BINARY, "raw", null, null));
    cases.put("text-typed", new Case(TEXT, null, "text/x", null));
    cases.put("text-typed-latin", new Case(TEXT, null, "text/x", "latin-1"));
    cases.put("text-typed-serializer", new Case(TEXT, "json", "text/x", null));
    cases.put("bytes-typed", new Case(BINARY, null, "image/x", null));
    cases.put("bytes-typed-encoding", new Case(BINARY, null, "image/x", "8bit"));
    return cases;
  }
}
