package io.github.celeryjava.celery.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class RpcFaultsIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static RabbitServer server;

  private FaultProxy proxy;
  private ResultBackend client;
  private ResultBackend worker;

  @BeforeAll
  static void startServer() {
    server = RabbitServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.to(server.uri());
    client = Backends.open("rpc://", proxy.uri().toString(), Map.of());
    worker = Backends.open("rpc://", server.uri().toString(), Map.of("result_persistent", true));
  }

  @AfterEach
  void close() {
    client.close();
    worker.close();
    proxy.close();
  }

  @Test
  @Tag("B5")
  void theReplyQueueIsDurableSharedAndExpires() {
    String queue = client.replyTo(SOON);

    assertThat(queues()).containsExactly(queue + "\ttrue\tfalse\tfalse\t[{\"x-expires\",3600000}]");
  }

  @Test
  void theReplyQueueGoesWithItsOwner() {
    String queue = client.replyTo(SOON);
    assertThat(queues()).hasSize(1);

    client.close();

    assertThat(queues()).noneMatch(line -> line.startsWith(queue));
  }

  @Test
  @Tag("R5")
  void nothingIsLeftInTheReplyQueueAfterReading() {
    for (int i = 0; i < 200; i++) {
      String id = id();
      success(id, i);
      await().atMost(SOON).until(() -> client.fetch(id).isPresent());
    }

    await().atMost(SOON).untilAsserted(() -> assertThat(messages()).isEqualTo("0"));
  }

  @Test
  @Tag("R5")
  void aWaitGoesOnAfterARestartOfTheBroker() throws Exception {
    String before = id();
    String after = id();
    CompletableFuture<ResultMeta> first = client.ready(before);
    CompletableFuture<ResultMeta> second = client.ready(after);
    String queue = client.replyTo(SOON);
    success(before, 1);
    assertThat(first.get(20, TimeUnit.SECONDS).result()).isEqualTo(1L);

    server.kill();
    server.startAgain();
    success(after, 2);

    assertThat(second.get(20, TimeUnit.SECONDS).result()).isEqualTo(2L);
    assertThat(client.replyTo(SOON)).isEqualTo(queue);
  }

  @Test
  @Tag("R5")
  void aResultSentWhileTheConnectionWasAwayIsFound() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> ready = client.ready(id);
    ResultTarget target = target(id);

    proxy.refuse();
    proxy.reset();
    worker.store(ResultMeta.of(id, TaskState.SUCCESS, 5), target);
    proxy.accept();

    assertThat(ready.get(7, TimeUnit.SECONDS).result()).isEqualTo(5L);
  }

  @Test
  @Tag("R5")
  void noResultIsLostWhereverTheConnectionBreaks() throws Exception {
    for (int bytes = 20; bytes < 1_500; bytes += 120) {
      String id = id();
      CompletableFuture<ResultMeta> ready = client.ready(id);
      ResultTarget target = target(id);
      proxy.resetAfter(bytes, FaultProxy.Direction.TO_CLIENT);
      worker.store(ResultMeta.of(id, TaskState.STARTED, "x".repeat(500)), target);
      worker.store(ResultMeta.of(id, TaskState.SUCCESS, bytes), target);

      assertThat(ready.get(10, TimeUnit.SECONDS).result()).isEqualTo((long) bytes);
    }
  }

  @Test
  void aTimeOutEndsInTimeWhileTheBrokerIsFrozenAndWorkGoesOnAfterwards() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> ready = client.ready(id);
    ResultTarget target = target(id);
    server.pause();
    try {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.ready(id()).get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(client.fetch(id())).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    } finally {
      server.resume();
    }

    worker.store(ResultMeta.of(id, TaskState.SUCCESS, 5), target);

    assertThat(ready.get(10, TimeUnit.SECONDS).result()).isEqualTo(5L);
  }

  @Test
  @Tag("B6")
  void everySenderWaitsForTheQueueNoLongerThanItWanted() throws Exception {
    proxy.refuse();
    ExecutorService senders = Executors.newFixedThreadPool(20);
    List<Future<Duration>> waits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waits.add(
          senders.submit(
              () -> {
                long start = System.nanoTime();
                assertThatThrownBy(() -> client.replyTo(Duration.ofSeconds(1)))
                    .isInstanceOf(PublishTimeoutException.class)
                    .hasMessageContaining("PT1S");
                return Duration.ofNanos(System.nanoTime() - start);
              }));
    }

    for (Future<Duration> wait : waits) {
      assertThat(wait.get(20, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(8));
    }
    senders.shutdown();
    proxy.accept();

    assertThat(client.replyTo(SOON)).isNotEmpty();
  }

  @Test
  void closingDoesNotWaitForABrokerThatIsAway() throws Exception {
    proxy.refuse();
    CompletableFuture<String> receiving = client.receiving();
    CompletableFuture<ResultMeta> ready = client.ready(id());
    long start = System.nanoTime();

    client.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThatThrownBy(() -> receiving.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BackendException.class);
    assertThatThrownBy(() -> ready.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BackendException.class);
  }

  @Test
  void aBrokerThatRefusesIsAnErrorAtOnce() {
    String refused = server.uri().toString().replace("guest:guest", "guest:wrong");
    try (ResultBackend locked = Backends.open("rpc://", refused, Map.of())) {
      assertThatThrownBy(() -> locked.replyTo(SOON))
          .isNotInstanceOf(PublishTimeoutException.class)
          .hasMessageNotContaining("wrong");
      assertThat(locked.trouble()).isPresent();
    }
  }

  private void success(String id, Object result) {
    worker.store(ResultMeta.of(id, TaskState.SUCCESS, result), target(id));
  }

  private ResultTarget target(String id) {
    return new ResultTarget(client.replyTo(SOON), id);
  }

  private static List<String> queues() {
    return server
        .ctl(
            "list_queues",
            "--no-table-headers",
            "name",
            "durable",
            "auto_delete",
            "exclusive",
            "arguments")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static String messages() {
    return server.ctl("list_queues", "--no-table-headers", "messages").strip();
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
