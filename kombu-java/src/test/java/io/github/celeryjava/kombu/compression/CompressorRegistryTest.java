package io.github.celeryjava.kombu.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressorRegistryTest {

  private static final byte[] BODY = "{\"a\": 1}".getBytes(UTF_8);

  /** What Python's zlib makes of {@link #BODY}. */
  private static final byte[] PYTHON = Base64.getDecoder().decode("eJyrVkpUslIwrAUACeUCKQ==");

  private final CompressorRegistry registry = CompressorRegistry.standard();

  private record Failing(String contentType, List<String> aliases) implements Compressor {

    @Override
    public byte[] compress(byte[] body) {
      throw new IllegalStateException("out of order");
    }

    @Override
    public byte[] decompress(byte[] compressed, int maxBytes) {
      throw new IllegalStateException("out of order");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zlib", "application/x-gzip"})
  void isAskedByAliasOrTypeAndAlwaysNamesTheType(String nameOrType) {
    Map<String, Object> headers = new HashMap<>();

    byte[] compressed = registry.compress(nameOrType, BODY, headers);

    assertThat(headers).containsExactly(Map.entry("compression", "application/x-gzip"));
    assertThat(registry.decompress(compressed, headers, length -> 100)).isEqualTo(BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zlib", "application/x-gzip"})
  void readsWhatPythonWroteUnderAnyOfItsNames(String named) {
    assertThat(registry.decompress(PYTHON, Map.of("compression", named), length -> 100))
        .isEqualTo(BODY);
  }

  @Test
  void leavesABodyAloneThatSaysNothing() {
    Map<String, Object> nothing = new HashMap<>();
    nothing.put("compression", null);

    assertThat(registry.decompress(BODY, Map.of(), length -> 0)).isSameAs(BODY);
    assertThat(registry.decompress(BODY, nothing, length -> 0)).isSameAs(BODY);
    assertThat(registry.decompress(BODY, Map.of("compression", ""), length -> 0)).isSameAs(BODY);
  }

  @ParameterizedTest
  @CsvSource({
    "gzp,    'did you mean gzip?'",
    "snappy, 'known are [application/x-brotli, application/x-bz2, application/x-gzip,'"
  })
  void saysWhatToDoAboutACompressionThatIsNotThere(String name, String remedy) {
    Map<String, Object> headers = new HashMap<>();

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> registry.compress(name, BODY, headers))
        .withMessageContaining("there is no compression " + name)
        .withMessageContaining(remedy);
    assertThat(headers).isEmpty();
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> registry.decompress(BODY, Map.of("compression", name), length -> 100))
        .withMessageContaining(remedy);
  }

  @Test
  void tellsWhichCompressionsThereAre() {
    assertThat(registry.contentTypes())
        .containsExactly(
            "application/x-brotli",
            "application/x-bz2",
            "application/x-gzip",
            "application/x-lzma",
            "application/zstd");
    assertThat(registry.find("zstandard"))
        .get()
        .extracting(Compressor::contentType)
        .isEqualTo("application/zstd");
    assertThat(registry.find("snappy")).isEmpty();
  }

  @Test
  void aHeaderOfAnotherTypeIsAnUnknownCompression() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> registry.decompress(BODY, Map.of("compression", 7), length -> 100))
        .withMessageContaining("there is no compression 7");
  }

  @Test
  void theLimitIsComputedFromTheCompressedLength() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(
            () -> registry.decompress(PYTHON, Map.of("compression", "zlib"), length -> length - 10))
        .withMessageContaining("larger than " + (PYTHON.length - 10));
  }

  @Test
  void whateverAnOwnCompressorThrowsIsAnErrorOfOurs() {
    CompressorRegistry own =
        registry.toBuilder().register(new Failing("a/b", List.of("broken"))).build();

    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> own.compress("broken", BODY, new HashMap<>()))
        .withMessageContaining("out of order");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> own.decompress(BODY, Map.of("compression", "a/b"), length -> 100))
        .withMessageContaining("out of order");
    assertThat(own.decompress(PYTHON, Map.of("compression", "zlib"), length -> 100))
        .isEqualTo(BODY);
  }
}
