package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.kombu.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import redis.clients.jedis.Jedis;

/** Tasks and results over one Redis, from Java to Python and from Python to Java. */
@EachPeer
@Timeout(180)
@Tag("P2")
class RedisBrokerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private final List<Celery> apps = new ArrayList<>();
  private RedisServer server;

  @BeforeEach
  void startServer() {
    server = RedisServer.start();
  }

  @AfterEach
  void stopServer() {
    apps.forEach(Celery::close);
    server.close();
  }

  @Test
  void aJavaClientIsServedByAPythonWorker() throws Exception {
    processes.worker(peer, setup());
    Celery app = app();
    List<TaskSignature> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(TaskSignature.of("tasks.add", List.of(i, 1)));
    }

    List<AsyncResult<Object>> results = app.sendAll(calls);

    for (int i = 0; i < 100; i++) {
      assertThat(results.get(i).get(LIMIT)).isEqualTo(i + 1L);
    }
    assertThat(app.send("tasks.retry", 2).get(LIMIT)).isEqualTo(2L);
  }

  @Test
  void aPythonClientIsServedByAJavaWorker() throws Exception {
    Celery app = app();
    app.register(new JavaTasks());
    Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(4).build());
    PythonClient client = processes.client(peer, setup());
    try {
      worker.start();
      assertThat(worker.awaitReady(LIMIT)).isTrue();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        ids.add(client.send("java.add", i + ", 1"));
      }

      for (int i = 0; i < 100; i++) {
        assertThat(client.result(ids.get(i), LIMIT).success().json().asInt()).isEqualTo(i + 1);
      }
    } finally {
      assertThat(worker.stop(LIMIT)).isTrue();
    }
    try (Jedis jedis = new Jedis(server.uri())) {
      assertThat(jedis.hlen("unacked")).isZero();
      assertThat(jedis.llen("celery")).isZero();
    }
  }

  private PeerSetup setup() {
    return PeerSetup.over(server.uri()).resultsIn(server.uri().toString());
  }

  private Celery app() {
    Celery app =
        Celery.builder()
            .withoutEnvironment()
            .broker(server.uri().toString())
            .backend(server.uri().toString())
            .build();
    apps.add(app);
    return app;
  }
}
