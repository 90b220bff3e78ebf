package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop whose connections break. */
@Timeout(30)
class ConsumerLoopRecoveryTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeBroker broker = new FakeBroker();
  private final ManualTiming timing = ManualTiming.jumping();
  private final Queue jobs = Queue.named("jobs");
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Object> handled = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ConsumerLoop loop;

  @AfterEach
  void close() {
    if (loop != null) {
      loop.stop();
    }
    threads.shutdownNow();
  }

  @Test
  void consumesAgainAfterALossNoMoreOftenThanOnceASecond() {
    loop = builder().handler(this::handle).build();
    loop.start("test-loop");
    awaitConsuming(1);

    broker.last().lose(OperationalException.lost("gone", null));
    awaitConsuming(2);
    broker.last().lose(OperationalException.lost("gone again", null));
    awaitConsuming(3);
    deliver("late");

    await().until(() -> handled.contains("late"));
    assertThat(timing.pauses())
        .hasSize(2)
        .allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) <= 0)
        .allMatch(pause -> pause.compareTo(Duration.ofMillis(900)) > 0);
    assertThat(broker.connections.get(0).ending).isEqualTo("closed");
    assertThat(events)
        .containsExactly(
            "revived",
            "ready 1",
            "end",
            "error gone",
            "revived",
            "ready 1",
            "end",
            "error gone again",
            "revived",
            "ready 1");
  }

  @Test
  void connectsAgainAfterARefusalToo() {
    broker.onDeclare = refuseOnce(OperationalException.refused("not equivalent", 406, null));
    loop = builder().handler(this::handle).build();

    loop.start("test-loop");

    awaitConsuming(2);
    assertThat(events).contains("error not equivalent");
  }

  @Test
  void dropsWhatALostConnectionHadDeliveredAndNobodyHasBegun() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    loop =
        builder()
            .executor(threads)
            .prefetch(1)
            .settling()
            .handler(
                (body, message) -> {
                  handled.add(body);
                  begun.countDown();
                  awaitQuietly(go);
                })
            .build();
    loop.start("test-loop");
    awaitConsuming(1);
    deliver("held");
    deliver("waiting");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    broker.last().lose(OperationalException.lost("gone", null));
    awaitConsuming(2);
    deliver("again");
    go.countDown();

    await().until(() -> handled.contains("again"));
    assertThat(handled).containsExactly("held", "again");
  }

  @Test
  void stopEndsTheWaitForAConnection() throws Exception {
    CountDownLatch connecting = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    broker.attempts.add(
        url -> {
          connecting.countDown();
          awaitQuietly(release);
          throw FakeBroker.down();
        });
    for (int i = 0; i < 1000; i++) {
      broker.failNext(FakeBroker.down());
    }
    loop = builder().handler(this::handle).build();
    CompletableFuture<Void> running = CompletableFuture.runAsync(loop::run, threads);
    assertThat(connecting.await(10, TimeUnit.SECONDS)).isTrue();

    loop.stop();
    release.countDown();

    running.get(10, TimeUnit.SECONDS);
    assertThat(events).doesNotContain("revived");
  }

  @Test
  void aListenerThatThrowsEndsTheLoop() {
    loop =
        builder()
            .handler(this::handle)
            .listener(
                new ConsumerLoopListener() {
                  @Override
                  public void consumeReady(Connection connection, List<Consumer> consumers) {
                    throw new IllegalStateException("not ready at all");
                  }
                })
            .build();

    assertThatThrownBy(loop::run).hasMessage("not ready at all");
    assertThat(broker.last().ending).isEqualTo("closed");
  }

  private ConsumerLoopBuilder builder() {
    return ConsumerLoop.builder(broker.connection().timing(timing).build())
        .queue(jobs)
        .listener(new Recorder());
  }

  private void handle(Object body, Message message) {
    handled.add(body);
    message.ack();
  }

  private void awaitConsuming(int connections) {
    await()
        .atMost(LONG)
        .until(
            () ->
                broker.connections.size() == connections
                    && loop.isConsuming()
                    && broker.last().channels.stream()
                        .anyMatch(channel -> !channel.consumers.isEmpty()));
  }

  private void deliver(String body) {
    MessageProperties properties =
        MessageProperties.builder().contentType("text/plain").contentEncoding("utf-8").build();
    broker.last().channels.stream()
        .filter(channel -> channel.purpose == ChannelPurpose.CONSUMING)
        .filter(channel -> !channel.consumers.isEmpty())
        .forEach(
            channel ->
                channel.deliver(
                    "jobs",
                    new TransportMessage(
                        properties, Map.of(), body.getBytes(StandardCharsets.UTF_8))));
  }

  private static Runnable refuseOnce(OperationalException refusal) {
    boolean[] refused = new boolean[1];
    return () -> {
      if (!refused[0]) {
        refused[0] = true;
        throw refusal;
      }
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Recorder implements ConsumerLoopListener {

    @Override
    public void connectionError(OperationalException cause) {
      events.add("error " + cause.getMessage());
    }

    @Override
    public void connectionRevived(Connection connection) {
      events.add("revived");
    }

    @Override
    public void consumeReady(Connection connection, List<Consumer> consumers) {
      events.add("ready " + consumers.size());
    }

    @Override
    public void consumeEnd(Connection connection) {
      events.add("end");
    }
  }
}
