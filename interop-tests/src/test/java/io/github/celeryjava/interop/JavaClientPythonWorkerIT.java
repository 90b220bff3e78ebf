package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryBuilder;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.testing.Services;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** A Java client and a Python worker over RabbitMQ, results over rpc and redis. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("P1")
class JavaClientPythonWorkerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private final List<Celery> apps = new ArrayList<>();
  private String queue;
  private String redisQueue;

  @BeforeParameterizedClassInvocation
  void startWorkers() throws InterruptedException {
    queue = "java-client-it-" + UUID.randomUUID();
    redisQueue = queue + "-redis";
    processes.worker(peer, PeerSetup.over(Services.amqp()).resultsIn("rpc://").queue(queue));
    processes.worker(
        peer,
        PeerSetup.over(Services.amqp()).resultsIn(Services.redis().toString()).queue(redisQueue));
  }

  @AfterEach
  void closeApps() {
    apps.forEach(Celery::close);
    apps.clear();
  }

  @Test
  void aTaskRunsAndItsResultComesBackOverRpc() throws Exception {
    assertThat(rpc().send("tasks.add", 2, 3).get(LIMIT)).isEqualTo(5L);
  }

  @Test
  @Tag("P3")
  void aTaskRunsAndItsResultComesBackOverRedis() throws Exception {
    assertThat(redis().send("tasks.add", 20, 3).get(LIMIT)).isEqualTo(23L);
  }

  @Test
  void argumentsOfEveryJsonTypeArriveAsPythonMeansThem() throws Exception {
    List<Object> args = new ArrayList<>();
    args.add(1);
    args.add(-2.5);
    args.add("ü€😀");
    args.add(true);
    args.add(null);
    args.add(List.of(1, List.of("x")));
    args.add(Map.of("k", 1));
    args.add(BigInteger.TWO.pow(70));

    Object seen =
        rpc().send("tasks.describe", args, Map.of("flag", false), CallOptions.none()).get(LIMIT);

    assertThat(seen)
        .isEqualTo(
            Map.of(
                "args",
                List.of(
                    "1",
                    "-2.5",
                    "'ü€😀'",
                    "True",
                    "None",
                    "[1, ['x']]",
                    "{'k': 1}",
                    "1180591620717411303424"),
                "kwargs",
                Map.of("flag", "False")));
  }

  @Test
  void typedValuesArriveAndComeBackAsWhatTheyAre() throws Exception {
    List<Object> values =
        List.of(
            new BigDecimal("1.50"),
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
            OffsetDateTime.parse("2031-07-09T08:05:06.00012+02:00"),
            LocalDate.of(2031, 7, 9));

    Object echoed = rpc().send("tasks.echo", values.toArray()).get(LIMIT);

    assertThat(((Map<?, ?>) echoed).get("args")).isEqualTo(values);
  }

  @Test
  void bytesArriveAsBytesWhereThePeerKnowsThem() throws Exception {
    Object seen =
        rpc()
            .send(
                "tasks.describe",
                new byte[] {(byte) 0xff, 0},
                "abc".getBytes(StandardCharsets.UTF_8))
            .get(LIMIT);

    List<String> bytes = List.of("b'\\xff\\x00'", "b'abc'");
    List<String> olderPeersSee =
        List.of(
            "{'__type__': 'base64', '__value__': '/wA='}",
            "{'__type__': 'bytes', '__value__': 'abc'}");
    assertThat(((Map<?, ?>) seen).get("args"))
        .isEqualTo(peer.isAtLeast("5.3") ? bytes : olderPeersSee);
  }

  @Test
  @Tag("P8")
  void aFailureComesBackWithTypeModuleArgumentsAndTraceback() {
    AsyncResult<Object> result = rpc().send("tasks.fail", "OrderRefused(7, 'too late')");

    assertThatThrownBy(() -> result.get(LIMIT))
        .asInstanceOf(type(TaskFailedException.class))
        .satisfies(
            e -> {
              assertThat(e.remoteModule()).isEqualTo("tasks");
              assertThat(e.remoteType()).isEqualTo("OrderRefused");
              assertThat(e.remoteArguments()).containsExactly(7L, "too late");
              assertThat(e.remoteTraceback()).contains("Traceback", "in fail");
            });
  }

  @Test
  void aWellKnownErrorHasItsJavaCounterpartAsCause() {
    AsyncResult<Object> result = redis().send("tasks.fail", "ValueError('no good')");

    assertThatThrownBy(() -> result.get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no good");
  }

  @Test
  void aTaskThatRetriesGivesItsResultInTheEnd() throws Exception {
    assertThat(rpc().send("tasks.retry", 2).get(LIMIT)).isEqualTo(2L);
  }

  @Test
  void optionsOfTheCallReachTheTask() throws Exception {
    CallOptions options =
        CallOptions.builder()
            .priority(3)
            .compression("zlib")
            .countdown(Duration.ofMillis(200))
            .expiresIn(Duration.ofMinutes(1))
            .timeLimit(Duration.ofSeconds(20))
            .softTimeLimit(Duration.ofSeconds(10))
            .headers(Map.of("tenant", "acme"))
            .build();

    AsyncResult<Object> result = rpc().send("tasks.context", List.of(1), Map.of(), options);
    Map<?, ?> context = (Map<?, ?>) result.get(LIMIT);

    assertThat(context.get("id")).isEqualTo(result.id());
    assertThat(context.get("root_id")).isEqualTo(result.id());
    assertThat(context.get("priority")).isEqualTo(3L);
    assertThat(context.get("timelimit")).isEqualTo(List.of(20L, 10L));
    assertThat(context.get("lang")).isEqualTo("java");
    assertThat(context.get("argsrepr")).isEqualTo("(1,)");
    assertThat(context.get("eta")).asString().endsWith("+00:00");
    assertThat(context.get("origin")).asString().startsWith("gen");
  }

  @Test
  void protocolOneIsSpokenWhereTheSettingSaysSo() throws Exception {
    Celery app = app("rpc://", queue, builder -> builder.set("task_protocol", 1));

    assertThat(app.send("tasks.add", 4, 4).get(LIMIT)).isEqualTo(8L);
  }

  @Test
  void anUnknownTaskFailsInsteadOfBeingWaitedForForEver() {
    AsyncResult<Object> result = redis().send("tasks.nobody_has_it");

    assertThatThrownBy(() -> result.get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("NotRegistered");
  }

  @Test
  void aTaskWhoseResultNobodyWantsRunsAllTheSame(@TempDir Path folder) throws Exception {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));

    rpc()
        .send(
            "tasks.record",
            List.of(ledger.file().toString(), "ran"),
            Map.of(),
            CallOptions.builder().ignoreResult(true).build());

    ledger.awaitAll(List.of("ran"), LIMIT);
    assertThat(ledger.executions()).containsExactly("ran");
  }

  @Test
  @Tag("B8")
  void aBatchIsSentInAPipelineAndEveryResultComesBack() throws Exception {
    Celery app = redis();
    List<TaskSignature> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(TaskSignature.of("tasks.add", List.of(i, 1)));
    }

    List<AsyncResult<Object>> results = app.sendAll(calls);

    for (int i = 0; i < 200; i++) {
      assertThat(results.get(i).get(LIMIT)).isEqualTo(i + 1L);
    }
    assertThat(results.get(0).state()).isEqualTo(TaskState.SUCCESS);
  }

  private Celery rpc() {
    return app("rpc://", queue, builder -> builder);
  }

  private Celery redis() {
    return app(Services.redis().toString(), redisQueue, builder -> builder);
  }

  private Celery app(String backend, String queue, UnaryOperator<CeleryBuilder> more) {
    Celery app =
        more.apply(
                Celery.builder()
                    .withoutEnvironment()
                    .broker(Services.amqp().toString())
                    .backend(backend)
                    .set("task_default_queue", queue))
            .build();
    apps.add(app);
    return app;
  }
}
