package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A Python client and a Java worker over RabbitMQ: how tasks end, and what the client sees. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("P1")
class PythonClientJavaWorkerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private PythonClient rpc;
  private PythonClient redis;

  @BeforeParameterizedClassInvocation
  void startWorkersAndClients() {
    rpc = processes.sharedClient(peer, Results.RPC);
    redis = processes.sharedClient(peer, Results.REDIS);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("P3")
  void aTaskRunsAndItsResultComesBack(Results results) {
    assertThat(success(results, "java.add", "2, y=3").asInt()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("P8")
  void aJavaExceptionArrivesUnderItsNameWithItsStackTrace(Results results) {
    PythonError error = failure(results, "java.lose", "'A1'");

    assertThat(error.type()).isEqualTo("JavaTasks.OrderLost");
    assertThat(error.args()).extracting(PythonValue::repr).containsExactly("'A1 is lost'");
    assertThat(error.traceback())
        .contains("OrderLost: A1 is lost", "JavaTasks.lose", "Caused by", "no such row");
  }

  @ParameterizedTest
  @EnumSource
  void aWellKnownExceptionIsPythonsOwn(Results results) {
    PythonError error = failure(results, "java.fail", "'broken'");

    assertThat(error).hasToString("builtins.RuntimeError: broken");
    assertThat(error.traceback()).contains("IllegalStateException", "JavaTasks.fail");
  }

  @ParameterizedTest
  @EnumSource
  void aTaskMayFailWithAPythonTypeOfItsChoice(Results results) {
    PythonError error = failure(results, "java.fail_as_python", "");

    assertThat(error).hasToString("tasks.OrderRefused: (7, 'too late')");
    assertThat(error.args()).extracting(PythonValue::repr).containsExactly("7", "'too late'");
    assertThat(error.traceback()).contains("JavaTasks.failAsPython");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"1|missing", "1, 2, 3|positional", "1, z=3|z", "'x', 'y'|x"})
  void wrongArgumentsArePythonsTypeError(String arguments, String told) {
    PythonError error = failure(Results.RPC, "java.add", arguments);

    assertThat(error.type()).isEqualTo("TypeError");
    assertThat(error.message()).contains(told);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskRetriesAsOftenAsItAsksAndGivesUpWithItsOwnError(Results results) {
    assertThat(success(results, "java.retry", "3").asInt()).isEqualTo(3);
    PythonError error = failure(results, "java.give_up", "");
    assertThat(error.type()).isEqualTo("ValueError");
    assertThat(error.message()).isEqualTo("never works");
  }

  @ParameterizedTest
  @EnumSource
  void aTaskMayRetryWithOtherArguments(Results results) {
    assertThat(success(results, "java.retry_changed", "4").asInt()).isEqualTo(8);
  }

  @Test
  void aTaskMayReturnTheHandleOfAnother() {
    redis.exec(
        """
        from celery.result import result_from_tuple
        r = app.send_task('java.delegate', (2, 3))
        """);

    assertThat(redis.eval("result_from_tuple(r.get(30)['sum'], app).get(30)").json().asInt())
        .isEqualTo(5);
  }

  @Test
  void aTaskThatWaitsForItsRetryTellsWhy() {
    redis.exec("r = app.send_task('java.retry', (1,), {'wait': 60})");

    redis.exec(
        """
        import time
        limit = time.monotonic() + 30
        while r.state != 'RETRY' and time.monotonic() < limit:
            time.sleep(0.02)
        """);

    assertThat(redis.eval("r.state").json().asText()).isEqualTo("RETRY");
    assertThat(redis.eval("r.traceback").json().asText()).contains("JavaTasks.retry");
    assertThat(redis.eval("repr(r.result)").json().asText()).contains("again");
  }

  @Test
  void aStageIsWaitedFor() {
    assertThat(success(Results.RPC, "java.stage", "").asText()).isEqualTo("staged");
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownTaskFailsAndNamesItself(Results results) {
    PythonError error = failure(results, "java.nobody_has_it", "1");

    assertThat(error.type()).isEqualTo("NotRegistered");
    assertThat(error.args()).extracting(PythonValue::repr).containsExactly("'java.nobody_has_it'");
  }

  @Test
  void aTaskWhoseResultNobodyWantsRunsAndStoresNone(@TempDir Path folder) {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));

    redis.exec("r = app.send_task('java.record', ('%s', 'ran'))".formatted(ledger.file()));

    ledger.awaitAll(List.of("ran"), LIMIT);
    assertThat(success(Results.REDIS, "java.add", "1, 1").asInt()).isEqualTo(2);
    assertThat(ledger.executions()).containsExactly("ran");
    // Old clients write into every message that the result is wanted, which wins.
    assertThat(redis.eval("r.state").json().asText())
        .isEqualTo(peer.isAtLeast("5.3") ? "PENDING" : "SUCCESS");
  }

  @Test
  void aCallMayIgnoreItsResultAndATaskMayEndWithoutOne() {
    redis.exec("r = app.send_task('java.add', (1, 1), ignore_result=True)");
    redis.exec("i = app.send_task('java.ignore')");

    assertThat(success(Results.REDIS, "java.add", "2, 2").asInt()).isEqualTo(4);
    assertThat(redis.eval("r.state").json().asText()).isEqualTo("PENDING");
    assertThat(redis.eval("i.state").json().asText()).isEqualTo("PENDING");
  }

  private PythonClient client(Results results) {
    return results == Results.RPC ? rpc : redis;
  }

  private JsonNode success(Results results, String task, String arguments) {
    PythonClient client = client(results);
    return client.result(client.send(task, arguments), LIMIT).success().json();
  }

  private PythonError failure(Results results, String task, String arguments) {
    PythonClient client = client(results);
    return client.result(client.send(task, arguments), LIMIT).failure();
  }
}
