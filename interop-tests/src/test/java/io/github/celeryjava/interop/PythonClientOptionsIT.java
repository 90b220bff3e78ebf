package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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

/** What a Python client may ask for when it sends to a Java worker, and what must not break it. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class PythonClientOptionsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();
  @RegisterExtension private final JavaApps apps = new JavaApps();

  @Parameter PythonPeer peer;

  private PythonClient client;

  @BeforeParameterizedClassInvocation
  void startWorkerAndClient() {
    client = processes.sharedClient(peer, Results.REDIS);
  }

  @Test
  void optionsOfTheSenderReachTheTask() {
    long start = System.nanoTime();
    String id =
        client.send(
            "java.context",
            "1, k=2",
            "countdown=0.3, priority=3, compression='zlib', expires=60, headers={'tenant': 'a'},"
                + " shadow='shown', link=[{'task': 'java.errback', 'args': []}]");

    JsonNode context = client.result(id, LIMIT).success().json();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
    assertThat(context.get("args").toString()).isEqualTo("[1]");
    assertThat(context.get("kwargs").toString()).isEqualTo("{\"k\":2}");
    assertThat(context.get("id").asText()).isEqualTo(id);
    assertThat(context.get("root_id").asText()).isEqualTo(id);
    assertThat(context.get("priority").asInt()).isEqualTo(3);
    assertThat(context.get("eta").isTextual()).isTrue();
    assertThat(context.get("expires").isTextual()).isTrue();
    assertThat(context.get("tenant").asText()).isEqualTo("a");
    assertThat(context.get("lang").asText()).isEqualTo("py");
    assertThat(context.get("shadow").asText()).isEqualTo("shown");
    assertThat(context.get("argsrepr").asText()).isEqualTo("(1,)");
    assertThat(context.get("ignore_result").asBoolean()).isFalse();
    assertThat(context.get("callbacks").toString()).isEqualTo("[\"java.errback\"]");
  }

  @Test
  void aTaskThatExpiresBeforeItIsDueIsRevoked() {
    String id = client.send("java.add", "1, 2", "countdown=0.3, expires=0.1");

    PythonResult result = client.result(id, LIMIT);

    assertThat(result.state()).isEqualTo("REVOKED");
    assertThat(result.error()).hasToString("celery.exceptions.TaskRevokedError: expired");
  }

  @Test
  void tasksOfHigherPriorityRunFirst(@TempDir Path folder) throws Exception {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    String queue = "interop-priority-" + UUID.randomUUID();
    client.exec(
        """
        for line, priority in (('low', 1), ('high', 9)):
            for i in range(10):
                app.send_task('java.record', ('%s', line + str(i)), queue='%s', priority=priority)
        """
            .formatted(ledger.file(), queue));

    Celery app = JavaTasks.in(apps.add(SharedPeers.javaApp(Results.REDIS, queue)));
    try (Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(1).build())) {
      worker.start();
      await().atMost(LIMIT).until(() -> ledger.executions().size() == 20);

      assertThat(ledger.executions().subList(0, 10)).allMatch(line -> line.startsWith("high"));
      assertThat(worker.stop(LIMIT)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib", "gzip"})
  void aCompressedTaskIsRead(String compression) {
    String value = "'ü€😀 and so on, ' * 20000";

    String id = client.send("java.echo", value, "compression='" + compression + "'");

    assertThat(client.result(id, LIMIT).success().repr()).isEqualTo(client.eval(value).repr());
  }

  @Test
  void protocolOneIsRead(@TempDir Path folder) {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    PythonClient old =
        processes.client(
            peer,
            SharedPeers.setup(Results.REDIS)
                .queue(SharedPeers.javaQueue(Results.REDIS))
                .with("task_protocol", 1));

    String sum = old.send("java.add", "4, y=5");
    String retried = old.send("java.retry", "2");
    String context = old.send("java.context", "1", "countdown=0.3, expires=60, priority=4");
    String failing = old.send("java.fail", "'broken'");
    String quiet = old.send("java.record", "'%s', 'ran'".formatted(ledger.file()));

    assertThat(old.result(sum, LIMIT).success().json().asInt()).isEqualTo(9);
    assertThat(old.result(retried, LIMIT).success().json().asInt()).isEqualTo(2);
    assertThat(old.result(failing, LIMIT).failure().message()).contains("broken");
    JsonNode seen = old.result(context, LIMIT).success().json();
    assertThat(seen.get("priority").asInt()).isEqualTo(4);
    assertThat(seen.get("eta").isTextual()).isTrue();
    assertThat(seen.get("expires").isTextual()).isTrue();
    ledger.awaitAll(List.of("ran"), LIMIT);
    assertThat(quiet).isNotEmpty();
  }

  /** The last two kill a Python worker. */
  @Test
  @Tag("B15")
  void poisonousMessagesInTheMiddleOfGoodOnesStopNothing() {
    Worker worker = SharedPeers.javaWorker(Results.REDIS);
    long refusedBefore = worker.refused();

    String first = client.send("java.add", "1, 1");
    client.exec(
        """
        def poison(body, content_type='application/json', **headers):
            with app.producer_or_acquire() as producer:
                producer.publish(
                    body, exchange='', routing_key=app.conf.task_default_queue, headers=headers,
                    content_type=content_type, content_encoding='utf-8',
                )

        poison('this is no JSON', task='java.add', id='poison-1')
        poison('cos', content_type='application/x-python-serialize', task='java.add', id='poison-2')
        poison('{"no": "task"}')
        poison('[[1, 2], {}]', task='java.add', id='poison-3')
        poison('[[1, 2], {}, {}]', task='java.add', id='poison-4', eta='')
        poison('[[1, 2], {}, {}]', task='java.add')
        """);
    String last = client.send("java.add", "2, 2");

    assertThat(client.result(first, LIMIT).success().json().asInt()).isEqualTo(2);
    assertThat(client.result(last, LIMIT).success().json().asInt()).isEqualTo(4);
    await().atMost(LIMIT).until(() -> worker.refused() == refusedBefore + 6);
    assertThat(client.result("poison-1", LIMIT).failure().type()).isEqualTo("DecodeError");
    assertThat(worker.isConsuming()).isTrue();
  }
}
