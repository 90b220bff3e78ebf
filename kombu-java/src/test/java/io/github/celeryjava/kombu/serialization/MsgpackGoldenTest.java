package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.testing.GoldenFile;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java side of the table {@code MSGPACK} of {@code codec_golden.py}. */
class MsgpackGoldenTest {

  private static final byte[] BINARY = {(byte) 0xff, 0, (byte) 0xfe};

  /** Python writes this key, and no Python can read it. */
  private static final Set<String> ONLY_PYTHON_WRITES = Set.of("map-int-key");

  private static final Map<String, Object> VALUES = values();

  private final MsgpackSerializer msgpack =
      new MsgpackSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  @ParameterizedTest
  @ValueSource(strings = {"kombu-5.2.4", "kombu-5.7.0"})
  void readsWhatPythonWrites(String peer) {
    Map<String, String> cases = GoldenFile.texts("msgpack", peer);

    assertThat(cases).containsOnlyKeys(VALUES.keySet());
    cases.forEach(
        (name, wire) -> {
          if (wire != null && !ONLY_PYTHON_WRITES.contains(name)) {
            Object value = msgpack.decode(Base64.getDecoder().decode(wire));

            assertThat(bytesAsBuffers(value)).as(name).isEqualTo(bytesAsBuffers(VALUES.get(name)));
          }
        });
  }

  @Test
  void writesByteForByteWhatPythonWrites() {
    Map<String, String> expected = GoldenFile.texts("msgpack", "kombu-5.7.0");
    ONLY_PYTHON_WRITES.forEach(name -> expected.put(name, null));

    Map<String, String> written = new LinkedHashMap<>();
    VALUES.forEach((name, value) -> written.put(name, encoded(value)));

    GoldenFile.writeToTarget("msgpack", written);
    assertThat(written).isEqualTo(expected).isEqualTo(GoldenFile.texts("msgpack", GoldenFile.JAVA));
  }

  private String encoded(Object value) {
    try {
      return Base64.getEncoder().encodeToString(msgpack.encode(value));
    } catch (EncodeException e) {
      return null;
    }
  }

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("nil", null);
    values.put("true", true);
    values.put("false", false);
    putNumbers(values);
    putTexts(values);
    putContainers(values);
    values.put("extension", new MsgpackExtension(5, "ab".getBytes(UTF_8)));
    values.put("extension-17", new MsgpackExtension(127, filled(17, 1)));
    values.put("timestamp", Instant.ofEpochSecond(1));
    values.put("timestamp-nanos", Instant.ofEpochSecond(1, 500));
    values.put("timestamp-before", Instant.ofEpochSecond(-1, 999_999_999));
    values.put("timestamp-late", Instant.ofEpochSecond(1L << 34, 7));
    values.put("set", Set.of(1));
    values.put("date", LocalDate.of(2031, 7, 9));
    values.put("datetime", OffsetDateTime.parse("2031-07-09T08:05:06+02:00"));
    values.put("decimal", new BigDecimal("12.50"));
    values.put("uuid", UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
    return Collections.unmodifiableMap(values);
  }

  private static void putNumbers(Map<String, Object> values) {
    LongStream.of(0, 1, 127, 128, 255, 256, 65535, 65536).forEach(each -> put(values, each));
    LongStream.of(1L << 31, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE)
        .forEach(each -> put(values, each));
    LongStream.of(-1, -32, -33, -128, -129, -32768, -32769).forEach(each -> put(values, each));
    LongStream.of(-(1L << 31), -(1L << 31) - 1, Long.MIN_VALUE).forEach(each -> put(values, each));
    BigInteger two = BigInteger.TWO;
    values.put("int+9223372036854775808", two.pow(63));
    values.put("int+18446744073709551615", two.pow(64).subtract(BigInteger.ONE));
    values.put("int+18446744073709551616", two.pow(64));
    values.put("int-9223372036854775809", two.pow(63).negate().subtract(BigInteger.ONE));
    values.put("float", 1.5);
    values.put("float-tenth", 0.1);
    values.put("float-nan", Double.NaN);
    values.put("float-infinity", Double.NEGATIVE_INFINITY);
    values.put("float-negative-zero", -0.0);
  }

  private static void put(Map<String, Object> values, long number) {
    values.put("int%+d".formatted(number), number);
  }

  private static void putTexts(Map<String, Object> values) {
    values.put("text-empty", "");
    for (int length : new int[] {31, 32, 255, 256, 65536}) {
      values.put("text-" + length, "x".repeat(length));
    }
    values.put("text-astral", "\u00e9\uD83D\uDE00");
    values.put("text-lone-surrogate", "a\uD800b");
    values.put("bytes-empty", new byte[0]);
    values.put("bytes", BINARY);
    values.put("bytes-256", filled(256, 7));
  }

  private static void putContainers(Map<String, Object> values) {
    values.put("list-empty", List.of());
    values.put("list-15", LongStream.range(0, 15).boxed().toList());
    values.put("list-16", LongStream.range(0, 16).boxed().toList());
    values.put("list-nested", List.of(1L, List.of(2L, List.of(3L, List.of()))));
    values.put("map-empty", Map.of());
    Map<String, Object> sixteen = new LinkedHashMap<>();
    LongStream.range(0, 16).forEach(number -> sixteen.put("k%02d".formatted(number), number));
    values.put("map-16", sixteen);
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("c", null);
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("b", 1L);
    nested.put("a", inner);
    values.put("map-nested", nested);
    values.put("map-bytes-key", Map.of(ByteBuffer.wrap(new byte[] {-1}), 1L));
    values.put("map-int-key", Map.of(7L, 1L));
    Map<String, Object> contract = new LinkedHashMap<>();
    contract.put("id", 7L);
    contract.put("ok", true);
    contract.put("raw", new byte[] {1, -1});
    contract.put("txt", "h\u00e9");
    values.put("contract", contract);
  }

  /** Arrays inside of maps have no equality. */
  private static Object bytesAsBuffers(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put(key, bytesAsBuffers(each)));
      return copy;
    }
    return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
