package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.testing.RabbitServer;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a broker of the test's own does to those who use it, when it dies or runs out of memory. */
@Timeout(180)
@Tag("long")
class BrokerFaultsIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static RabbitServer broker;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Connection connection =
      Connection.builder(broker.uri().toString()).listener(new Recording()).build();

  @BeforeAll
  static void startBroker() {
    broker = RabbitServer.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void cleanUp() {
    threads.shutdownNow();
    connection.close();
  }

  @Test
  @Tag("B7")
  void allThatWasConfirmedSurvivesAKilledBrokerAndEveryCallEndsInTime() throws Exception {
    Queue queue = Queue.named("killed");
    PublishOptions options =
        PublishOptions.builder()
            .routingKey("killed")
            .declare(queue)
            .mandatory(true)
            .timeout(TIMEOUT)
            .build();
    ProducerPool pool = ProducerPool.of(connection);
    Set<String> confirmed = ConcurrentHashMap.newKeySet();
    AtomicInteger failed = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    List<Future<Duration>> publishers = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String prefix = "t" + thread + "-";
      publishers.add(
          threads.submit(
              () -> {
                Duration longest = Duration.ZERO;
                for (int i = 0; !over.get(); i++) {
                  long start = System.nanoTime();
                  try {
                    pool.publish(prefix + i, options);
                    confirmed.add(prefix + i);
                  } catch (OperationalException e) {
                    failed.incrementAndGet();
                  }
                  Duration took = Duration.ofNanos(System.nanoTime() - start);
                  longest = took.compareTo(longest) > 0 ? took : longest;
                }
                return longest;
              }));
    }

    await().until(() -> confirmed.size() > 500);
    broker.syncDeclarations();
    broker.kill();
    await().atMost(Duration.ofSeconds(30)).until(() -> failed.get() >= 4);
    broker.startAgain();
    int before = confirmed.size();
    await().atMost(Duration.ofSeconds(10)).until(() -> confirmed.size() > before);
    over.set(true);

    for (Future<Duration> publisher : publishers) {
      assertThat(publisher.get(20, TimeUnit.SECONDS)).isLessThan(TIMEOUT.plusSeconds(3));
    }
    pool.close();
    assertThat(received(queue, confirmed)).containsAll(confirmed);
  }

  @Test
  @Tag("B6")
  void aBlockedBrokerCostsAPublishItsDeadlineAndNothingMore() {
    Queue queue = Queue.named("blocked");
    PublishOptions options =
        PublishOptions.builder().routingKey("blocked").declare(queue).timeout(TIMEOUT).build();
    Producer producer = connection.producer().build();
    producer.publish("before", options);

    broker.ctl("set_vm_memory_high_watermark", "0.0000001");
    try {
      for (int call = 0; call < 3; call++) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> producer.publish("during", options))
            .isInstanceOf(PublishTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isBetween(TIMEOUT.minusMillis(50), TIMEOUT.plusSeconds(3));
      }
      assertThat(connection.isBlocked()).isTrue();
      assertThat(heard).anyMatch(what -> what.startsWith("blocked ") && what.contains("memory"));
    } finally {
      broker.ctl("set_vm_memory_high_watermark", "0.4");
    }

    await().atMost(Duration.ofSeconds(10)).until(() -> !connection.isBlocked());
    producer.publish("after", options);
    assertThat(heard).contains("unblocked");
    assertThat(received(queue, Set.of("before", "after"))).contains("before", "after");
  }

  @Test
  void consumersAreToldOfALossOnceAndGoOnWhenTheirOwnerSaysSo() throws Exception {
    Queue queue = Queue.named("consumed");
    List<Object> bodies = new CopyOnWriteArrayList<>();
    Consumer consumer =
        connection
            .consumer()
            .queue(queue)
            .prefetch(10)
            .handler(
                (body, message) -> {
                  bodies.add(body);
                  message.ack();
                })
            .build();
    consumer.consume();
    Producer producer = connection.copy().producer().build();
    producer.publish("before", PublishOptions.to("consumed"));
    await().until(() -> connection.drainEvents(Duration.ofMillis(100)) >= 0 && !bodies.isEmpty());

    broker.kill();
    assertThatThrownBy(
            () -> {
              while (true) {
                connection.drainEvents(Duration.ofSeconds(10));
              }
            })
        .isInstanceOf(OperationalException.class)
        .satisfies(e -> assertThat(((OperationalException) e).isRecoverable()).isTrue());
    assertThat(connection.drainEvents(Duration.ofMillis(50))).isZero();
    broker.startAgain();
    connection.connect(RetryPolicy.reconnecting(), Duration.ofSeconds(30));
    consumer.consume();
    producer.publish("after", PublishOptions.to("consumed"));

    await()
        .until(
            () -> connection.drainEvents(Duration.ofMillis(100)) >= 0 && bodies.contains("after"));
    assertThat(bodies).containsOnly("before", "after"); // the killed broker may forget the ack
    producer.connection().close();
  }

  private Set<String> received(Queue queue, Set<String> wanted) {
    Set<String> bodies = ConcurrentHashMap.newKeySet();
    try (Connection fresh = Connection.open(broker.uri().toString())) {
      Consumer consumer =
          fresh
              .consumer()
              .queue(queue)
              .prefetch(500)
              .handler(
                  (body, message) -> {
                    bodies.add(String.valueOf(body));
                    message.ack();
                  })
              .build();
      consumer.consume();
      while (!bodies.containsAll(wanted) && fresh.drainEvents(Duration.ofSeconds(3)) > 0) {
        // until the queue is empty
      }
    }
    return bodies;
  }

  private final class Recording implements ConnectionListener {

    @Override
    public void connected(String description) {
      heard.add("connected " + description);
    }

    @Override
    public void recovering(OperationalException cause) {
      heard.add("recovering");
    }

    @Override
    public void blocked(String reason) {
      heard.add("blocked " + reason);
    }

    @Override
    public void unblocked() {
      heard.add("unblocked");
    }
  }
}
