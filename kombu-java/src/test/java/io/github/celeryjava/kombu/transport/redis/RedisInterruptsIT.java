package io.github.celeryjava.kombu.transport.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads of users are interrupted in the middle of calls, round after round. */
@Timeout(180)
class RedisInterruptsIT {

  private static final int ROUNDS = 200;

  private final RecordingListener listener = new RecordingListener();
  private final RedisConnector redis = new RedisConnector();
  private final ContractBroker broker =
      new ContractBroker(() -> redis.connect(ConnectionOptions.defaults(), listener));
  private final Random random = new Random(11);
  private long typicalNanos = 300_000; // how long a body takes
  private int hits;

  @AfterEach
  void tidyUp() {
    broker.close();
    redis.close();
  }

  static Stream<Named<ExecutorService>> kindsOfThreads() {
    return Stream.concat(
        Stream.of(Named.of("platform threads", Threads.singleThread("interrupted"))),
        Threads.virtualExecutor().stream().map(executor -> Named.of("virtual threads", executor)));
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptsInTheMiddleOfPublishingCloseNothingAndLoseNothing(ExecutorService users)
      throws Exception {
    TransportConnection connection = broker.newConnection();
    Channel publishing = connection.openChannel(ChannelPurpose.PUBLISHING);
    Queue jobs = broker.declared(broker.open(), "jobs");
    List<CompletableFuture<Void>> confirms = new ArrayList<>();

    for (int round = 0; round < ROUNDS; round++) {
      interrupted(
          users,
          () -> {
            for (int i = 0; i < 5; i++) {
              confirms.add(
                  publishing.publish(
                      Destination.queue(jobs.name()), ContractBroker.message(new byte[10_000])));
            }
          });
    }

    for (CompletableFuture<Void> confirm : confirms) {
      confirm.get(20, TimeUnit.SECONDS);
    }
    assertThat(broker.ready(jobs)).isEqualTo(ROUNDS * 5);
    assertUnharmed(connection, publishing);
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptsInTheMiddleOfCallsCloseNothingAndTheCallsSucceed(ExecutorService users)
      throws Exception {
    TransportConnection connection = broker.newConnection();
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = Queue.bound(broker.name("jobs"), Exchange.fanout(broker.exchangeName("news")), "");
    broker.tidy(jobs.name());
    List<String> declared = new ArrayList<>();

    for (int round = 0; round < ROUNDS; round++) {
      interrupted(users, () -> declared.add(channel.declare(jobs).name()));
    }

    assertThat(declared).hasSize(ROUNDS).containsOnly(jobs.name());
    assertUnharmed(connection, channel);
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptsInTheMiddleOfTakingAndSettlingCloseNothingAndEverythingIsSettled(
      ExecutorService users) throws Exception {
    TransportConnection connection = broker.newConnection();
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = broker.declared(channel, "jobs");
    for (int round = 0; round < ROUNDS; round++) {
      broker.publish(jobs, "work " + round);
    }

    for (int round = 0; round < ROUNDS; round++) {
      interrupted(
          users,
          () -> {
            Delivery delivery = channel.get(jobs.name(), AckMode.MANUAL).orElseThrow();
            delivery.receipt().ack();
          });
    }

    assertUnharmed(connection, channel);
    channel.close();
    assertThat(broker.ready(jobs)).isZero();
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void interruptsInTheMiddleOfOpeningAndClosingAreWithoutConsequence(ExecutorService users)
      throws Exception {
    TransportConnection connection = broker.newConnection();

    for (int round = 0; round < ROUNDS / 4; round++) {
      interrupted(users, () -> broker.newConnection().close());
    }

    assertUnharmed(connection, connection.openChannel(ChannelPurpose.CONSUMING));
  }

  /** Runs the body on a thread of a user and interrupts that thread at some moment meanwhile. */
  private void interrupted(ExecutorService users, Runnable body) throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Future<Boolean> hit =
        users.submit(
            () -> {
              thread.set(Thread.currentThread());
              started.countDown();
              body.run();
              over.countDown();
              return Thread.interrupted();
            });
    started.await();
    long start = System.nanoTime();
    long moment = start + random.nextLong(2 * typicalNanos);
    while (System.nanoTime() < moment && over.getCount() > 0) {
      Thread.onSpinWait();
    }
    if (over.getCount() > 0) {
      thread.get().interrupt();
    }
    if (hit.get(30, TimeUnit.SECONDS)) {
      hits++;
    }
    typicalNanos = (9 * typicalNanos + System.nanoTime() - start) / 10;
  }

  private void assertUnharmed(TransportConnection connection, Channel channel) {
    assertThat(hits).as("interrupts that came in the middle").isPositive();
    assertThat(listener.losses()).isEmpty();
    assertThat(connection.isOpen()).isTrue();
    assertThat(channel.isOpen()).isTrue();
  }
}
