package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.kombu.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerStateTest {

  private final WorkerBench bench = new WorkerBench();
  private final WorkerState state = bench.state;

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void knowsARequestFromItsReservationToItsRelease() {
    Request request = request("noop");

    state.reserve(request);
    assertThat(state.reserved()).containsExactly(request);
    assertThat(state.active()).isEmpty();

    state.accept(request);
    assertThat(state.reserved()).containsExactly(request);
    assertThat(state.active()).containsExactly(request);

    state.release(request);
    assertThat(state.reserved()).isEmpty();
    assertThat(state.active()).isEmpty();
  }

  @Test
  void countsWhatHasStartedByName() {
    bench.task("other", (context, args, kwargs) -> null);

    state.accept(request("noop"));
    state.accept(request("other"));
    state.accept(request("noop"));

    assertThat(state.processedCount()).isEqualTo(3);
    assertThat(state.totals()).isEqualTo(Map.of("noop", 2L, "other", 1L));
  }

  @Test
  void countsPoisonousMessagesApart() {
    state.countPoisonous();
    state.countPoisonous();

    assertThat(state.poisonousCount()).isEqualTo(2);
    assertThat(state.processedCount()).isZero();
    assertThat(state.totals()).isEmpty();
  }

  @Test
  void losesNoCountWhenManyThreadsCount() throws InterruptedException {
    Request request = request("noop");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < 10_000; n++) {
                  state.accept(request);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(state.processedCount()).isEqualTo(40_000);
    assertThat(state.totals()).isEqualTo(Map.of("noop", 40_000L));
  }

  private Request request(String task) {
    Message message = bench.receive(TaskPost.of(task, "id-1")).get(0);
    TaskHeaders headers = TaskHeaders.read(message.headers());
    return new Request(
        message,
        bench.registry.find(task),
        headers,
        () -> {
          throw new AssertionError("not to be run");
        },
        bench.context());
  }
}
