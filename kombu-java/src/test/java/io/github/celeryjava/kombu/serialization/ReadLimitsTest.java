package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadLimitsTest {

  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    "0,          1048576",
    "100,        1048576",
    "10000,      2000000",
    "1000000,    134217728",
    "2147483647, 134217728"
  })
  void aSmallBodyMayAlwaysBeInflatedAndALargeOneByItsRatio(int compressed, int expected) {
    assertThat(ReadLimits.defaults().maxInflatedBytes(compressed)).isEqualTo(expected);
  }

  @Test
  void theBodyLimitHoldsForSmallInflatedBodiesToo() {
    ReadLimits tiny = ReadLimits.defaults().withMaxBodyBytes(10);

    assertThat(tiny.maxInflatedBytes(100)).isEqualTo(10);
  }

  @Test
  void eachLimitIsChangedAlone() {
    ReadLimits limits =
        ReadLimits.defaults()
            .withMaxBodyBytes(MIB)
            .withMaxDepth(5)
            .withMaxInflationRatio(6)
            .withMaxHeaders(7);

    assertThat(limits).isEqualTo(new ReadLimits(MIB, 5, 6, 7));
  }

  @Test
  void limitsThatAllowNothingOrEndAThreadAreRefused() {
    ReadLimits defaults = ReadLimits.defaults();

    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxBodyBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxDepth(0));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxDepth(5001));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxInflationRatio(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxHeaders(0));
  }

  @Test
  void headersAreCountedWithWhatStandsInsideOfThem() {
    ReadLimits six = ReadLimits.defaults().withMaxHeaders(6);
    Map<String, Object> five =
        Map.of("a", 1, "b", List.of("c", Map.of("d", List.of()))); // a, b, c, the table, d

    six.checkHeaders(five);
    six.withMaxHeaders(5).checkHeaders(five);
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> six.withMaxHeaders(4).checkHeaders(five))
        .withMessage("a message has more headers than the limit of 4");
  }

  @Test
  void headersInsideOfEachOtherAreCountedWithoutAnEndOfTheStack() {
    Object nested = 1;
    for (int i = 0; i < 100_000; i++) {
      nested = List.of(nested);
    }
    Map<String, Object> headers = Map.of("a", nested);

    ReadLimits.defaults().withMaxHeaders(100_001).checkHeaders(headers);
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> ReadLimits.defaults().checkHeaders(headers));
  }
}
