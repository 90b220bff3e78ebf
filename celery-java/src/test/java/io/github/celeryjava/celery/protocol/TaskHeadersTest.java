package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskHeadersTest {

  @Test
  void readsTheLeastThatAWorkerAccepts() {
    TaskHeaders headers = TaskHeaders.read(Map.of("task", "proj.add", "id", "id-1"));

    assertThat(headers.task()).isEqualTo("proj.add");
    assertThat(headers.id()).isEqualTo("id-1");
    assertThat(headers.retries()).isZero();
    assertThat(headers.timeLimit()).isNull();
    assertThat(headers.ignoreResult()).isNull();
    assertThat(headers.stamps()).isEmpty();
    assertThat(headers.custom()).isEmpty();
    assertThat(headers.rootOrSelf()).isEqualTo("id-1");
    assertThat(headers.displayName()).isEqualTo("proj.add");
  }

  @Test
  void takesNullForAbsent() {
    Map<String, Object> raw = valid();
    for (String key :
        List.of(
            "shadow",
            "eta",
            "expires",
            "group",
            "group_index",
            "retries",
            "timelimit",
            "root_id",
            "parent_id",
            "argsrepr",
            "kwargsrepr",
            "origin",
            "ignore_result",
            "replaced_task_nesting",
            "stamped_headers",
            "stamps",
            "lang")) {
      raw.put(key, null);
    }

    TaskHeaders headers = TaskHeaders.read(raw);

    assertThat(headers.retries()).isZero();
    assertThat(headers.replacedTaskNesting()).isZero();
    assertThat(headers.stampedHeaders()).isNull();
  }

  @Test
  void takesNumbersInEveryTypeThatATransportDecodesThemTo() {
    for (Object two :
        List.of(2, 2L, (short) 2, (byte) 2, 2.0, 2.0f, BigInteger.TWO, new BigDecimal("2.0"))) {
      Map<String, Object> raw = valid();
      raw.put("retries", two);
      raw.put("group_index", two);
      raw.put("timelimit", Arrays.asList(two, null));

      TaskHeaders headers = TaskHeaders.read(raw);

      assertThat(headers.retries()).isEqualTo(2);
      assertThat(headers.groupIndex()).isEqualTo(2);
      assertThat(headers.timeLimit()).isEqualTo(Duration.ofSeconds(2));
      assertThat(headers.softTimeLimit()).isNull();
    }
  }

  @Test
  void readsTheHardLimitFirst() {
    Map<String, Object> raw = valid();
    raw.put("timelimit", List.of(60, 1.5));

    TaskHeaders headers = TaskHeaders.read(raw);

    assertThat(headers.timeLimit()).isEqualTo(Duration.ofMinutes(1));
    assertThat(headers.softTimeLimit()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void passesOverLimitsThatAreNoPair() {
    for (Object limits : List.of(List.of(), List.of(1), 60, "60", Map.of())) {
      Map<String, Object> raw = valid();
      raw.put("timelimit", limits);

      assertThat(TaskHeaders.read(raw).timeLimit()).isNull();
    }
  }

  @Test
  void takesALimitOfAgesAsAThousandYears() {
    Map<String, Object> raw = valid();
    raw.put("timelimit", List.of(1e300, Long.MIN_VALUE));

    TaskHeaders headers = TaskHeaders.read(raw);

    assertThat(headers.timeLimit()).isEqualTo(Duration.ofDays(365_000));
    assertThat(headers.softTimeLimit()).isEqualTo(Duration.ofDays(-365_000));
  }

  @Test
  void readsTimesWithoutAnOffsetAsUtc() {
    Map<String, Object> raw = valid();
    raw.put("eta", "2030-01-01T00:00:10.500000");
    raw.put("expires", "2030-01-01T01:00:10+01:00");

    TaskHeaders headers = TaskHeaders.read(raw);

    assertThat(headers.eta()).isEqualTo(Instant.parse("2030-01-01T00:00:10.5Z"));
    assertThat(headers.expires()).isEqualTo(Instant.parse("2030-01-01T00:00:10Z"));
  }

  @Test
  void tellsTheSendersOwnHeadersFromThoseOfCeleryAndTheBroker() {
    Map<String, Object> raw = valid();
    raw.put("traceparent", "00-abc");
    raw.put("compression", "application/x-gzip");
    raw.put("x-death", List.of());
    raw.put("meth", null);

    assertThat(TaskHeaders.read(raw).custom()).isEqualTo(Map.of("traceparent", "00-abc"));
  }

  @Test
  void givesAStampThatHasNoValueANullWhenItIsSentOn() {
    Map<String, Object> raw = valid();
    raw.put("stamped_headers", List.of("tenant", "batch"));
    raw.put("stamps", Map.of("tenant", "a", "other", "b"));

    TaskHeaders headers = TaskHeaders.read(raw);

    assertThat(headers.stampedHeaders()).containsExactly("tenant", "batch");
    assertThat(headers.knownStamps())
        .containsEntry("tenant", "a")
        .containsEntry("batch", null)
        .hasSize(2);
    assertThat(
            TaskCall.of(headers, new TaskBody(List.of(), Map.of(), TaskLinks.NONE), null)
                .build()
                .stamps())
        .containsOnlyKeys("tenant", "batch");
  }

  static Stream<Arguments> defects() {
    return Stream.of(
        Arguments.of("task", null, "headers.task is missing"),
        Arguments.of("task", List.of(), "headers.task must be text, was []"),
        Arguments.of("id", null, "headers.id is missing"),
        Arguments.of("id", "", "headers.id is missing"),
        Arguments.of("eta", "", "headers.eta must be a time in ISO 8601, was ''"),
        Arguments.of("eta", "soon", "headers.eta must be a time in ISO 8601, was 'soon'"),
        Arguments.of("eta", 1700000000, "headers.eta must be a time in ISO 8601, was 1700000000"),
        Arguments.of("expires", Map.of(), "headers.expires must be a time in ISO 8601, was {}"),
        Arguments.of("retries", "1", "headers.retries must be an integer, was '1'"),
        Arguments.of("retries", 1.5, "headers.retries must be an integer of 32 bits, was 1.5"),
        Arguments.of("retries", 1L << 40, "headers.retries must be an integer of 32 bits"),
        Arguments.of("retries", Double.NaN, "headers.retries must be an integer of 32 bits"),
        Arguments.of("retries", new BigDecimal("1E+1000000000"), "headers.retries must be an"),
        Arguments.of(
            "timelimit", Arrays.asList("a", null), "headers.timelimit[0] must be a number"),
        Arguments.of("timelimit", List.of(1, Double.NaN), "headers.timelimit[1] must be a number"),
        Arguments.of("group", List.of(1), "headers.group must be text, was [1]"),
        Arguments.of("stamps", "x", "headers.stamps must be a map, was 'x'"),
        Arguments.of("stamps", Map.of(1, 2), "headers.stamps must have text for keys, was 1"),
        Arguments.of("stamped_headers", "x", "headers.stamped_headers must be a list, was 'x'"),
        Arguments.of("ignore_result", "yes", "headers.ignore_result must be true or false"));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void saysWhichHeaderIsWrongAndHow(String header, Object value, String message) {
    Map<String, Object> raw = valid();
    raw.put(header, value);

    assertThatThrownBy(() -> TaskHeaders.read(raw))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageStartingWith("invalid task message: " + message);
  }

  @Test
  void showsOnlyAPieceOfAHugeValue() {
    Map<String, Object> raw = valid();
    raw.put("eta", "x".repeat(1_000_000));

    assertThatThrownBy(() -> TaskHeaders.read(raw))
        .isInstanceOfSatisfying(
            InvalidTaskException.class,
            e -> {
              assertThat(e.where()).isEqualTo("headers.eta");
              assertThat(e.getMessage()).hasSizeLessThan(250);
            });
  }

  private static Map<String, Object> valid() {
    return new HashMap<>(Map.of("task", "proj.add", "id", "id-1"));
  }
}
