package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
}
