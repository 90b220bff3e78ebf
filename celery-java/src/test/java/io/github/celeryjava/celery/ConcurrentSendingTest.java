package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.kombu.transport.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConcurrentSendingTest {

  private static final int THREADS = 9;
  private static final int CALLS = 50;

  private final MemoryApp memory = MemoryApp.create();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void close() {
    threads.shutdownNow();
    memory.close();
  }

  @RepeatedTest(5)
  void manyThreadsSendInEveryWayThroughOneAppFromTheFirstCallOn() throws Exception {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Future<?>> senders = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      List<TaskSignature> calls = calls(thread);
      Callable<?> sending =
          switch (thread % 3) {
            case 0 -> () -> calls.stream().map(memory.app::send).toList();
            case 1 -> () -> memory.app.sendAll(calls);
            default -> () -> sendAsync(calls);
          };
      senders.add(
          threads.submit(
              () -> {
                start.await(20, TimeUnit.SECONDS);
                return sending.call();
              }));
    }

    for (Future<?> sender : senders) {
      sender.get(30, TimeUnit.SECONDS);
    }

    List<String> sent = sent();
    assertThat(sent).hasSize(THREADS * CALLS).doesNotHaveDuplicates();
    for (int thread = 0; thread < THREADS; thread++) {
      String prefix = thread + "-";
      assertThat(sent.stream().filter(id -> id.startsWith(prefix)))
          .containsExactlyElementsOf(
              calls(thread).stream().map(c -> c.options().taskId()).toList());
    }
  }

  private List<AsyncResult<Object>> sendAsync(List<TaskSignature> calls) {
    return calls.stream().map(memory.app::sendAsync).toList().stream()
        .map(future -> future.orTimeout(20, TimeUnit.SECONDS).join())
        .toList();
  }

  private static List<TaskSignature> calls(int thread) {
    return IntStream.range(0, CALLS)
        .mapToObj(
            i ->
                TaskSignature.of("proj.add", List.of(i))
                    .withOptions(CallOptions.builder().taskId(thread + "-" + i).build()))
        .toList();
  }

  private List<String> sent() {
    List<String> ids = new ArrayList<>();
    Optional<Delivery> next = memory.poll("celery");
    while (next.isPresent()) {
      ids.add(next.get().message().properties().correlationId());
      next = memory.poll("celery");
    }
    return ids;
  }
}
