package io.github.celeryjava.celery.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {

  @Test
  void keepsToOneLine() {
    assertThat(LogText.oneLine("a\r\nb\u2028c\u001b[31m"))
        .isEqualTo("a\\x0d\\x0ab\\x2028c\\x1b[31m");
    assertThat(LogText.oneLine("größer €")).isEqualTo("größer €");
  }

  @Test
  void cutsLongNames() {
    assertThat(LogText.shortened("proj.tasks.add")).isEqualTo("proj.tasks.add");
    assertThat(LogText.shortened("x".repeat(1_000_000))).hasSize(201).endsWith("…");
  }

  @Test
  void namesATaskByWhatItWasSent() {
    assertThat(LogText.task("proj.add", "id-1")).isEqualTo("proj.add[id-1]");
    assertThat(LogText.task("a\nb", "c\u001b[2J")).isEqualTo("a\\x0ab[c\\x1b[2J]");
  }

  @Test
  void givesTheReasonOfAnErrorOrItsTypeWhereItHasNone() {
    assertThat(LogText.reason(new IllegalStateException("a\nb"))).isEqualTo("a\\x0ab");
    assertThat(LogText.reason(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(LogText.reason(new IllegalStateException("x".repeat(9_999)))).hasSize(1_001);
  }
}
