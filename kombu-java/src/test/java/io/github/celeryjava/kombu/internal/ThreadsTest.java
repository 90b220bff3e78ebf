package io.github.celeryjava.kombu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(30)
class ThreadsTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(OnDemandExecutor.class);
  private final Recording recording = new Recording();

  @BeforeEach
  void record() {
    recording.start();
    logger.setAdditive(false);
    logger.addAppender(recording);
  }

  @AfterEach
  void stopRecording() {
    logger.detachAppender(recording);
    logger.setAdditive(true);
  }

  @Test
  void logsWhatEscapesATaskAndRunsTheNext() throws Exception {
    ScheduledExecutorService thread = Threads.onDemand("busy");

    thread.execute(
        () -> {
          throw new AssertionError("one");
        });
    thread.scheduleWithFixedDelay(
        () -> {
          throw new IllegalStateException("two");
        },
        0,
        1,
        TimeUnit.DAYS);
    Future<String> next = thread.submit(() -> "still here");

    assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("still here");
    await().untilAsserted(() -> assertThat(recording.causes).containsExactly("one", "two"));
  }

  @Test
  void leavesWhatACallableThrowsToWhoAskedForIt() {
    Future<?> asked =
        Threads.onDemand("busy")
            .submit(
                () -> {
                  throw new Exception("told");
                });

    assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("told");
    assertThat(recording.causes).isEmpty();
  }

  private static final class Recording extends AppenderBase<ILoggingEvent> {

    private final List<String> causes = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      causes.add(event.getThrowableProxy().getMessage());
    }
  }
}
