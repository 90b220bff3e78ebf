package io.github.celeryjava.kombu.transport.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KnownOptionsTest {

  private final LogCapture log = new LogCapture();
  private final KnownOptions options = new KnownOptions();

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  void aSlipOfThePenIsWarnedOfOnce() {
    options.check(Set.of("visibility_timout"));
    options.check(Set.of("visibility_timout"));

    assertThat(log.text())
        .containsOnlyOnce(
            "The Redis transport has no option 'visibility_timout'; did you mean"
                + " 'visibility_timeout'?");
  }

  @Test
  void optionsOfOtherTransportsAreLeftAlone() {
    options.check(Set.of("confirm_publish", "max_retries", "wait_time_seconds", "sep"));

    assertThat(log.text()).isEmpty();
  }
}
