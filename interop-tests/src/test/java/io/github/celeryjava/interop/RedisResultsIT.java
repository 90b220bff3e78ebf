package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/** Results in Redis that one side stores and the other reads by id, whoever sent the task. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("P3")
class RedisResultsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();
  @RegisterExtension private final JavaApps apps = new JavaApps();

  @Parameter PythonPeer peer;

  private PythonClient python;

  @BeforeParameterizedClassInvocation
  void startWorkersAndClient() {
    processes.sharedWorker(peer, Results.REDIS);
    python = processes.sharedClient(peer, Results.REDIS);
  }

  @Test
  void javaReadsTheResultsOfPythonsOwnTasksById() throws Exception {
    Celery app = apps.toJava(Results.REDIS);
    String queue = "queue='" + SharedPeers.pythonQueue(peer, Results.REDIS) + "'";

    String sum = python.send("tasks.add", "2, y=3", queue);
    String failed = python.send("tasks.fail", "\"OrderRefused(7, 'late')\"", queue);

    assertThat(app.asyncResult(sum).get(LIMIT)).isEqualTo(5L);
    assertThatThrownBy(() -> app.asyncResult(failed).get(LIMIT))
        .asInstanceOf(type(TaskFailedException.class))
        .satisfies(
            e -> {
              assertThat(e.remoteType()).isEqualTo("OrderRefused");
              assertThat(e.remoteArguments()).containsExactly(7L, "late");
              assertThat(e.remoteTraceback()).contains("in fail");
            });
    ResultMeta meta = app.asyncResult(sum).meta().orElseThrow();
    assertThat(meta.dateDone()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    ResultMeta.Extended extended = meta.extended();
    assertThat(extended.name()).isEqualTo("tasks.add");
    assertThat(extended.args()).isEqualTo(List.of(2L));
    assertThat(extended.kwargs()).isEqualTo(Map.of("y", 3L));
    assertThat(extended.queue()).isEqualTo(SharedPeers.pythonQueue(peer, Results.REDIS));
  }

  @Test
  void pythonReadsTheResultsOfJavasOwnTasksById() {
    Celery app = apps.toJava(Results.REDIS);

    String sum = app.send("java.add", 2, 3).id();
    String failed = app.send("java.fail_as_python").id();

    assertThat(python.result(sum, LIMIT).success().json().asInt()).isEqualTo(5);
    PythonError error = python.result(failed, LIMIT).failure();
    assertThat(error).hasToString("tasks.OrderRefused: (7, 'too late')");
    assertThat(error.traceback()).contains("JavaTasks.failAsPython");
    python.exec("r = app.AsyncResult('" + sum + "')");
    assertThat(python.eval("r.date_done.year >= 2024")).hasToString("True");
    assertThat(python.eval("[r.name, list(r.args), r.kwargs, r.retries, r.queue]"))
        .hasToString(
            "['java.add', [2, 3], {}, 0, '%s']".formatted(SharedPeers.javaQueue(Results.REDIS)));
    assertThat(python.eval("r.worker").json().asText()).startsWith("celery@");
  }

  @Test
  void javaIsToldOfAResultThatIsStoredWhileItWaits(@TempDir Path folder) throws Exception {
    Celery app = apps.toPython(peer, Results.REDIS);
    Path gate = folder.resolve("gate");
    AsyncResult<Object> result = app.send("tasks.progress", gate.toString());
    CompletableFuture<Object> waiting = result.toCompletableFuture();

    await().atMost(LIMIT).until(() -> result.state().equals("PROGRESS"));
    assertThat(result.meta().orElseThrow().result()).isEqualTo(Map.of("done", 3L, "of", 7L));
    assertThat(waiting).isNotDone();
    Files.createFile(gate);

    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void pythonIsToldOfAResultThatIsStoredWhileItWaits(@TempDir Path folder) throws Exception {
    Path gate = folder.resolve("gate");
    String id = python.send("java.progress", "'" + gate + "'");
    python.exec("r = results['" + id + "']");

    await().atMost(LIMIT).until(() -> python.eval("r.state").json().asText().equals("PROGRESS"));
    assertThat(python.eval("r.info['done'], r.info['of']")).hasToString("(3, 7)");
    Files.createFile(gate);

    assertThat(python.result(id, LIMIT).success().json().asText()).isEqualTo("done");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_000_000})
  void resultsOfEverySizeTravelBothWays(int length) throws Exception {
    Celery app = apps.toPython(peer, Results.REDIS);

    AsyncResult<Object> fromPython = app.send("tasks.value", "'ü' * " + length);
    String fromJava = python.send("java.echo", "'ü' * " + length);

    assertThat(fromPython.get(LIMIT)).isEqualTo("ü".repeat(length));
    JsonNode text = python.result(fromJava, LIMIT).success().json();
    assertThat(text.asText()).isEqualTo("ü".repeat(length));
  }

  @Test
  void whatOneSideForgetsIsUnknownToTheOther() throws Exception {
    Celery app = apps.toPython(peer, Results.REDIS);
    AsyncResult<Object> ofPython = app.send("tasks.add", 1, 1);
    String ofJava = python.send("java.add", "1, 1");
    assertThat(ofPython.get(LIMIT)).isEqualTo(2L);
    assertThat(python.result(ofJava, LIMIT).success().json().asInt()).isEqualTo(2);

    ofPython.forget();
    python.exec("results['" + ofJava + "'].forget()");

    assertThat(python.eval("app.AsyncResult('" + ofPython.id() + "').state").json().asText())
        .isEqualTo("PENDING");
    assertThat(app.asyncResult(ofJava).state()).isEqualTo(TaskState.PENDING);
  }
}
