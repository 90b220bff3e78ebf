package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing to a RabbitMQ that works, through a wire that may not. */
@Timeout(120)
class PublishingIT {

  private final Queue queue = Queue.named("publishing-" + UUID.randomUUID());
  private final PublishOptions toQueue =
      PublishOptions.builder()
          .routingKey(queue.name())
          .declare(queue)
          .mandatory(true)
          .timeout(Duration.ofSeconds(20))
          .build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private FaultProxy proxy;
  private Connection connection;

  @BeforeEach
  void connectThroughAProxy() {
    proxy = FaultProxy.to(Services.amqp());
    connection = Connection.open(proxy.uri().toString());
  }

  @AfterEach
  void cleanUp() {
    threads.shutdownNow();
    connection.close();
    proxy.close();
    try (Connection direct = Connection.open(Services.amqp().toString())) {
      direct.defaultChannel().deleteQueue(queue.name());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void everyConfirmedMessageOfManyThreadsIsInTheQueue(int count) throws Exception {
    ProducerPool pool = ProducerPool.of(connection);
    int each = 500;
    List<Future<?>> publishers = new ArrayList<>();
    for (int thread = 0; thread < count; thread++) {
      String prefix = "t" + thread + "-";
      publishers.add(
          threads.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  pool.publish(prefix + i, toQueue);
                }
              }));
    }
    for (Future<?> publisher : publishers) {
      publisher.get(60, TimeUnit.SECONDS);
    }
    pool.close();

    assertThat(arrived()).hasSize(count * each).doesNotHaveDuplicates();
  }

  @Test
  void nothingConfirmedIsLostAndNothingIsForgottenWhileConnectionsBreak() throws Exception {
    Producer producer = connection.producer().build();
    Future<?> saboteur =
        threads.submit(
            () -> {
              while (proxy.accepted() < 10) {
                long seen = proxy.transferred(FaultProxy.Direction.TO_SERVER);
                await()
                    .pollInterval(Duration.ofMillis(1))
                    .until(
                        () -> proxy.transferred(FaultProxy.Direction.TO_SERVER) > seen + 300_000);
                proxy.reset();
              }
            });
    List<Future<List<String>>> publishers =
        IntStream.range(0, 4)
            .mapToObj(thread -> threads.submit(() -> publishUntilDone(producer, thread, saboteur)))
            .toList();

    Set<String> confirmed = new HashSet<>();
    for (Future<List<String>> publisher : publishers) {
      confirmed.addAll(publisher.get(90, TimeUnit.SECONDS));
    }
    saboteur.get(10, TimeUnit.SECONDS);

    assertThat(confirmed).hasSizeGreaterThan(8_000);
    assertThat(new HashSet<>(arrived())).isEqualTo(confirmed);
  }

  @Test
  void bulkKeepsItsOrderOnAQuietWire() {
    Producer producer = connection.producer().window(50).build();

    producer.publishAll(bodies("m"), toQueue).orThrow();

    assertThat(arrived()).containsExactlyElementsOf(bodies("m"));
  }

  @Test
  void aMessageForAMissingExchangeHarmsNoOther() throws Exception {
    Producer producer = connection.producer().build();
    producer.publish("first", toQueue);
    PublishOptions nowhere = PublishOptions.builder().exchange("missing-" + queue.name()).build();

    List<CompletableFuture<?>> good = new ArrayList<>();
    List<CompletableFuture<?>> bad = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      good.add(producer.publishAsync("m" + i, toQueue));
      if (i % 50 == 0) {
        bad.add(producer.publishAsync("lost", nowhere));
      }
    }

    for (CompletableFuture<?> future : good) {
      future.get(20, TimeUnit.SECONDS);
    }
    for (CompletableFuture<?> future : bad) {
      assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(OperationalException.class)
          .extracting("replyCode")
          .isEqualTo(404);
    }
    assertThat(new HashSet<>(arrived())).hasSize(201);
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void aMessageThatReachesNoQueueIsHandedBackToWhoeverListens() {
    CompletableFuture<OutgoingMessage> returned = new CompletableFuture<>();
    Producer producer =
        connection
            .producer()
            .mandatory()
            .onReturn((message, reason) -> returned.complete(message))
            .build();

    assertThatThrownBy(() -> producer.publish("lost", PublishOptions.to("nowhere")))
        .isInstanceOf(MessageRefusedException.class);

    OutgoingMessage message = returned.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(message.destination().routingKey()).isEqualTo("nowhere");
    assertThat(message.message().body()).asString(StandardCharsets.UTF_8).isEqualTo("lost");
  }

  @Test
  void aMessageThatReachesNoQueueFailsAlone() {
    Producer producer = connection.producer().build();

    assertThatThrownBy(
            () ->
                producer.publish(
                    "lost",
                    PublishOptions.builder().routingKey("no-such-queue").mandatory(true).build()))
        .isInstanceOf(MessageRefusedException.class)
        .extracting("replyCode")
        .isEqualTo(312);
    producer.publish("found", toQueue);
    assertThat(arrived()).containsExactly("found");
  }

  @Test
  void withoutConfirmsAListenerHearsOfAMessageThatReachesNoQueue() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void returned(
              Destination to, TransportMessage message, MessageRefusedException error) {
            String body = new String(message.body(), StandardCharsets.UTF_8);
            heard.complete(to.routingKey() + " " + body + " " + error.replyCode());
          }
        };
    try (Connection unconfirmed =
        Connection.builder(proxy.uri().toString())
            .options(connection.options().toBuilder().confirms(false).build())
            .listener(listener)
            .build()) {
      Producer producer = unconfirmed.producer().mandatory().build();

      producer.publish("lost", PublishOptions.to("no-such-queue"));
      producer.publish("found", toQueue);

      assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("no-such-queue lost 312");
      await().untilAsserted(() -> assertThat(arrived()).containsExactly("found"));
    }
  }

  @Test
  void interruptsOfPublishingThreadsCloseNothingAndLoseNothing() throws Exception {
    assertThatInterruptsDoNoHarm(threads);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void interruptsOfVirtualThreadsCloseNothingAndLoseNothing() throws Exception {
    ExecutorService virtual = Threads.virtualExecutor().orElseThrow();
    assertThatInterruptsDoNoHarm(virtual);
    virtual.shutdown();
  }

  @Test
  void worksAgainAfterAWireThatSwallowedEverything() {
    ProducerPool pool =
        ProducerPool.of(
            Connection.builder(proxy.uri().toString())
                .options(connection.options().toBuilder().heartbeat(Duration.ofSeconds(1)).build())
                .build(),
            UnaryOperator.identity(),
            2,
            Duration.ofSeconds(5));
    pool.publish("before", toQueue);

    proxy.swallow();
    PublishOptions hurried =
        PublishOptions.builder().routingKey(queue.name()).timeout(Duration.ofMillis(300)).build();
    long start = System.nanoTime();
    assertThatThrownBy(() -> pool.publish("during", hurried))
        .isInstanceOf(OperationalException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    proxy.restore();

    pool.publish("after", toQueue);
    assertThat(arrived()).contains("before", "after");
    pool.close();
  }

  @Test
  void aWireThatTakesNoMoreCostsAPublishItsDeadlineAndNothingMore() throws Exception {
    Producer producer = connection.producer().build();
    producer.publish("before", toQueue);
    proxy.stall();
    byte[] large = new byte[1 << 20];
    Duration timeout = Duration.ofMillis(500);
    PublishOptions hurried =
        PublishOptions.builder().routingKey(queue.name()).timeout(timeout).build();

    List<CompletableFuture<?>> futures = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < 40; i++) {
      futures.add(producer.publishAsync(large, hurried));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(timeout.multipliedBy(20));
    for (int call = 0; call < 3; call++) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> producer.publish(large, hurried))
          .isInstanceOf(PublishTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(timeout.plusSeconds(3));
    }
    for (CompletableFuture<?> future : futures) {
      assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(PublishTimeoutException.class);
    }
    proxy.resume();

    producer.publish("after", toQueue);
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  private void assertThatInterruptsDoNoHarm(ExecutorService executor) throws Exception {
    Producer producer = connection.producer().build();
    producer.publish("first", toQueue);
    Set<Thread> publishing = java.util.concurrent.ConcurrentHashMap.newKeySet();
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> publishers = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String prefix = "t" + thread + "-";
      publishers.add(
          executor.submit(
              () -> {
                publishing.add(Thread.currentThread());
                for (int i = 0; i < 300; i++) {
                  producer.publish(prefix + i, toQueue);
                }
              }));
    }
    Future<?> interrupter =
        threads.submit(
            () -> {
              while (!over.get()) {
                publishing.forEach(Thread::interrupt);
              }
            });

    for (Future<?> publisher : publishers) {
      publisher.get(60, TimeUnit.SECONDS);
    }
    over.set(true);
    interrupter.get(10, TimeUnit.SECONDS);

    assertThat(arrived()).hasSize(1201).doesNotHaveDuplicates();
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  private List<String> publishUntilDone(Producer producer, int thread, Future<?> saboteur) {
    List<String> confirmed = new ArrayList<>();
    for (int round = 0; !saboteur.isDone(); round++) {
      List<String> bodies = bodies("t" + thread + "-" + round);
      producer.publishAll(bodies, toQueue).orThrow();
      confirmed.addAll(bodies);
    }
    return confirmed;
  }

  private List<String> arrived() {
    List<String> bodies = new ArrayList<>();
    try (Connection direct = Connection.open(Services.amqp().toString())) {
      Channel channel = direct.channel();
      while (true) {
        var delivery = channel.get(queue.name(), AckMode.NONE);
        if (delivery.isEmpty()) {
          return bodies;
        }
        bodies.add(new String(delivery.get().message().body(), StandardCharsets.UTF_8));
      }
    }
  }

  private static List<String> bodies(String prefix) {
    return IntStream.range(0, 2_000).mapToObj(i -> prefix + "-" + i).toList();
  }
}
