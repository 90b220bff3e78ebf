package io.github.celeryjava.celery.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.backend.Backends;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultSource;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
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
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

@Tag("long")
class RedisFaultsIT {

  private static RedisServer server;

  private FaultProxy proxy;
  private ResultBackend client;
  private ResultBackend worker;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.to(server.uri());
    client = open(Map.of("redis_backend_health_check_interval", 2));
    worker = Backends.open(server.uri().toString(), Map.of());
  }

  @AfterEach
  void close() {
    client.close();
    worker.close();
    proxy.close();
  }

  @Test
  @Tag("R4")
  void aWaitGoesOnAfterTheServerWasKilledAndStartedAgain() throws Exception {
    String before = id();
    String after = id();
    CompletableFuture<ResultMeta> first = client.ready(before);
    CompletableFuture<ResultMeta> second = client.ready(after);
    awaitSubscriptions(2);

    server.kill();
    server.startAgain();
    success(before, 1);
    await().atMost(Duration.ofSeconds(20)).until(first::isDone);
    success(after, 2);

    assertThat(second.get(20, TimeUnit.SECONDS).result()).isEqualTo(2L);
  }

  @Test
  @Tag("R4")
  void aResultStoredWhileNobodyListenedIsFoundOnceTheConnectionIsBack() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> ready = client.ready(id);
    awaitSubscriptions(1);

    proxy.refuse();
    proxy.reset();
    success(id, 5);
    proxy.accept();

    assertThat(ready.get(20, TimeUnit.SECONDS).result()).isEqualTo(5L);
  }

  @Test
  @Tag("R4")
  void connectionsThatTheServerKillsAreReplaced() throws Exception {
    for (int round = 0; round < 20; round++) {
      String id = id();
      CompletableFuture<ResultMeta> ready = client.ready(id);
      try (Jedis jedis = new Jedis(server.uri())) {
        jedis.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
        jedis.clientKill(
            new ClientKillParams().type(ClientType.NORMAL).skipMe(ClientKillParams.SkipMe.YES));
      }
      success(id, round);

      assertThat(ready.get(20, TimeUnit.SECONDS).result()).isEqualTo((long) round);
      assertThat(client.fetch(id)).isPresent();
    }
  }

  @Test
  @Tag("R4")
  void aTimeOutEndsInTimeWhileTheServerIsFrozenAndWorkGoesOnAfterwards() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> early = client.ready(id);
    awaitSubscriptions(1);
    server.pause();
    try {
      for (int i = 0; i < 5; i++) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> handle(id()).get(Duration.ofMillis(300)))
            .isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
      }
    } finally {
      server.resume();
    }

    success(id, 5);

    assertThat(early.get(20, TimeUnit.SECONDS).result()).isEqualTo(5L);
    assertThat(handle(id).get(Duration.ofSeconds(5))).isEqualTo(5L);
  }

  @Test
  void commandsEndInTimeWhileTheServerIsFrozen() {
    ResultBackend impatient = open(Map.of("redis_socket_timeout", 1));
    String large = "x".repeat(20_000_000);
    store(impatient, id(), 1);
    server.pause();
    long start = System.nanoTime();
    try {
      assertThatThrownBy(() -> impatient.fetch(id()))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("was not read")
          .hasMessageContaining("redis://");
      assertThatThrownBy(() -> store(impatient, id(), 1)).isInstanceOf(BackendException.class);
      assertThatThrownBy(() -> store(impatient, id(), large)).isInstanceOf(BackendException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    } finally {
      server.resume();
    }

    store(impatient, id(), large);
    impatient.close();
  }

  @Test
  void aConnectionThatHasFallenSilentIsReplaced() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> ready = client.ready(id);
    awaitSubscriptions(1);

    proxy.swallow();
    success(id, 5);
    await().atMost(Duration.ofSeconds(20)).until(() -> client.trouble().isPresent());
    proxy.restore();

    assertThat(ready.get(20, TimeUnit.SECONDS).result()).isEqualTo(5L);
    await().atMost(Duration.ofSeconds(20)).until(() -> client.trouble().isEmpty());
  }

  @Test
  void aTimeOutSaysThatTheServerCannotBeReached() {
    proxy.refuse();

    assertThatThrownBy(() -> handle(id()).get(Duration.ofSeconds(1)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("results are not received from redis://127.0.0.1")
        .hasMessageContaining("refused");
  }

  @Test
  void storingGoesOnAfterAnOutage() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    ResultBackend proxied = open(Map.of());
    store(proxied, id(), 0);
    proxy.refuse();
    proxy.reset();
    List<String> ids = List.of(id(), id(), id(), id());
    List<Future<?>> stores = new ArrayList<>();
    for (String id : ids) {
      stores.add(threads.submit(() -> store(proxied, id, id)));
    }

    proxy.accept();
    for (Future<?> each : stores) {
      each.get(10, TimeUnit.SECONDS);
    }
    threads.shutdown();
    proxied.close();

    for (String id : ids) {
      assertThat(worker.fetch(id)).map(ResultMeta::result).contains(id);
    }
  }

  @Test
  void storingGivesUpInTheEndAndSaysHowOftenItTried() {
    proxy.refuse();
    Map<String, Object> policy = Map.of("max_retries", 2, "interval_step", 0.1);
    ResultBackend hasty =
        open(Map.of("result_backend_transport_options", Map.of("retry_policy", policy)));

    assertThatThrownBy(() -> store(hasty, "t1", 1))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("the result of task t1 was not stored")
        .hasMessageContaining("tried 3 times");
    hasty.close();
  }

  @Test
  void closingEndsWhatTriesInVain() throws Exception {
    proxy.refuse();
    ResultBackend stubborn = open(Map.of("result_backend_always_retry", true));
    CompletableFuture<Void> storing = CompletableFuture.runAsync(() -> store(stubborn, id(), 1));
    CompletableFuture<ResultMeta> waiting = stubborn.ready(id());
    await().atMost(Duration.ofSeconds(20)).until(() -> stubborn.trouble().isPresent());

    stubborn.close();

    assertThatThrownBy(() -> storing.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BackendException.class);
    assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BackendException.class);
  }

  @Test
  void aServerThatHasForgottenTheScriptIsToldAgain() {
    String id = id();
    store(worker, id(), 1);
    try (Jedis jedis = new Jedis(server.uri())) {
      jedis.scriptFlush();
    }

    store(worker, id, 2);

    assertThat(worker.fetch(id)).isPresent();
  }

  /** Everybody gets the result or a time-out, on time; nobody hangs. */
  @Test
  @Tag("R4")
  void twoHundredThreadsGetTheirResultsThroughARestart() throws Exception {
    int threads = 200;
    int gets = 20;
    ExecutorService getters = Executors.newFixedThreadPool(threads);
    ExecutorService storing = Executors.newFixedThreadPool(4);
    List<Callable<Integer>> work = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      work.add(
          () -> {
            int received = 0;
            for (int n = 0; n < gets; n++) {
              String id = id();
              Future<?> stored = storing.submit(() -> success(id, id));
              assertThat(handle(id).get(Duration.ofSeconds(60))).isEqualTo(id);
              stored.get(60, TimeUnit.SECONDS);
              received++;
            }
            return received;
          });
    }
    Thread restarts =
        new Thread(
            () -> {
              for (int i = 0; i < 3; i++) {
                server.kill();
                server.startAgain();
              }
            });

    List<Future<Integer>> results = new ArrayList<>();
    work.forEach(one -> results.add(getters.submit(one)));
    restarts.start();
    int received = 0;
    for (Future<Integer> each : results) {
      received += each.get(120, TimeUnit.SECONDS);
    }
    restarts.join();
    getters.shutdownNow();
    storing.shutdownNow();

    assertThat(received).isEqualTo(threads * gets);
    awaitSubscriptions(0);
  }

  private ResultBackend open(Map<String, ?> settings) {
    return Backends.open(proxy.uri().toString(), settings);
  }

  private void success(String id, Object result) {
    store(worker, id, result);
  }

  private static void store(ResultBackend backend, String id, Object result) {
    backend.store(ResultMeta.of(id, TaskState.SUCCESS, result), ResultTarget.NONE);
  }

  private AsyncResult<Object> handle(String id) {
    return new AsyncResult<>(
        id,
        Object.class,
        new ResultSource(client, SerializerRegistry.standard(), () -> false, Runnable::run));
  }

  private static void awaitSubscriptions(int count) {
    try (Jedis jedis = new Jedis(server.uri())) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> jedis.pubsubChannels("celery-task-meta-*").size() == count);
    }
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
