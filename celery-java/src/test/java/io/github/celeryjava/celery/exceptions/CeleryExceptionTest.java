package io.github.celeryjava.celery.exceptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CeleryExceptionTest {

  @Test
  void aRetrySaysWhenAndWhy() {
    Exception reason = new IllegalStateException("down");

    assertThat(RetryException.after(Duration.ofMinutes(3), reason))
        .hasMessage("Retry in 180s: java.lang.IllegalStateException: down")
        .hasCause(reason);
    assertThat(RetryException.after(Duration.ofMillis(1500), null)).hasMessage("Retry in 1.5s");
    assertThat(RetryException.at(Instant.EPOCH, null).eta()).isEqualTo(Instant.EPOCH);
    assertThat(RetryException.later(null).delay()).isNull();
    assertThatThrownBy(() -> RetryException.after(Duration.ofSeconds(-1), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRetryRefusesWhatCannotBe() {
    RetryOptions.Builder options = RetryOptions.builder();

    assertThatThrownBy(() -> options.countdown(Duration.ofSeconds(-1)).build())
        .hasMessage("countdown must not be negative, was PT-1S");
    assertThatThrownBy(() -> options.countdown(null).maxRetries(-1).build())
        .hasMessage("maxRetries must not be negative, was -1");
    assertThatThrownBy(() -> options.maxRetries(null).priority(256).build())
        .hasMessage("priority must be 0 to 255, was 256");
    assertThat(options.priority(null).build()).isEqualTo(RetryOptions.none());
  }

  @Test
  void ofTheTwoTimesOfARetryTheWaitWins() {
    RetryOptions both = RetryOptions.builder().countdown(Duration.ZERO).eta(Instant.EPOCH).build();

    assertThat(RetryException.of(both, null).delay()).isZero();
    assertThat(RetryException.of(both, null).eta()).isNull();
  }

  @Test
  void instructionsThatAreNoErrorsHaveNoStackTrace() {
    assertThat(new IgnoreException().getStackTrace()).isEmpty();
    assertThat(RejectException.requeued("later").getStackTrace()).isEmpty();
  }

  @Test
  void aRejectSaysWhatBecomesOfTheMessage() {
    assertThat(RejectException.requeued("later").isRequeued()).isTrue();
    assertThat(RejectException.dropped(null).isRequeued()).isFalse();
    assertThat(RejectException.dropped("bad"))
        .hasMessage("reject requeue=false: bad")
        .satisfies(e -> assertThat(e.reason()).isEqualTo("bad"));
  }

  @Test
  void anUnknownTaskIsNamedTogetherWithThoseThatAreKnown() {
    assertThat(new NotRegisteredException("proj.ad", List.of("proj.mul", "proj.add")))
        .hasMessage("no task is registered as 'proj.ad'; registered: proj.add, proj.mul");
    List<String> many = IntStream.range(0, 50).mapToObj(i -> "task" + i).toList();
    assertThat(new NotRegisteredException("x", many)).hasMessageEndingWith(" and 30 more");
    assertThat(new NotRegisteredException("x", List.of()))
        .hasMessage("no task is registered as 'x'");
  }

  @Test
  void aPythonExceptionKeepsItsArgumentsAsTheyWere() {
    List<Object> arguments = new ArrayList<>(Arrays.asList("sku", null));
    RemoteTypeException error = new RemoteTypeException("myproj.errors", "OutOfStock", arguments);
    arguments.clear();

    assertThat(error.arguments()).containsExactly("sku", null);
    assertThat(error).hasMessage("myproj.errors.OutOfStock[sku, null]");
  }
}
