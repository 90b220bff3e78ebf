package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorTextTest {

  @Test
  void holdsTheStackTraceAndTheCauses() {
    Exception error = new IllegalStateException("outer", new IllegalArgumentException("inner"));

    assertThat(ErrorText.of(error))
        .startsWith("java.lang.IllegalStateException: outer\n\tat " + getClass().getName())
        .contains("Caused by: java.lang.IllegalArgumentException: inner")
        .doesNotContain("\r");
  }

  @Test
  void isCutOffAtALineWhereItIsTooLong() {
    Exception error = new IllegalStateException("line\n".repeat(100_000));

    assertThat(ErrorText.of(error)).hasSizeLessThan(66_000).endsWith(" more characters\n");
  }

  @Test
  void describesAnErrorThatCannotDescribeItself() {
    Exception error =
        new Exception() {
          @Override
          public String getMessage() {
            throw new IllegalStateException();
          }
        };

    assertThat(ErrorText.of(error)).contains(getClass().getName()).contains("description failed");
  }
}
