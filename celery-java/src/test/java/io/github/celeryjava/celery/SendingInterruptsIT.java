package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.task.Task;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Delivery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads are interrupted in the middle of sending tasks, round after round. */
@Timeout(120)
class SendingInterruptsIT {

  private static final int ROUNDS = Boolean.getBoolean("celery.full") ? 1_000 : 100;
  private static final int FIRST_ROUNDS = 20;

  private final Interrupter interrupter = new Interrupter();
  private final FaultProxy proxy = FaultProxy.to(Services.amqp());
  private final String queue = "sending-interrupts-it-" + UUID.randomUUID();
  private final Celery app = app();
  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void tidyUp() {
    app.close();
    interrupter.close();
    proxy.close();
  }

  static Stream<Named<ExecutorService>> kindsOfThreads() {
    return Stream.concat(
        Stream.of(Named.of("platform threads", Threads.singleThread("interrupted"))),
        Threads.virtualExecutor().stream().map(executor -> Named.of("virtual threads", executor)));
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptedSendsAndCallsSucceedOnce(ExecutorService users) throws Exception {
    Task<Long> task = app.task("interrupts.known", Long.class).runs(context -> 1L);
    sent.add(app.send("interrupts.unknown", 0).id());

    for (int round = 0; round < ROUNDS; round++) {
      interrupter.during(
          users,
          () -> sent.add(app.send("interrupts.unknown", 1).id()) && sent.add(task.delay().id()));
    }

    assertUnharmed(ROUNDS);
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptedBatchesSucceedOnce(ExecutorService users) throws Exception {
    List<TaskSignature> batch =
        Collections.nCopies(30, TaskSignature.of("interrupts.unknown", List.of()));
    sent.add(app.send("interrupts.unknown", 0).id());

    for (int round = 0; round < ROUNDS; round++) {
      interrupter.during(
          users, () -> sent.addAll(app.sendAll(batch).stream().map(AsyncResult::id).toList()));
    }

    assertUnharmed(ROUNDS);
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptedSendsForAFutureSucceedOnce(ExecutorService users) throws Exception {
    TaskSignature call = TaskSignature.of("interrupts.unknown", List.of("x".repeat(20_000)));
    List<CompletableFuture<AsyncResult<Object>>> futures = new ArrayList<>();
    sent.add(app.send("interrupts.unknown", 0).id());

    for (int round = 0; round < ROUNDS; round++) {
      interrupter.during(
          users,
          () -> {
            for (int i = 0; i < 10; i++) {
              futures.add(app.sendAsync(call));
            }
            return null;
          });
    }

    for (CompletableFuture<AsyncResult<Object>> future : futures) {
      sent.add(future.get(20, TimeUnit.SECONDS).id());
    }
    assertUnharmed(ROUNDS);
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptedFirstSendsConnectOnceAndSucceed(ExecutorService users) throws Exception {
    try (Celery undisturbed = app()) {
      sent.add(undisturbed.send("interrupts.unknown", 0).id());
    }
    int connectionsOfAnApp = proxy.accepted();

    for (int round = 0; round < FIRST_ROUNDS; round++) {
      try (Celery fresh = app()) {
        interrupter.during(users, () -> sent.add(fresh.send("interrupts.unknown", 1).id()));
      }
    }

    assertThat(interrupter.hits()).isGreaterThan(FIRST_ROUNDS / 10);
    assertThat(proxy.accepted()).isEqualTo((FIRST_ROUNDS + 1) * connectionsOfAnApp);
    assertThat(received()).containsExactlyInAnyOrderElementsOf(sent);
  }

  private void assertUnharmed(int rounds) {
    assertThat(interrupter.hits()).as("interrupts in the middle").isGreaterThan(rounds / 10);
    assertThat(proxy.open()).as("open connections, of those ever made").isEqualTo(proxy.accepted());
    sent.add(app.send("interrupts.unknown", "afterwards").id());
    assertThat(received()).containsExactlyInAnyOrderElementsOf(sent);
  }

  /** Ids of the tasks in the queue, which is empty and gone afterwards. */
  private List<String> received() {
    List<String> ids = new ArrayList<>();
    try (Connection connection = Connection.open(Services.amqp().toString())) {
      Channel channel = connection.defaultChannel();
      Optional<Delivery> next = channel.get(queue, AckMode.NONE);
      while (next.isPresent()) {
        ids.add(String.valueOf(next.get().message().headers().get("id")));
        next = channel.get(queue, AckMode.NONE);
      }
      channel.deleteQueue(queue);
    }
    return ids;
  }

  private Celery app() {
    return Celery.builder()
        .withoutEnvironment()
        .broker(proxy.uri().toString())
        .backend("rpc://")
        .set("task_default_queue", queue)
        .build();
  }
}
