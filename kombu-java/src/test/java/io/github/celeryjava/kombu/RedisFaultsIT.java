package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.RedisServer;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** Everything that can happen to a Redis happens while it is consumed from and published to. */
@Timeout(900)
@Tag("B1")
@Tag("long")
class RedisFaultsIT {

  private static final Duration BACK_AT_WORK = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Exchange NEWS = Exchange.fanout("faults-news");
  private static final int KILLS = Boolean.getBoolean("celery.full") ? 100 : 15;
  private static final int SLOW_ROUNDS = Boolean.getBoolean("celery.full") ? 10 : 1;

  private static RedisServer server;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();

  // Mutable state
  private volatile boolean over;
  private FaultProxy proxy;
  private Connection connection;
  private ProducerPool producers;
  private Future<?> loop;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void close() throws Exception {
    over = true;
    if (loop != null) {
      loop.get(40, TimeUnit.SECONDS);
    }
    producers.close();
    connection.close();
    threads.shutdownNow();
    if (proxy != null) {
      proxy.close();
    }
    try (Jedis jedis = new Jedis(server.uri())) {
      jedis.flushAll();
    }
  }

  @Test
  void killedConnectionsAreReplacedAndNothingIsLost() throws Exception {
    work(server.uri());
    int threadsBefore = kombuThreads();
    int clientsBefore = clients();

    for (int round = 0; round < KILLS; round++) {
      publish(20);
      kill();
      publish(20);
      atWorkAgain();
    }

    everythingIsReceived(KILLS);
    await().untilAsserted(() -> assertThat(kombuThreads()).isLessThanOrEqualTo(threadsBefore));
    await().untilAsserted(() -> assertThat(clients()).isLessThanOrEqualTo(clientsBefore));
  }

  @Test
  void aServerThatIsKilledAndStartedAgainIsWorkedWithAgain() throws Exception {
    work(server.uri());

    for (int round = 0; round < SLOW_ROUNDS; round++) {
      publish(20);
      server.kill();
      server.startAgain();
      atWorkAgain();
      publish(20);
    }

    everythingIsReceived(SLOW_ROUNDS);
  }

  @Test
  void aServerThatIsFrozenIsNoticedAndWorkedWithAgain() throws Exception {
    work(server.uri());

    for (int round = 0; round < SLOW_ROUNDS; round++) {
      publish(20);
      server.pause();
      try {
        await()
            .atMost(HEARTBEAT.multipliedBy(2).plusSeconds(5))
            .until(() -> !connection.isConnected());
      } finally {
        server.resume();
      }
      atWorkAgain();
      publish(20);
    }

    everythingIsReceived(SLOW_ROUNDS);
  }

  @Test
  void aLineOnWhichNothingMovesAnyMoreIsNoticedAndReplaced() throws Exception {
    proxy = FaultProxy.to(server.uri());
    work(proxy.uri());

    for (int round = 0; round < SLOW_ROUNDS; round++) {
      publish(20);
      proxy.swallow();
      await()
          .atMost(HEARTBEAT.multipliedBy(2).plusSeconds(5))
          .until(() -> !connection.isConnected());
      proxy.restore();
      atWorkAgain();
      publish(20);
    }

    everythingIsReceived(SLOW_ROUNDS);
  }

  @Test
  void aServerThatIsOutOfReachForAWhileIsWorkedWithAgain() throws Exception {
    proxy = FaultProxy.to(server.uri());
    work(proxy.uri());

    for (int round = 0; round < SLOW_ROUNDS; round++) {
      publish(20);
      proxy.refuse();
      proxy.reset();
      await().until(() -> !connection.isConnected());
      await().pollDelay(Duration.ofSeconds(1)).until(() -> !connection.isConnected());
      proxy.accept();
      atWorkAgain();
      publish(20);
    }

    everythingIsReceived(SLOW_ROUNDS);
  }

  @Test
  void aSlowLineIsNoLoss() throws Exception {
    proxy = FaultProxy.to(server.uri());
    work(proxy.uri(), Duration.ofSeconds(30));
    int before = sent.size();

    proxy.slowDown(1_000_000);
    publish("x".repeat(9_000_000)); // takes longer than a server may be silent

    await().atMost(Duration.ofSeconds(120)).until(() -> received.containsAll(sent));
    assertThat(received).hasSize(before + 1);
  }

  /** Consumes and publishes, connecting again whenever that is needed, as a worker does. */
  private void work(URI uri) {
    work(uri, HEARTBEAT);
  }

  private void work(URI uri, Duration heartbeat) {
    connection =
        Connection.builder(uri.toString())
            .options(ConnectionOptions.builder().heartbeat(heartbeat).build())
            .build();
    producers = ProducerPool.of(connection);
    Consumer jobs =
        connection
            .consumer()
            .queue(Queue.bound("faults-jobs", Exchange.direct("faults"), "key"))
            .prefetch(10)
            .handler(
                (body, message) -> {
                  message.ack();
                  received.add(String.valueOf(body));
                })
            .build();
    Consumer news =
        connection
            .consumer()
            .queue(Queue.bound("faults-listener", NEWS, ""))
            .noAck()
            .handler((body, message) -> heard.add(String.valueOf(body)))
            .build();
    jobs.consume();
    news.consume();
    loop = threads.submit(() -> drain(List.of(jobs, news)));
    atWorkAgain();
  }

  private void drain(List<Consumer> consumers) {
    while (!over) {
      try {
        connection.drainEvents(Duration.ofMillis(200));
      } catch (OperationalException lost) {
        consumeAgain(consumers);
      }
    }
  }

  private void consumeAgain(List<Consumer> consumers) {
    while (!over) {
      try {
        connection.connect(RetryPolicy.reconnecting(), Duration.ofSeconds(60));
        consumers.forEach(Consumer::consume);
        return;
      } catch (OperationalException lostAgain) {
        // once more
      }
    }
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      publish("m" + numbers.incrementAndGet());
    }
  }

  private void publish(String body) {
    PublishOptions options =
        PublishOptions.builder()
            .exchange(Exchange.direct("faults"))
            .routingKey("key")
            .mandatory(true)
            .timeout(Duration.ofSeconds(60))
            .build();
    producers.publish(body, options);
    sent.add(body);
  }

  /** Deliveries and broadcasts come again, within the time that is allowed. */
  private void atWorkAgain() {
    long start = System.nanoTime();
    publish(1);
    String last = sent.get(sent.size() - 1);
    await().atMost(BACK_AT_WORK.plusSeconds(20)).until(() -> received.contains(last));
    await()
        .atMost(BACK_AT_WORK)
        .until(
            () -> {
              String body = "n" + numbers.incrementAndGet();
              producers.publish(body, PublishOptions.builder().exchange(NEWS).build());
              return hears(body);
            });
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BACK_AT_WORK.plusSeconds(2));
  }

  private boolean hears(String body) {
    try {
      await().atMost(Duration.ofMillis(500)).until(() -> heard.contains(body));
      return true;
    } catch (ConditionTimeoutException notYetListening) {
      return false;
    }
  }

  private void everythingIsReceived(int rounds) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(received).containsAll(sent));
    Set<String> different = ConcurrentHashMap.newKeySet();
    different.addAll(received);
    // What was under way may come twice, and what was sent again too: no more than that.
    assertThat(received.size() - different.size()).isLessThan(11 * rounds);
    try (Jedis jedis = new Jedis(server.uri())) {
      await().untilAsserted(() -> assertThat(jedis.hgetAll("unacked")).isEmpty());
      assertThat(jedis.zcard("unacked_index")).isZero();
      assertThat(jedis.llen("faults-jobs")).isZero();
    }
  }

  private static void kill() {
    try (Jedis jedis = new Jedis(server.uri())) {
      jedis.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
      jedis.clientKill(
          new ClientKillParams().type(ClientType.NORMAL).skipMe(ClientKillParams.SkipMe.YES));
    }
  }

  private static int clients() {
    try (Jedis jedis = new Jedis(server.uri())) {
      return jedis.clientList().split("\n").length;
    }
  }

  private static int kombuThreads() {
    List<String> names = new ArrayList<>();
    Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
    return (int) names.stream().filter(name -> name.startsWith("kombu-redis")).count();
  }
}
