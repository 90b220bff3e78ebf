package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.EnumSource;

/** A Java client and a Python worker over RabbitMQ: how tasks end, and what the client sees. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("P1")
class JavaClientPythonWorkerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();
  @RegisterExtension private final JavaApps apps = new JavaApps();

  @Parameter PythonPeer peer;

  @BeforeParameterizedClassInvocation
  void startWorkers() {
    processes.sharedWorker(peer, Results.RPC);
    processes.sharedWorker(peer, Results.REDIS);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("P3")
  void aTaskRunsAndItsResultComesBack(Results results) throws Exception {
    assertThat(app(results).send("tasks.add", 2, 3).get(LIMIT)).isEqualTo(5L);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("P8")
  void aFailureComesBackWithTypeModuleArgumentsAndTraceback(Results results) {
    AsyncResult<Object> result = app(results).send("tasks.fail", "OrderRefused(7, 'too late')");

    assertThatThrownBy(() -> result.get(LIMIT))
        .asInstanceOf(type(TaskFailedException.class))
        .satisfies(
            e -> {
              assertThat(e.remoteModule()).isEqualTo("tasks");
              assertThat(e.remoteType()).isEqualTo("OrderRefused");
              assertThat(e.remoteArguments()).containsExactly(7L, "too late");
              assertThat(e.remoteTraceback()).contains("Traceback", "in fail", "OrderRefused");
            });
  }

  @ParameterizedTest
  @EnumSource
  void aWellKnownErrorHasItsJavaCounterpartAsCause(Results results) {
    AsyncResult<Object> result = app(results).send("tasks.fail", "ValueError('no good')");

    assertThatThrownBy(() -> result.get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no good");
  }

  @Test
  void wrongArgumentsAreATypeError() {
    AsyncResult<Object> result = app(Results.REDIS).send("tasks.add", 1, 2, 3);

    assertThatThrownBy(() -> result.get(LIMIT))
        .asInstanceOf(type(TaskFailedException.class))
        .extracting(TaskFailedException::remoteType)
        .isEqualTo("TypeError");
  }

  @ParameterizedTest
  @EnumSource
  void aTaskThatRetriesGivesItsResultInTheEnd(Results results) throws Exception {
    assertThat(app(results).send("tasks.retry", 2).get(LIMIT)).isEqualTo(2L);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskThatUsesItsRetriesUpFailsWithItsOwnError(Results results) {
    AsyncResult<Object> result = app(results).send("tasks.give_up");

    assertThatThrownBy(() -> result.get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("never works");
  }

  @Test
  void aTaskThatWaitsForItsRetryTellsWhy() throws Exception {
    AsyncResult<Object> result = app(Results.REDIS).send("tasks.retry", 1, 60);

    await().atMost(LIMIT).until(() -> result.state().equals(TaskState.RETRY));

    assertThat(result.ready()).isFalse();
    assertThat(result.traceback()).hasValueSatisfying(text -> assertThat(text).contains("Retry"));
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownTaskFailsInsteadOfBeingWaitedForForEver(Results results) {
    AsyncResult<Object> result = app(results).send("tasks.nobody_has_it");

    assertThatThrownBy(() -> result.get(LIMIT))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("NotRegistered");
  }

  @Test
  void aTaskWhoseResultNobodyWantsRunsAllTheSame(@TempDir Path folder) {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    Celery app = app(Results.REDIS);

    AsyncResult<Object> result =
        app.send(
            "tasks.record",
            List.of(ledger.file().toString(), "ran"),
            Map.of(),
            CallOptions.builder().ignoreResult(true).build());
    app.send("tasks.record", ledger.file().toString(), "last");

    ledger.awaitAll(List.of("ran", "last"), LIMIT);
    assertThat(ledger.repeated()).isEmpty();
    assertThat(result.state()).isEqualTo(TaskState.PENDING);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("B8")
  void aBatchIsSentInAPipelineAndEveryResultComesBack(Results results) throws Exception {
    List<TaskSignature> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(TaskSignature.of("tasks.add", List.of(i, 1)));
    }

    List<AsyncResult<Object>> sums = app(results).sendAll(calls);

    for (int i = 0; i < 200; i++) {
      assertThat(sums.get(i).get(LIMIT)).isEqualTo(i + 1L);
    }
    assertThat(sums.get(0).state()).isEqualTo(TaskState.SUCCESS);
  }

  private Celery app(Results results) {
    return apps.toPython(peer, results);
  }
}
