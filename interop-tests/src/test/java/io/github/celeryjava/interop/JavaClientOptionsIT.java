package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.exceptions.TaskRevokedException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.testing.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Java client may ask for when it sends to a Python worker, and what it must not break. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class JavaClientOptionsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration COUNTDOWN = Duration.ofMillis(400);
  private static final int TAKEN_AHEAD = 8;

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();
  @RegisterExtension private final JavaApps apps = new JavaApps();

  @Parameter PythonPeer peer;

  @BeforeParameterizedClassInvocation
  void startWorkers() {
    processes.sharedWorker(peer, Results.REDIS);
  }

  @Test
  void optionsOfTheCallReachTheTask() throws Exception {
    CallOptions options =
        CallOptions.builder()
            .priority(3)
            .compression("zlib")
            .expiresIn(Duration.ofMinutes(1))
            .timeLimit(Duration.ofSeconds(20))
            .softTimeLimit(Duration.ofSeconds(10))
            .headers(Map.of("tenant", "acme"))
            .build();

    AsyncResult<Object> result = app().send("tasks.context", List.of(1), Map.of(), options);
    Map<?, ?> context = (Map<?, ?>) result.get(LIMIT);

    assertThat(context.get("id")).isEqualTo(result.id());
    assertThat(context.get("root_id")).isEqualTo(result.id());
    assertThat(context.get("priority")).isEqualTo(3L);
    assertThat(context.get("timelimit")).isEqualTo(List.of(20L, 10L));
    assertThat(context.get("lang")).isEqualTo("java");
    assertThat(context.get("argsrepr")).isEqualTo("(1,)");
    assertThat(context.get("expires")).asString().endsWith("+00:00");
    assertThat(context.get("origin")).asString().startsWith("gen");
    assertThat(context.get("tenant")).isEqualTo("acme");
  }

  /** In one test, since the oldest peer's worker looks at its timers every five seconds. */
  @Test
  void aCountdownIsWaitedForAndATaskThatExpiresMeanwhileIsRevoked() throws Exception {
    Celery app = app();
    CallOptions later = CallOptions.builder().countdown(COUNTDOWN).build();
    CallOptions never = later.toBuilder().expiresIn(COUNTDOWN.dividedBy(2)).build();
    long start = System.nanoTime();

    AsyncResult<Object> expired = app.send("tasks.add", List.of(1, 2), Map.of(), never);
    AsyncResult<Object> waiting = app.send("tasks.context", List.of(), Map.of(), later);

    assertThat(((Map<?, ?>) waiting.get(LIMIT)).get("eta")).asString().endsWith("+00:00");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(COUNTDOWN);
    assertThatThrownBy(() -> expired.get(LIMIT))
        .isInstanceOf(TaskRevokedException.class)
        .hasMessageContaining("expired");
    assertThat(expired.state()).isEqualTo(TaskState.REVOKED);
  }

  @Test
  void tasksOfHigherPriorityRunFirst(@TempDir Path folder) throws Exception {
    Path gate = folder.resolve("gate");
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    Celery app = app();
    // Both processes are busy and what the worker takes ahead is taken, so that the rest queues up.
    app.sendAll(Collections.nCopies(2, record("tasks.wait_for_file", 0, gate.toString())));
    app.sendAll(Collections.nCopies(TAKEN_AHEAD + 1, record("tasks.add", 0, 1, 1)));
    await().atMost(LIMIT).until(() -> waitingMessages() == 1);
    List<TaskSignature> calls = new ArrayList<>();
    for (String line : List.of("low", "high")) {
      int priority = line.equals("high") ? 9 : 1;
      IntStream.range(0, 10)
          .mapToObj(i -> record("tasks.record", priority, ledger.file().toString(), line + i))
          .forEach(calls::add);
    }

    app.sendAll(calls);
    Files.createFile(gate);

    await().atMost(LIMIT).until(() -> ledger.executions().size() == 20);
    // Two processes finish a little out of order.
    assertThat(ledger.executions().subList(0, 8)).allMatch(line -> line.startsWith("high"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib", "gzip"})
  void aCompressedTaskIsRead(String compression) throws Exception {
    String text = "ü€😀 and so on, ".repeat(20_000);
    CallOptions options = CallOptions.builder().compression(compression).build();

    AsyncResult<Object> result =
        app().send("tasks.echo", List.of(text), Map.of("key", text), options);

    assertThat(result.get(LIMIT))
        .isEqualTo(Map.of("args", List.of(text), "kwargs", Map.of("key", text)));
  }

  @Test
  void protocolOneIsSpokenWhereTheSettingSaysSo() throws Exception {
    Celery app = apps.toPython(peer, Results.REDIS, builder -> builder.set("task_protocol", 1));
    String callbackId = UUID.randomUUID().toString();
    CallOptions callback = CallOptions.builder().queue(queue()).taskId(callbackId).build();
    CallOptions options =
        CallOptions.builder()
            .priority(4)
            .link(List.of(TaskSignature.of("tasks.context", List.of()).withOptions(callback)))
            .build();

    AsyncResult<Object> result = app.send("tasks.add", List.of(4), Map.of("y", 5), options);
    AsyncResult<Object> failure = app.send("tasks.fail", "KeyError('k')");

    assertThat(app.send("tasks.retry", 2).get(LIMIT)).isEqualTo(2L);
    assertThat(result.get(LIMIT)).isEqualTo(9L);
    assertThatThrownBy(() -> failure.get(LIMIT)).hasMessageContaining("KeyError");
    Map<?, ?> called = (Map<?, ?>) app.asyncResult(callbackId).get(LIMIT);
    assertThat(called.get("args")).isEqualTo(List.of(9L));
  }

  @Test
  @Tag("B15")
  void whatAPythonWorkerRefusesInTheMiddleOfGoodTasksStopsNothing() throws Exception {
    Celery app = app();

    AsyncResult<Object> first = app.send("tasks.add", 1, 1);
    AsyncResult<Object> unknown = app.send("tasks.nobody_has_it");
    AsyncResult<Object> wrong = app.send("tasks.add", "too few");
    publishRaw("no JSON {", "application/json", Map.of("task", "tasks.add", "id", "poison"));
    publishRaw("[]", "application/x-of-nobody", Map.of("task", "tasks.add", "id", "poison"));
    publishRaw("{\"no\": \"task\"}", "application/json", Map.of());
    AsyncResult<Object> last = app.send("tasks.add", 2, 2);

    assertThat(first.get(LIMIT)).isEqualTo(2L);
    assertThat(last.get(LIMIT)).isEqualTo(4L);
    assertThatThrownBy(() -> unknown.get(LIMIT)).isInstanceOf(TaskFailedException.class);
    assertThatThrownBy(() -> wrong.get(LIMIT)).hasMessageContaining("TypeError");
  }

  private void publishRaw(String body, String contentType, Map<String, Object> headers) {
    try (Connection connection = Connection.open(Services.amqp().toString())) {
      connection
          .producer()
          .build()
          .publish(
              body,
              PublishOptions.builder()
                  .routingKey(queue())
                  .contentType(contentType)
                  .contentEncoding("utf-8")
                  .headers(headers)
                  .build());
    }
  }

  private long waitingMessages() {
    try (Connection connection = Connection.open(Services.amqp().toString())) {
      return connection.defaultChannel().inspectQueue(queue()).orElseThrow().messages();
    }
  }

  private static TaskSignature record(String task, int priority, Object... args) {
    return TaskSignature.of(task, List.of(args))
        .withOptions(CallOptions.builder().priority(priority).build());
  }

  private String queue() {
    return SharedPeers.pythonQueue(peer, Results.REDIS);
  }

  private Celery app() {
    return apps.toPython(peer, Results.REDIS);
  }
}
