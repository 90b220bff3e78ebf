package io.github.celeryjava.celery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NodeNamesTest {

  private final NodeNames names = new NodeNames("box.example.com", 42);

  @Test
  void namesAProcessThatIsNoWorkerByItsPid() {
    assertThat(names.anonymous()).isEqualTo("gen42@box.example.com");
  }

  @Test
  void completesTheNameOfAWorker() {
    assertThat(names.worker("w1@there")).isEqualTo("w1@there");
    assertThat(names.worker("w1@")).isEqualTo("w1@box.example.com");
    assertThat(names.worker("there")).isEqualTo("celery@there");
    assertThat(names.worker("@there")).isEqualTo("celery@there");
    assertThat(names.worker("")).isEqualTo("celery@box.example.com");
  }

  @Test
  void expandsTheAbbreviationsInTheNameOfAWorker() {
    assertThat(names.worker("w1@%h")).isEqualTo("w1@box.example.com");
    assertThat(names.worker("w1.%d@%n")).isEqualTo("w1.example.com@box");
    assertThat(names.worker("%h")).isEqualTo("celery@box.example.com");
    assertThat(names.worker("100%%@%h")).isEqualTo("100%@box.example.com");
    assertThat(new NodeNames("box", 42).worker("%n%d@%h")).isEqualTo("box@box");
    assertThatThrownBy(() -> names.worker("w1@%x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("%x");
  }

  @Test
  void expandsTheAbbreviationsOfTheCommandLine() {
    assertThat(names.expand("%n@%h", "w1@a.b.c")).isEqualTo("w1@a.b.c");
    assertThat(names.expand("%d|%p|%i%I|%%", "w1@a.b.c")).isEqualTo("b.c|w1@a.b.c|0|%");
    assertThat(names.expand("%n-%d.log", "")).isEqualTo("celery-example.com.log");
    assertThat(names.expand("100%", "")).isEqualTo("100%");
    assertThatThrownBy(() -> names.expand("%x", "w1@a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("%x");
  }

  @Test
  void knowsThisMachineAndProcess() {
    NodeNames here = NodeNames.ofThisProcess();

    assertThat(here.host()).isNotBlank();
    assertThat(here.pid()).isEqualTo(ProcessHandle.current().pid());
  }
}
