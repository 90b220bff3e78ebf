package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.kombu.testing.Services;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks and results in MessagePack and YAML, compressed, between a Java and a Python app. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class CodecTasksIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final List<String> ACCEPTED = List.of("json", "msgpack", "yaml");

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  private final String pythonQueue = "codec-tasks-it-" + UUID.randomUUID();
  private final String javaQueue = "codec-tasks-it-" + UUID.randomUUID();

  @Parameter PythonPeer peer;

  // Mutable state, made anew for every peer
  private PythonClient client;
  private Celery app;
  private Worker worker;

  @BeforeParameterizedClassInvocation
  void startBoth() throws InterruptedException {
    String results = Services.redis().toString();
    PeerSetup setup =
        PeerSetup.over(Services.amqp())
            .resultsIn(results)
            .with("accept_content", ACCEPTED)
            .with("result_serializer", "msgpack");
    processes.worker(peer, setup.queue(pythonQueue));
    client = processes.client(peer, setup.queue(javaQueue));
    app =
        JavaTasks.in(
            Celery.builder()
                .withoutEnvironment()
                .broker(Services.amqp().toString())
                .backend(results)
                .set("accept_content", ACCEPTED)
                .set("result_serializer", "msgpack")
                .set("task_default_queue", javaQueue)
                .build());
    worker = Worker.of(app, WorkerOptions.builder().concurrency(2).build());
    worker.start();
    assertThat(worker.awaitReady(LIMIT)).isTrue();
  }

  @AfterParameterizedClassInvocation
  void end() throws InterruptedException {
    worker.close();
    app.close();
  }

  @ParameterizedTest
  @CsvSource({"msgpack, zstd", "yaml, brotli", "json, xz", "msgpack, bzip2"})
  void aPythonWorkerRunsWhatJavaSends(String serializer, String compression) throws Exception {
    CallOptions options =
        CallOptions.builder()
            .serializer(serializer)
            .compression(compression)
            .queue(pythonQueue)
            .build();

    Object seen =
        app.send("tasks.describe", List.of(1, "\u00fc"), Map.of("raw", List.of(2.5)), options)
            .get(LIMIT);

    assertThat(seen)
        .isEqualTo(Map.of("args", List.of("1", "'\u00fc'"), "kwargs", Map.of("raw", "[2.5]")));
  }

  @ParameterizedTest
  @CsvSource({"msgpack, zstd", "yaml, brotli", "json, xz", "msgpack, bzip2"})
  void aJavaWorkerRunsWhatPythonSends(String serializer, String compression) {
    String id =
        client.send(
            "java.add",
            "2, y=3",
            "serializer='%s', compression='%s'".formatted(serializer, compression));

    assertThat(client.result(id, LIMIT).success().json().asInt()).isEqualTo(5);
  }
}
