package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.testing.Mutator;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the network sends is decoded or refused, with the documented errors and in bounded time. */
@Timeout(1200)
class HostileMsgpackTest {

  private static final List<byte[]> WORDS =
      Stream.of(
              "c0",
              "c1",
              "c2",
              "90",
              "91",
              "80",
              "81",
              "a0",
              "a161",
              "cf",
              "d3",
              "cb",
              "ca",
              "ccff",
              "c4ff",
              "c6ffffffff",
              "c67fffffff",
              "dbffffffff",
              "db7fffffff",
              "ddffffffff",
              "dd7fffffff",
              "dd00ffffff",
              "dfffffffff",
              "df7fffffff",
              "df00ffffff",
              "c9ffffffff05",
              "c97fffffff05",
              "d6ff00000000",
              "d7ff",
              "c70cff",
              "d405",
              "d4fe",
              "929292929292",
              "9090909090",
              "8080808080",
              "ff",
              "e0",
              "c3a9",
              "eda080")
          .map(HexFormat.of()::parseHex)
          .toList();

  private final MsgpackSerializer msgpack =
      new MsgpackSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  @Test
  void bodiesAreDecodedOrRefusedAndWhatIsDecodedCanBeSentOn() {
    Mutator inputs = new Mutator(20260106, seeds(), WORDS);
    int decoded = 0;

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        msgpack.encode(msgpack.decode(input));
        decoded++;
      } catch (DecodeException | EncodeException e) {
        assertThat(e).hasMessageStartingWith("cannot ");
      } catch (Throwable t) {
        fail("not a documented error for " + Base64.getEncoder().encodeToString(input), t);
      }
    }

    assertThat(decoded).isBetween(Mutator.rounds() / 100, Mutator.rounds());
  }

  private List<byte[]> seeds() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("callbacks", null);
    options.put("chain", List.of());
    return Stream.<Object>of(
            List.of(List.of(2, 3), Map.of("debug", true), options),
            Map.of("id", 7, "raw", new byte[] {1, -1}, "txt", "h\u00e9", "n", -1e9),
            List.of(BigInteger.ONE.shiftLeft(63), Long.MIN_VALUE, 65536, -129, 1.5),
            List.of(Instant.ofEpochSecond(1), Instant.ofEpochSecond(-1, 7), Instant.MAX),
            List.of(new MsgpackExtension(5, "ab".getBytes(UTF_8)), "x".repeat(300)),
            Arrays.asList(null, true, List.of(List.of(List.of(Map.of("a", Map.of()))))))
        .map(msgpack::encode)
        .toList();
  }
}
