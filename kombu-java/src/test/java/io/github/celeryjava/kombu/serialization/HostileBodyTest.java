package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.testing.Mutator;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the network sends is decoded or refused, with the documented errors and in bounded time. */
@Timeout(600)
class HostileBodyTest {

  private static final List<byte[]> SEEDS =
      texts(
          "[[2, 3], {\"debug\": true}, {\"callbacks\": null, \"errbacks\": null, \"chain\": null}]",
          "{\"__type__\": \"datetime\", \"__value__\": \"2031-07-09T08:05:06.000120+02:00\"}",
          "{\"__type__\": \"time\", \"__value__\": \"08:05:00-03:30\"}",
          "{\"__type__\": \"date\", \"__value__\": \"2031-07-09\"}",
          "{\"__type__\": \"decimal\", \"__value__\": \"-12.50E+3\"}",
          "{\"__type__\": \"uuid\", \"__value__\": {\"hex\": \"00112233445566778899aabbccddeeff\"}}",
          "{\"__type__\": \"base64\", \"__value__\": \"/wA=\"}",
          "[{\"__type__\": \"bytes\", \"__value__\": \"caf\\u00e9\"}, NaN, -Infinity, 1e308]",
          "{\"id\": \"x\", \"at\": null, \"total\": 12.5, \"parts\": [1, 2], \"rest\": {\"a\": []}}",
          "[123456789012345678901234567890, 0.1, -0.0, \"\\ud83d\\ude00\\ud800\", \"h\u00e9\"]");

  private static final List<byte[]> WORDS =
      Stream.concat(
              texts(
                  "[",
                  "]",
                  "{",
                  "}",
                  ",",
                  ":",
                  "\"",
                  "\\",
                  "\\u",
                  "\\ud800",
                  "null",
                  "true",
                  "NaN",
                  "Infinity",
                  "-",
                  "+",
                  ".",
                  "e",
                  "E999999999",
                  "9999999999999999999999",
                  "1e400",
                  "\"__type__\":",
                  "\"__value__\":",
                  "\"datetime\"",
                  "\"decimal\"",
                  "\"uuid\"",
                  "\"base64\"",
                  "\"hex\"",
                  "\"unheard-of\"",
                  "\"1E+2147483648\"",
                  "[[[[[[[[[[",
                  "\u0000",
                  "\ufeff",
                  "T25:61:61",
                  "+99:99",
                  "Z",
                  "=")
                  .stream(),
              Stream.of(
                  new byte[] {(byte) 0xff},
                  new byte[] {(byte) 0xc0, (byte) 0x80},
                  new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                  new byte[] {(byte) 0xf4, (byte) 0x90}))
          .toList();

  private static final List<Type> TYPES =
      List.of(
          Order.class,
          int.class,
          double.class,
          String.class,
          List.class,
          Map.class,
          Instant.class,
          LocalDate.class,
          OffsetTime.class,
          BigDecimal.class,
          UUID.class,
          byte[].class);

  private final SerializerRegistry registry = SerializerRegistry.standard();

  record Order(
      String id, Instant at, BigDecimal total, List<Integer> parts, Map<String, Object> rest) {}

  @Test
  void jsonIsDecodedOrRefusedAndWhatIsDecodedCanBeSentOn() {
    JsonSerializer json = JsonSerializer.standard();
    Mutator inputs = new Mutator(20260101, SEEDS, WORDS);
    int decoded = 0;

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        json.encode(json.decode(input));
        decoded++;
      } catch (DecodeException | EncodeException e) {
        assertThat(e).hasMessageStartingWith("cannot ");
      } catch (Throwable t) {
        fail("not a documented error for " + shown(input), t);
      }
    }

    assertThat(decoded).isBetween(Mutator.rounds() / 100, Mutator.rounds());
  }

  @Test
  void jsonIsDecodedIntoAJavaTypeOrRefused() {
    JsonSerializer json = JsonSerializer.standard();
    Mutator inputs = new Mutator(20260102, SEEDS, WORDS);

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        json.decode(input, TYPES.get(i % TYPES.size()));
      } catch (DecodeException e) {
        assertThat(e).hasMessageStartingWith("cannot ");
      } catch (Throwable t) {
        fail("not a documented error for " + shown(input), t);
      }
    }
  }

  @Test
  void typesAndEncodingsAreAsHostileAsBodies() {
    Mutator types =
        new Mutator(
            20260103,
            texts("application/json", "text/plain", "application/data", "application/x-yaml"),
            texts("/", "", ";", "\u0000", "json", "application/x-python-serialize"));
    Mutator encodings =
        new Mutator(
            20260104,
            texts("utf-8", "binary", "latin-1", "utf-16", "us-ascii", "x-windows-949"),
            texts("_", "-", " ", "\u0000", "utf", "\u00e9"));
    AcceptList everything = registry.accept(null);

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] body = SEEDS.get(i % SEEDS.size());
      String type = new String(types.next(), UTF_8);
      String encoding = new String(encodings.next(), UTF_8);
      try {
        registry.decode(body, type, encoding, everything);
      } catch (DecodeException | ContentDisallowedException e) {
        assertThat(e).hasMessageNotContaining("debug");
      } catch (Throwable t) {
        fail("not a documented error for " + type + ", " + encoding, t);
      }
    }
  }

  private static String shown(byte[] input) {
    return Base64.getEncoder().encodeToString(input);
  }

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
  }
}
