package io.github.celeryjava.kombu.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.testing.Mutator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the network sends is inflated or refused, never beyond the limit, in bounded time. */
@Timeout(1200)
class HostileStreamTest {

  private static final int LIMIT = 4096;

  private final CompressorRegistry registry = CompressorRegistry.standard();

  /** The words mean something to the format: magic numbers, block headers, sizes. */
  @ParameterizedTest
  @CsvSource({
    "zlib, 'eJw= eLs= H4s= AAAA//8='",
    "bzip2, 'Qlpo OQ== MUFZJlNZ F3JFOFCQ'",
    "xz, '/Td6WFoA AAQ= ISgB AAQ= WVo= XQAAAAT//////////w== AQAA 4P//'",
    "zstd, 'KLUv/Q== UCpNGA== YAD/ 4AAAAAAAAAEA AQAA AwAA'",
    "brotli, 'Aw== EQ== 8B8= Gw=='"
  })
  void streamsAreInflatedWithinTheLimitOrRefused(String compression, String words) {
    Map<String, Object> headers = new HashMap<>();
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(registry.compress(compression, "{\"a\": 1}".getBytes(UTF_8), headers));
    seeds.add(registry.compress(compression, new byte[100_000], headers));
    byte[] text = "[[2, 3], {\"debug\": true}]".repeat(50).getBytes(UTF_8);
    seeds.add(registry.compress(compression, text, headers));
    List<byte[]> pieces = new ArrayList<>(List.of(new byte[] {(byte) 0xff}, new byte[] {0}));
    for (String word : words.split(" ")) {
      pieces.add(Base64.getDecoder().decode(word));
    }
    Mutator inputs = new Mutator(20260105, seeds, pieces);

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        assertThat(registry.decompress(input, headers, length -> LIMIT))
            .hasSizeLessThanOrEqualTo(LIMIT);
      } catch (DecodeException e) {
        assertThat(e).hasMessageMatching("(?s).*(body|stream|cannot undo).*");
      } catch (Throwable t) {
        fail("not a documented error for " + Base64.getEncoder().encodeToString(input), t);
      }
    }
  }
}
