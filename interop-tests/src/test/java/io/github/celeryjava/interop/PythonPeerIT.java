package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** A Python client and a Python worker, driven as other tests drive one of the two. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class PythonPeerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private PeerSetup setup;
  private PythonClient client;

  @BeforeParameterizedClassInvocation
  void startAWorkerAndAClient() {
    processes.sharedWorker(peer, Results.REDIS);
    setup = SharedPeers.setup(Results.REDIS).queue(SharedPeers.pythonQueue(peer, Results.REDIS));
    client = processes.client(peer, setup);
  }

  @Test
  void runsTheVersionAskedFor() {
    assertThat(client.eval("celery.__version__").json().asText()).isEqualTo(peer.version());
  }

  @Test
  void aResultComesBackWithTypeReprAndJson() {
    String id = client.send("tasks.add", "2, y=3");

    assertThat(client.result(id, LIMIT).success().json().asInt()).isEqualTo(5);
    assertThat(client.eval("Decimal('1.10')"))
        .extracting(PythonValue::repr, PythonValue::type)
        .containsExactly("Decimal('1.10')", "decimal.Decimal");
  }

  @Test
  void theWorkerTellsWhatArgumentsItReceived() {
    String id = client.send("tasks.describe", "1, 'ü', [None, 2.5], flag=True, big=2**70");

    assertThat(client.result(id, LIMIT).success().json().toString())
        .isEqualTo(
            "{\"args\":[\"1\",\"'ü'\",\"[None, 2.5]\"],"
                + "\"kwargs\":{\"flag\":\"True\",\"big\":\"1180591620717411303424\"}}");
  }

  @Test
  void failuresComeBackWithTypeModuleArgumentsAndTraceback() {
    String builtin = client.send("tasks.fail", "\"KeyError('lost')\"");
    String custom = client.send("tasks.fail", "\"OrderRefused(7, 'too late')\"");

    PythonError keyError = client.result(builtin, LIMIT).failure();
    assertThat(keyError.module()).isEqualTo("builtins");
    assertThat(keyError.type()).isEqualTo("KeyError");
    assertThat(keyError.traceback()).contains("Traceback", "in fail");
    PythonError refused = client.result(custom, LIMIT).failure();
    assertThat(refused).hasToString("tasks.OrderRefused: (7, 'too late')");
    assertThat(refused.args()).extracting(PythonValue::repr).containsExactly("7", "'too late'");
  }

  @Test
  void aTaskRetriesAsOftenAsAskedAndGivesUpWithItsOwnError() {
    String patient = client.send("tasks.retry", "3");
    String hopeless = client.send("tasks.give_up", "");

    assertThat(client.result(patient, LIMIT).success().json().asInt()).isEqualTo(3);
    assertThat(client.result(hopeless, LIMIT).failure().type()).isEqualTo("ValueError");
  }

  @Test
  void optionsOfTheSenderReachTheWorker() {
    String id =
        client.send(
            "tasks.context",
            "1",
            "countdown=0.2, priority=3, compression='zlib', serializer='json', expires=60");

    JsonNode context = client.result(id, LIMIT).success().json();
    assertThat(context.get("id").asText()).isEqualTo(id);
    assertThat(context.get("priority").asInt()).isEqualTo(3);
    assertThat(context.get("eta").isTextual()).isTrue();
    assertThat(context.get("expires").isTextual()).isTrue();
  }

  @Test
  void protocolOneIsSpokenWhereTheSettingSaysSo() {
    PythonClient old = processes.client(peer, setup.with("task_protocol", 1));

    String id = old.send("tasks.add", "4, 4");

    assertThat(old.result(id, LIMIT).success().json().asInt()).isEqualTo(8);
    assertThat(old.eval("app.amqp.as_task_v1.__name__ == app.amqp.create_task_message.__name__"))
        .hasToString("True");
  }

  @Test
  void everyExecutionIsInTheLedgerOnce(@TempDir Path folder) {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));

    List<String> sent =
        Stream.generate(() -> client.send("tasks.record", "'" + ledger.file() + "'"))
            .limit(50)
            .toList();

    ledger.awaitAll(sent, LIMIT);
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.unexpected(sent)).isEmpty();
  }

  @Test
  void aMissingResultIsReportedWithTheState() {
    assertThatThrownBy(() -> client.result("no-such-task", Duration.ofMillis(100)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PENDING");
  }

  @Test
  void anErrorOfPythonCodeIsThrownAndLeavesTheClientUsable() {
    assertThatThrownBy(() -> client.eval("1 / 0"))
        .isInstanceOf(PythonException.class)
        .hasMessageContaining("ZeroDivisionError");

    client.exec("answer = 42");
    assertThat(client.eval("answer").json().asInt()).isEqualTo(42);
  }

  @Test
  void aKilledWorkerLeavesNoProcessAndItsUnfinishedTaskGoesToTheNext(@TempDir Path folder)
      throws Exception {
    PeerSetup own =
        setup
            .queue("killed-" + UUID.randomUUID())
            .with("task_acks_late", true)
            .with("task_reject_on_worker_lost", true);
    Path gate = folder.resolve("gate");
    PythonClient sender = processes.client(peer, own);
    PythonWorker first = processes.worker(peer, own);
    String id = sender.send("tasks.wait_for_file", "'" + gate + "'");
    assertThat(first.output().awaitLine(line -> line.contains(id + "] received"), LIMIT)).isTrue();

    first.kill();
    Files.createFile(gate);
    processes.worker(peer, own);

    assertThat(sender.result(id, LIMIT).state()).isEqualTo("SUCCESS");
    assertThat(ProcessHandle.allProcesses().filter(process -> isOf(process, first))).isEmpty();
  }

  @Test
  void aWorkerThatCannotStartSaysWhy() {
    assertThatThrownBy(() -> processes.worker(peer, setup.withWorkerOptions("--pool=nonsense")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nonsense");
  }

  private static boolean isOf(ProcessHandle process, PythonWorker owner) {
    return process.info().commandLine().orElse("").contains(owner.nodeName());
  }
}
