package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Callbacks and errbacks that a Java client adds, run by a Java and a Python worker in turns. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class JavaClientLinksIT {

  /** Whose worker runs a task. */
  enum Side {
    JAVA("java."),
    PYTHON("tasks.");

    private final String prefix;

    Side(String prefix) {
      this.prefix = prefix;
    }
  }

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private Celery app;

  @BeforeParameterizedClassInvocation
  void startWorkers() {
    processes.sharedWorker(peer, Results.REDIS);
    var unused = SharedPeers.javaWorker(Results.REDIS);
    app = SharedPeers.javaApp(Results.REDIS, "unused").build();
  }

  @AfterParameterizedClassInvocation
  void closeApp() {
    app.close();
  }

  @ParameterizedTest
  @CsvSource({"JAVA,JAVA", "JAVA,PYTHON", "PYTHON,JAVA", "PYTHON,PYTHON"})
  void aCallbackGetsTheResultBeforeItsOwnArguments(Side first, Side then) throws Exception {
    TaskSignature callback = call(then, "context", "own");

    AsyncResult<Object> result = app.send(linked(call(first, "add", 2, 3), callback));

    assertThat(result.get(LIMIT)).isEqualTo(5L);
    Map<?, ?> seen = context(callback);
    assertThat(seen.get("args")).isEqualTo(List.of(5L, "own"));
    assertThat(seen.get("parent_id")).isEqualTo(result.id());
    assertThat(seen.get("root_id")).isEqualTo(result.id());
    assertThat(seen.get("group")).isNull();
    assertThat(childrenOf(result)).containsExactly(callback.options().taskId());
  }

  @ParameterizedTest
  @EnumSource
  void severalCallbacksAreOneGroup(Side first) throws Exception {
    TaskSignature java = call(Side.JAVA, "context");
    TaskSignature python = call(Side.PYTHON, "context");
    TaskSignature third = call(Side.JAVA, "add", 10);

    AsyncResult<Object> result = app.send(linked(call(first, "add", 2, 3), java, python, third));

    assertThat(resultOf(third).get(LIMIT)).isEqualTo(15L);
    assertThat(context(java).get("args")).isEqualTo(List.of(5L));
    assertThat(context(python).get("args")).isEqualTo(List.of(5L));
    assertThat(context(java).get("group")).isNotNull().isEqualTo(context(python).get("group"));
    boolean counted = first == Side.JAVA || peer.isAtLeast("5.3"); // older ones leave it out
    assertThat(context(java).get("group_index")).isEqualTo(counted ? 0L : null);
    assertThat(context(python).get("group_index")).isEqualTo(counted ? 1L : null);
    assertThat(result.get(LIMIT)).isEqualTo(5L);
  }

  @ParameterizedTest
  @CsvSource({"JAVA,PYTHON", "PYTHON,JAVA"})
  void anImmutableCallbackGetsItsOwnArgumentsAlone(Side first, Side then) throws Exception {
    TaskSignature mutable = call(then, "context", 1);
    TaskSignature callback =
        new TaskSignature(
            mutable.task(), mutable.args(), Map.of("key", "ü"), mutable.options(), true);

    app.send(linked(call(first, "add", 2, 3), callback));

    assertThat(context(callback).get("args")).isEqualTo(List.of(1L));
    assertThat(context(callback).get("kwargs")).isEqualTo(Map.of("key", "ü"));
  }

  @ParameterizedTest
  @CsvSource({"JAVA,PYTHON", "PYTHON,JAVA"})
  void callbacksHaveCallbacksAndErrbacksOfTheirOwn(Side first, Side then) throws Exception {
    TaskSignature last = call(first, "context");
    TaskSignature errback = call(first, "errback");
    TaskSignature middle = linked(call(then, "add", 10), last);
    TaskSignature failing =
        changed(call(then, "add", 1, 1), to -> to.linkError(List.of(errback))); // too many

    AsyncResult<Object> result = app.send(linked(call(first, "add", 2, 3), middle, failing));

    assertThat(context(last).get("args")).isEqualTo(List.of(15L));
    assertThat(context(last).get("parent_id")).isEqualTo(middle.options().taskId());
    assertThat(context(last).get("root_id")).isEqualTo(result.id());
    assertThat(resultOf(errback).get(LIMIT)).isEqualTo(failing.options().taskId() + " failed");
  }

  @ParameterizedTest
  @CsvSource({"JAVA,PYTHON", "PYTHON,JAVA"})
  void theOptionsOfACallbackHold(Side first, Side then) throws Exception {
    // The oldest peer's worker looks at its timers every five seconds.
    boolean slow = then == Side.PYTHON && !peer.isAtLeast("5.3");
    TaskSignature callback =
        changed(
            call(then, "context"),
            to ->
                to.priority(7)
                    .countdown(slow ? null : Duration.ofMillis(300))
                    .expiresIn(Duration.ofMinutes(1))
                    .headers(Map.of("tenant", "acme"))
                    .compression("zlib"));

    app.send(linked(call(first, "add", 2, 3), callback));

    Map<?, ?> seen = context(callback);
    assertThat(seen.get("priority")).isEqualTo(7L);
    assertThat(seen.get("eta") == null).isEqualTo(slow);
    assertThat(seen.get("expires")).isNotNull();
    assertThat(seen.get("tenant")).isEqualTo("acme");
  }

  @ParameterizedTest
  @CsvSource({"JAVA,PYTHON", "PYTHON,JAVA"})
  void aRetriedTaskCallsBackOnceAtItsEnd(Side first, Side then) throws Exception {
    TaskSignature callback = call(then, "context");

    AsyncResult<Object> result = app.send(linked(call(first, "retry", 2), callback));
    // At once: a Python worker may store RETRY after another process of it has stored SUCCESS.
    assertThat(result.get(LIMIT)).isEqualTo(2L);

    assertThat(context(callback).get("args")).isEqualTo(List.of(2L));
    assertThat(context(callback).get("parent_id")).isEqualTo(result.id());
  }

  @ParameterizedTest
  @CsvSource({"JAVA,JAVA", "JAVA,PYTHON", "PYTHON,JAVA", "PYTHON,PYTHON"})
  void errbacksGetTheIdOfTheFailedTaskAndCallbacksDoNotRun(Side first, Side then) throws Exception {
    TaskSignature callback = call(then, "context");
    TaskSignature errback = call(then, "errback");
    TaskSignature other = call(first, "errback");

    AsyncResult<Object> result =
        app.send(
            changed(
                linked(call(first, "fail", "ValueError('no good')"), callback),
                to -> to.linkError(List.of(errback, other))));

    assertThat(resultOf(errback).get(LIMIT)).isEqualTo(result.id() + " failed");
    assertThat(resultOf(other).get(LIMIT)).isEqualTo(result.id() + " failed");
    assertThat(resultOf(errback).meta().orElseThrow().parentId()).isEqualTo(result.id());
    assertThatThrownBy(() -> result.get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("no good");
    assertThat(resultOf(callback).state()).isEqualTo(TaskState.PENDING);
  }

  @Test
  void aPythonWorkerCallsAnErrbackOfThreeParametersWhereTheTaskFailed(@TempDir Path folder) {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    TaskSignature errback = call(Side.PYTHON, "errback_inline", ledger.file().toString());

    AsyncResult<Object> result =
        app.send(
            changed(
                call(Side.PYTHON, "fail", "KeyError('lost')"),
                to -> to.linkError(List.of(errback))));

    ledger.awaitAll(List.of(result.id() + " KeyError 'lost'"), LIMIT);
  }

  /** How many parameters a Python function has is unknown to a Java worker. */
  @Test
  void aJavaWorkerSendsAnErrbackOfThreeParametersTheIdAloneAndItFails() {
    TaskSignature errback = call(Side.PYTHON, "errback_inline", "ledger");

    app.send(changed(call(Side.JAVA, "fail", "broken"), to -> to.linkError(List.of(errback))));

    assertThatThrownBy(() -> resultOf(errback).get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("TypeError");
  }

  /** A call with an id of its own, for the worker of that side. */
  private TaskSignature call(Side side, String task, Object... args) {
    CallOptions options =
        CallOptions.builder()
            .queue(
                side == Side.JAVA
                    ? SharedPeers.javaQueue(Results.REDIS)
                    : SharedPeers.pythonQueue(peer, Results.REDIS))
            .taskId(UUID.randomUUID().toString())
            .build();
    return TaskSignature.of(side.prefix + task, List.of(args)).withOptions(options);
  }

  private static TaskSignature linked(TaskSignature call, TaskSignature... callbacks) {
    return changed(call, to -> to.link(List.of(callbacks)));
  }

  private static TaskSignature changed(
      TaskSignature call, UnaryOperator<CallOptionsBuilder> change) {
    return call.withOptions(change.apply(call.options().toBuilder()).build());
  }

  private AsyncResult<Object> resultOf(TaskSignature call) {
    return app.asyncResult(call.options().taskId());
  }

  private Map<?, ?> context(TaskSignature call) throws Exception {
    return (Map<?, ?>) resultOf(call).get(LIMIT);
  }

  private static List<String> childrenOf(AsyncResult<?> result) {
    return result.meta().orElseThrow().children().stream().map(ResultTree::id).toList();
  }
}
