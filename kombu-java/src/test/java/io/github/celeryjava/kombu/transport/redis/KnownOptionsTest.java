package io.github.celeryjava.kombu.transport.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KnownOptionsTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(KnownOptions.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final KnownOptions options = new KnownOptions();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  @Test
  void aSlipOfThePenIsWarnedOfOnce() {
    options.check(Set.of("visibility_timout"));
    options.check(Set.of("visibility_timout"));

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "The Redis transport has no option 'visibility_timout'; did you mean"
                + " 'visibility_timeout'?");
  }

  @Test
  void optionsOfOtherTransportsAreLeftAlone() {
    options.check(Set.of("confirm_publish", "max_retries", "wait_time_seconds", "sep"));

    assertThat(log.list).isEmpty();
  }
}
