package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComponentsTest {

  private final List<String> journal = new ArrayList<>();
  private final Components components = new Components();

  @Test
  void startsInOrderAndStopsInReverse() {
    components.start(List.of(part("a"), part("b"), part("c")));
    components.stop();

    assertThat(journal)
        .containsExactly("start a", "start b", "start c", "stop c", "stop b", "stop a");
  }

  @Test
  void stopsWhatHasStartedWhenOneCannotStart() {
    Component broken =
        new Component() {
          @Override
          public void start() {
            throw new IllegalStateException("no disk");
          }

          @Override
          public void stop() {
            journal.add("stop broken");
          }
        };

    assertThatThrownBy(() -> components.start(List.of(part("a"), broken, part("c"))))
        .hasMessage("no disk");

    assertThat(journal).containsExactly("start a", "stop a");
  }

  @Test
  void goesOnStoppingAfterOneThatFails() {
    Component stubborn =
        new Component() {
          @Override
          public void start() {}

          @Override
          public void stop() {
            throw new IllegalStateException("stays");
          }
        };
    components.start(List.of(part("a"), stubborn, part("c")));

    try (CapturedLog log = new CapturedLog()) {
      components.stop();

      assertThat(log.errors()).hasSize(1);
    }
    assertThat(journal).endsWith("stop c", "stop a");
  }

  @Test
  void stopsOnlyOnce() {
    components.start(List.of(part("a")));

    components.stop();
    components.stop();

    assertThat(journal).containsExactly("start a", "stop a");
  }

  private Component part(String name) {
    return new Component() {
      @Override
      public void start() {
        journal.add("start " + name);
      }

      @Override
      public void stop() {
        journal.add("stop " + name);
      }
    };
  }
}
