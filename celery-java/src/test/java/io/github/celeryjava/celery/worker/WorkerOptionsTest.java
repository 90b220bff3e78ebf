package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.worker.pool.PoolKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerOptionsTest {

  @Test
  void leavesEverythingToTheSettingsByDefault() {
    WorkerOptions options = WorkerOptions.defaults();

    assertThat(options).isEqualTo(new WorkerOptions(null, null, null, null, List.of(), List.of()));
  }

  @Test
  void keepsEachChoice() {
    WorkerOptions options =
        WorkerOptions.builder()
            .name("jobs@here")
            .pool(PoolKind.SOLO)
            .concurrency(3)
            .prefetchMultiplier(0)
            .queues(List.of("a", "b"))
            .excludedQueues(List.of("b"))
            .build();

    assertThat(options)
        .isEqualTo(
            new WorkerOptions("jobs@here", PoolKind.SOLO, 3, 0, List.of("a", "b"), List.of("b")));
  }

  @Test
  void refusesNumbersThatMakeNoSense() {
    assertThatThrownBy(() -> WorkerOptions.builder().concurrency(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("concurrency must be at least 1, was 0");
    assertThatThrownBy(() -> WorkerOptions.builder().prefetchMultiplier(-1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prefetchMultiplier must not be negative, was -1");
  }

  @Test
  void doesNotChangeWithTheListsItWasMadeOf() {
    List<String> queues = new ArrayList<>(List.of("a"));
    WorkerOptions options = WorkerOptions.builder().queues(queues).build();

    queues.add("b");

    assertThat(options.queues()).containsExactly("a");
    assertThatThrownBy(() -> options.queues().add("c"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
