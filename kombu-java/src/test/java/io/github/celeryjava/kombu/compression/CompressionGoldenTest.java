package io.github.celeryjava.kombu.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.GoldenFile;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java side of the list {@code ALIASES} of {@code codec_golden.py}. */
class CompressionGoldenTest {

  private static final byte[] BODY = "{\"a\": 1}".getBytes(UTF_8);

  private final CompressorRegistry registry = CompressorRegistry.standard();

  @ParameterizedTest
  @ValueSource(strings = {"kombu-5.2.4", "kombu-5.7.0"})
  void readsWhatPythonWrites(String peer) {
    GoldenFile.cases("compression", peer)
        .forEach(
            (alias, wire) -> {
              List<?> headerAndBody = (List<?>) wire;
              byte[] compressed = Base64.getDecoder().decode((String) headerAndBody.get(1));
              Map<String, Object> headers = Map.of("compression", headerAndBody.get(0));

              assertThat(registry.decompress(compressed, headers, length -> 100))
                  .as(alias)
                  .isEqualTo(BODY);
            });
  }

  /** Which bytes it writes depends on the release of a library; Python has read these. */
  @Test
  void writesWhatPythonHasBeenSeenToRead() {
    Map<String, Object> expected = GoldenFile.cases("compression", GoldenFile.JAVA);

    Map<String, Object> written = new LinkedHashMap<>();
    for (String alias : GoldenFile.cases("compression", "kombu-5.7.0").keySet()) {
      Map<String, Object> headers = new HashMap<>();
      byte[] compressed = registry.compress(alias, BODY, headers);
      String base64 = Base64.getEncoder().encodeToString(compressed);
      written.put(alias, List.of(headers.get("compression"), base64));
    }

    GoldenFile.writeToTarget("compression", written);
    assertThat(written).isEqualTo(expected);
  }
}
