package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.GeneratedValues;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MsgpackRoundTripTest {

  private final MsgpackSerializer msgpack =
      new MsgpackSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  @Property(tries = 300)
  void everyValueComesBackAsItWas(@ForAll("values") Object value) {
    assertThat(msgpack.decode(msgpack.encode(value))).isEqualTo(value);
  }

  @Property
  void bytesComeBackByteForByte(@ForAll byte[] bytes) {
    assertThat(msgpack.decode(msgpack.encode(bytes))).isEqualTo(bytes);
  }

  @Property
  void extensionsComeBackWithTheirCode(@ForAll("extensions") MsgpackExtension extension) {
    assertThat(msgpack.decode(msgpack.encode(extension))).isEqualTo(extension);
  }

  @Provide
  Arbitrary<Object> values() {
    return GeneratedValues.nested(
        Arbitraries.oneOf(
            List.of(
                GeneratedValues.plain(),
                Arbitraries.bigIntegers()
                    .between(
                        BigInteger.ONE.shiftLeft(63),
                        BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE))
                    .asGeneric(),
                Combinators.combine(
                        Arbitraries.longs()
                            .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                        Arbitraries.integers().between(0, 999_999_999))
                    .as(Instant::ofEpochSecond)
                    .asGeneric())));
  }

  @Provide
  Arbitrary<MsgpackExtension> extensions() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 127),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
        .as(MsgpackExtension::new);
  }
}
