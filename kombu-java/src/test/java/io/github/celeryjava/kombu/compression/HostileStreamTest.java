package io.github.celeryjava.kombu.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.testing.Mutator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the network sends is inflated or refused, never beyond the limit, in bounded time. */
@Timeout(600)
class HostileStreamTest {

  private static final int LIMIT = 4096;

  private final CompressorRegistry registry = CompressorRegistry.standard();

  @Test
  void streamsAreInflatedWithinTheLimitOrRefused() {
    Map<String, Object> headers = new HashMap<>();
    byte[] small = registry.compress("zlib", "{\"a\": 1}".getBytes(UTF_8), headers);
    byte[] bomb = registry.compress("zlib", new byte[100_000], headers);
    byte[] text =
        registry.compress(
            "zlib", "[[2, 3], {\"debug\": true}]".repeat(50).getBytes(UTF_8), headers);
    Mutator inputs =
        new Mutator(
            20260105,
            List.of(small, bomb, text),
            List.of(
                new byte[] {0x78, (byte) 0x9c},
                new byte[] {0x78, (byte) 0xbb}, // asks for a dictionary
                new byte[] {0x1f, (byte) 0x8b},
                new byte[] {0, 0, 0, (byte) 0xff, (byte) 0xff}, // an empty stored block
                new byte[] {(byte) 0xff}));

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        assertThat(registry.decompress(input, headers, length -> LIMIT))
            .hasSizeLessThanOrEqualTo(LIMIT);
      } catch (DecodeException e) {
        assertThat(e).hasMessageMatching("(?s).*(body|stream).*");
      } catch (Throwable t) {
        fail("not a documented error for " + Base64.getEncoder().encodeToString(input), t);
      }
    }
  }
}
