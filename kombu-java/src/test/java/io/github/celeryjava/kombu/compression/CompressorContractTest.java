package io.github.celeryjava.kombu.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What all compressions have in common; {@link ZlibCompressorTest} has more about that one. */
class CompressorContractTest {

  private static final byte[] BODY = "{\"a\": 1}".getBytes(UTF_8);
  private static final int MIB = 1 << 20;

  private static final CompressorRegistry REGISTRY = CompressorRegistry.standard();

  static Stream<Compressor> compressors() {
    return REGISTRY.contentTypes().stream().map(type -> REGISTRY.find(type).orElseThrow());
  }

  static Stream<Arguments> bodies() {
    Random random = new Random(1);
    byte[] noise = new byte[300_000];
    random.nextBytes(noise);
    List<byte[]> bodies =
        List.of(
            new byte[0],
            new byte[] {7},
            BODY,
            "words and more words, ".repeat(50_000).getBytes(UTF_8),
            noise,
            new byte[3 * MIB]);
    return compressors()
        .flatMap(compressor -> bodies.stream().map(body -> Arguments.of(compressor, body)));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void everyBodyComesBackUnderALimitOfItsOwnSize(Compressor compressor, byte[] body) {
    byte[] compressed = compressor.compress(body);

    assertThat(compressor.decompress(compressed, body.length)).isEqualTo(body);
    assertThat(compressor.decompress(compressed, body.length + 1)).isEqualTo(body);
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void nothingIsInflatedBeyondTheLimit(Compressor compressor) {
    byte[] bomb = compressor.compress(new byte[16 * MIB]);

    assertThat(bomb).hasSizeLessThan(MIB);
    for (int limit : new int[] {0, 1, 1000, MIB}) {
      assertThatExceptionOfType(DecodeException.class)
          .isThrownBy(() -> compressor.decompress(bomb, limit))
          .withMessage("inflated, the body is larger than " + limit + " bytes");
    }
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void aStreamThatIsCutOffIsAnErrorWhereverTheCutIs(Compressor compressor) {
    byte[] whole = compressor.compress("a body, a body, a body".getBytes(UTF_8));

    for (int length = 0; length < whole.length; length++) {
      Map<String, String> headers = Map.of("compression", compressor.contentType());
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(DecodeException.class)
          .as("%s cut at %d", compressor.contentType(), length)
          .isThrownBy(() -> REGISTRY.decompress(cut, headers, ignored -> 1000));
    }
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void aBodyThatIsNotCompressedIsAnError(Compressor compressor) {
    Map<String, String> headers = Map.of("compression", compressor.contentType());

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> REGISTRY.decompress(BODY, headers, ignored -> 1000))
        .withMessageNotContaining("\"a\"");
  }

  @ParameterizedTest
  @CsvSource({
    "bzip2, application/x-bz2",
    "bzip, application/x-bz2",
    "lzma, application/x-lzma",
    "xz, application/x-lzma",
    "zstd, application/zstd",
    "zstandard, application/zstd",
    "brotli, application/x-brotli"
  })
  void everyAliasPutsTheTypeIntoTheHeaderAndIsReadThere(String alias, String type) {
    Map<String, Object> headers = new HashMap<>();

    byte[] compressed = REGISTRY.compress(alias, BODY, headers);

    assertThat(headers).containsExactly(Map.entry("compression", type));
    assertThat(REGISTRY.decompress(compressed, headers, length -> 100)).isEqualTo(BODY);
    assertThat(REGISTRY.decompress(compressed, Map.of("compression", alias), length -> 100))
        .isEqualTo(BODY);
  }

  @Test
  void aZstdFrameOfUnknownSizeIsReadAndItsSizeIsWritten() {
    // From a streaming encoder: no content size in the header.
    byte[] unsized = Base64.getDecoder().decode("KLUv/QBYQQAAeyJhIjogMX0=");
    Compressor zstd = REGISTRY.find("zstd").orElseThrow();

    assertThat(zstd.decompress(unsized, 8)).isEqualTo(BODY);
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> zstd.decompress(unsized, 7));
    assertThat(zstd.compress(BODY)).startsWith(0x28, 0xb5, 0x2f, 0xfd, 0x20, BODY.length);
  }

  @Test
  void severalFramesOrStreamsAreOneBody() {
    for (String name : List.of("zstd", "bzip2", "xz")) {
      Compressor compressor = REGISTRY.find(name).orElseThrow();
      byte[] once = compressor.compress(BODY);
      byte[] twice = Arrays.copyOf(once, once.length * 2);
      System.arraycopy(once, 0, twice, once.length, once.length);

      assertThat(compressor.decompress(twice, 100))
          .as(name)
          .isEqualTo("{\"a\": 1}{\"a\": 1}".getBytes(UTF_8));
    }
  }

  @Test
  void theOlderContainerOfLzmaIsReadAsWell() {
    byte[] alone = Base64.getDecoder().decode("XQAAgAD//////////wA9iIgiNyhA025/Lbb//5BGAAA=");
    Compressor xz = REGISTRY.find("lzma").orElseThrow();

    assertThat(xz.decompress(alone, 100)).isEqualTo(BODY);
  }

  @Test
  void aDictionaryLargerThanAnyBodyIsNotAllocated() {
    // The header of an .lzma file that claims a dictionary of 1 GiB.
    byte[] greedy = {0x5d, 0, 0, 0, 0x40, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0};
    Compressor xz = REGISTRY.find("lzma").orElseThrow();

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> xz.decompress(greedy, MIB))
        .withMessageContaining("memory");
  }

  @Test
  void aContentSizeBeyondTheLimitIsNotAllocated() {
    // A zstd frame header with a content size of 2^40.
    byte[] greedy = {
      0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0
    };
    Compressor zstd = REGISTRY.find("zstd").orElseThrow();

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> zstd.decompress(greedy, MIB))
        .withMessage("inflated, the body is larger than " + MIB + " bytes");
  }
}
