package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.RejectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class TaskLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(TaskTracer.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Tracing tracing = new Tracing();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
    logger.setLevel(null);
  }

  @Test
  void successIsLoggedInCelerysWords() {
    tracing.run(
        Requests.of("t", "id-1").header("shadow", "shown"), (context, args, kwargs) -> "it's");

    assertLogged(Level.INFO, "Task shown[id-1] succeeded in 0.0s: 'it\\'s'");
  }

  @Test
  void failureIsLoggedInCelerysWordsWithItsStack() {
    tracing.run(
        (context, args, kwargs) -> {
          throw new IllegalArgumentException("no");
        });

    assertLogged(
        Level.ERROR, "Task t[id-1] raised unexpected: java.lang.IllegalArgumentException: no");
    assertThat(logged.list.get(0).getThrowableProxy().getMessage()).isEqualTo("no");
  }

  @Test
  void aRetryIsLoggedInCelerysWords() {
    tracing.run(
        (context, args, kwargs) -> {
          throw context.retry(new IllegalStateException("busy"), Duration.ofSeconds(5));
        });

    assertLogged(
        Level.INFO, "Task t[id-1] retry: Retry in 5s: java.lang.IllegalStateException: busy");
  }

  @Test
  void ignoringAndRejectingAreLogged() {
    tracing.run(
        (context, args, kwargs) -> {
          throw new IgnoreException();
        });
    tracing.run(
        (context, args, kwargs) -> {
          throw RejectException.requeued("later");
        });

    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Task t[id-1] ignored", "Task t[id-1] rejected: reject requeue=true: later");
  }

  @Test
  void linesOfATaskCarryItsIdAndName() {
    tracing.run(
        (context, args, kwargs) -> {
          assertThat(MDC.get("task_id")).isEqualTo("id-1");
          return null;
        });

    assertThat(logged.list.get(0).getMDCPropertyMap())
        .isEqualTo(Map.of("task_id", "id-1", "task_name", "t"));
    assertThat(MDC.get("task_id")).isNull();
    assertThat(MDC.get("task_name")).isNull();
  }

  @Test
  void whatAMessageNamesCannotBreakALine() {
    String hostile = "x\nTask forged[id-9] succeeded\u001b[2J";
    Requests request =
        Requests.of("t\r\nu", hostile)
            .header("shadow", hostile)
            .link("errbacks", List.of(Requests.signature("e", Map.of("priority", -1))));

    tracing.run(request, (context, args, kwargs) -> MDC.get("task_id") + MDC.get("task_name"));
    tracing.run(request, (context, args, kwargs) -> thrown(context.retry(null)));
    tracing.run(request, (context, args, kwargs) -> thrown(new IgnoreException()));
    tracing.run(request, (context, args, kwargs) -> thrown(RejectException.dropped("a\nb")));
    tracing.run(request, (context, args, kwargs) -> thrown(new IllegalStateException("no")));
    tracing.sender.failRetryWith(new IllegalStateException("no"));
    tracing.run(request, (context, args, kwargs) -> thrown(context.retry(null)));
    tracing.cancelled().run(request, (context, args, kwargs) -> thrown(new Error("stopped")));

    assertThat(logged.list)
        .hasSizeGreaterThanOrEqualTo(8)
        .allSatisfy(
            event -> {
              assertThat(event.getFormattedMessage()).doesNotContainPattern("[\\p{Cntrl}]");
              assertThat(event.getMDCPropertyMap().toString()).doesNotContainPattern("\\p{Cntrl}");
            });
  }

  private static Object thrown(Throwable error) throws Exception {
    if (error instanceof Error fatal) {
      throw fatal;
    }
    throw (Exception) error;
  }

  private void assertLogged(Level level, String message) {
    assertThat(logged.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(level);
              assertThat(event.getFormattedMessage()).isEqualTo(message);
            });
  }
}
