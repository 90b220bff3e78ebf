package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PoolTest {

  private static final Duration BRIEF = Duration.ofMillis(5);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeBroker broker = new FakeBroker();
  private final Connection template = broker.connection().build();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void makesConnectionsWhenTheyAreNeededAndLendsTheLastOneFirst() {
    ConnectionPool pool = ConnectionPool.of(template, 5, BRIEF);

    Lease<Connection> one = pool.acquire();
    Lease<Connection> two = pool.acquire();
    Connection first = one.get();
    Connection second = two.get();
    one.close();
    two.close();

    assertThat(broker.attempted).isEmpty();
    assertThat(pool.idle()).isEqualTo(2);
    assertThat(pool.<Connection>call(c -> c)).isSameAs(second).isNotSameAs(first);
    assertThat(pool.limit()).isEqualTo(5);
  }

  @Test
  void opensConnectionsAndChannelsBeforehandWhereItIsAskedTo() {
    ConnectionPool connections = ConnectionPool.of(template, 5, BRIEF);
    ChannelPool channels = ChannelPool.of(template, 2, BRIEF);

    connections.preload(3);
    connections.preload(2);
    channels.preload(2);

    assertThat(broker.attempted).as("three, and the one that has channels").hasSize(4);
    assertThat(connections.idle()).isEqualTo(3);
    assertThat(connections.<Boolean>call(Connection::isConnected)).isTrue();
    assertThat(channels.idle()).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> channels.preload(3));
  }

  @Test
  void keepsWhatItHasOpenedWhenTheNextCannotBe() {
    ConnectionPool connections = ConnectionPool.of(template, 5, BRIEF);
    connections.preload(1);
    broker.failNext(OperationalException.refused("no such user", 403, null));

    assertThatThrownBy(() -> connections.preload(2)).isInstanceOf(OperationalException.class);

    assertThat(connections.<Boolean>call(Connection::isConnected)).isTrue();
    assertThat(connections.lent()).isZero();
  }

  @Test
  void saysWithCountsThatNothingCameFree() {
    ConnectionPool pool = ConnectionPool.of(template, 2, BRIEF);
    pool.acquire();
    pool.acquire();

    assertThatThrownBy(pool::acquire)
        .isInstanceOf(LimitExceededException.class)
        .hasMessage("no connection came free within PT0.005S: 2 lent, 0 idle, limit 2");
  }

  @Test
  void neverLendsAConnectionThatWasLost() {
    ConnectionPool pool = ConnectionPool.of(template, 1, BRIEF);
    Connection lostWhileLent =
        pool.call(
            connection -> {
              connection.connect();
              broker.last().lose(FakeBroker.down());
              return connection;
            });
    Connection lostWhileIdle =
        pool.call(
            connection -> {
              connection.connect();
              return connection;
            });
    broker.last().lose(FakeBroker.down());

    Connection next = pool.call(connection -> connection);

    assertThat(Set.of(lostWhileLent, lostWhileIdle, next)).hasSize(3);
    assertThat(broker.connections).allMatch(connection -> connection.ending.equals("closed"));
  }

  @Test
  void freesThePlaceOfWhatIsDiscarded() {
    ConnectionPool pool = ConnectionPool.of(template, 1, BRIEF);
    Lease<Connection> lease = pool.acquire();
    Connection discarded = lease.get();

    lease.discard();
    lease.close();

    assertThat(pool.<Connection>call(c -> c)).isNotSameAs(discarded);
    assertThatIllegalStateException().isThrownBy(lease::get);
  }

  @Test
  void makesAndClosesOneForEachBorrowerWithoutALimit() {
    ConnectionPool pool = ConnectionPool.of(template, 0, BRIEF);

    List<Lease<Connection>> leases = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      leases.add(pool.acquire());
      leases.get(i).get().connect();
    }
    leases.forEach(Lease::close);

    assertThat(pool.idle()).isZero();
    assertThat(broker.connections).hasSize(30);
    assertThat(broker.connections).allMatch(connection -> connection.ending.equals("closed"));
    assertThatIllegalArgumentException().isThrownBy(() -> ConnectionPool.of(template, -1, BRIEF));
  }

  @Test
  void closesIdleConnectionsAtOnceAndLentOnesWhenTheyComeBack() {
    ConnectionPool pool = ConnectionPool.of(template, 2, BRIEF);
    Lease<Connection> lent = pool.acquire();
    lent.get().connect();
    FakeConnection lentOne = broker.last();
    pool.call(
        connection -> {
          connection.connect();
          return connection;
        });
    FakeConnection idleOne = broker.last();

    pool.close();

    assertThat(idleOne.ending).isEqualTo("closed");
    assertThat(lentOne.ending).isEmpty();
    lent.close();
    assertThat(lentOne.ending).isEqualTo("closed");
    assertThatThrownBy(pool::acquire)
        .isInstanceOf(OperationalException.class)
        .hasMessage("the pool is closed");
  }

  @Test
  void abortsLentConnectionsToo() {
    ConnectionPool pool = ConnectionPool.of(template, 2, BRIEF);
    pool.acquire().get().connect();

    pool.abort();

    assertThat(broker.last().ending).isEqualTo("aborted");
  }

  @Test
  void anInterruptNeitherEndsTheWaitNorGetsLost() throws Exception {
    ConnectionPool pool = ConnectionPool.of(template, 1, LONG);
    Lease<Connection> held = pool.acquire();
    CountDownLatch started = new CountDownLatch(1);
    Future<Boolean> flagKept =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              started.countDown();
              Lease<Connection> mine = pool.acquire();
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              mine.close();
              return Thread.currentThread().isInterrupted();
            });
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

    held.close();

    assertThat(flagKept.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.idle()).isEqualTo(1);
  }

  @RepeatedTest(5)
  void lendsNothingTwiceUnderContention() throws Exception {
    ConnectionPool pool = ConnectionPool.of(template, 3, LONG);
    Set<Connection> inUse = ConcurrentHashMap.newKeySet();
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int worker = i;
      workers.add(
          threads.submit(
              () -> {
                for (int round = 0; round < 300; round++) {
                  if (worker % 2 == 0) {
                    Thread.currentThread().interrupt();
                  }
                  try (Lease<Connection> lease = pool.acquire()) {
                    Connection connection = lease.get();
                    assertThat(inUse.add(connection)).isTrue();
                    assertThat(inUse.size()).isLessThanOrEqualTo(3);
                    inUse.remove(connection);
                    if (round % 10 == 0) {
                      lease.discard();
                    }
                  }
                }
                assertThat(Thread.interrupted()).isEqualTo(worker % 2 == 0);
              }));
    }

    for (Future<?> each : workers) {
      each.get(20, TimeUnit.SECONDS);
    }
    assertThat(pool.lent()).isZero();
  }

  @Test
  void channelsComeFromOneConnectionAndFailedOnesAreReplaced() {
    ChannelPool pool = ChannelPool.of(template, 2, BRIEF);

    Channel first = pool.call(channel -> channel);
    assertThat(pool.<Channel>call(channel -> channel)).isSameAs(first);
    first.close();
    Channel second = pool.call(channel -> channel);

    assertThat(second).isNotSameAs(first);
    assertThat(broker.connections).hasSize(1);
    pool.close();
    assertThat(second.isOpen()).isFalse();
    assertThat(template.isConnected()).isTrue();
  }

  @Test
  void aProducerIsLentUntilTheMessageIsWrittenAndNotUntilItIsConfirmed() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    ProducerPool pool = ProducerPool.of(template, UnaryOperator.identity(), 1, LONG);
    List<Future<?>> publishing = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String body = "m" + i;
      publishing.add(threads.submit(() -> pool.publish(body, PublishOptions.to("jobs"))));
    }

    List<FakeChannel.Sent> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sent.add(broker.nextPublished());
    }
    await().until(() -> pool.lent() == 0);
    assertThat(publishing).noneMatch(Future::isDone);
    sent.forEach(FakeChannel.Sent::confirm);

    for (Future<?> each : publishing) {
      each.get(10, TimeUnit.SECONDS);
    }
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void aProducerThatIsNotKeptIsClosedWhenItsMessageIsConfirmedAndNotBefore() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    ProducerPool pool = ProducerPool.of(template, UnaryOperator.identity(), 0, LONG);
    Future<?> publishing = threads.submit(() -> pool.publish("work", PublishOptions.to("jobs")));
    FakeChannel.Sent sent = broker.nextPublished();
    await().until(() -> pool.lent() == 0);
    assertThat(broker.last().ending).isEmpty();

    sent.confirm();

    publishing.get(10, TimeUnit.SECONDS);
    await().until(() -> broker.last().ending.equals("closed"));
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void closingThePoolFailsTheMessagesOfProducersThatWereNotKept() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    ProducerPool pool = ProducerPool.of(template, UnaryOperator.identity(), 0, LONG);
    Future<?> publishing = threads.submit(() -> pool.publish("work", PublishOptions.to("jobs")));
    broker.nextPublished();
    await().until(() -> pool.lent() == 0);

    pool.close();

    await().until(() -> broker.last().ending.equals("closed"));
    assertThatThrownBy(() -> publishing.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(OperationalException.class);
  }

  @Test
  void futuresNeedNoProducerOfThePoolAndKeepTheirOrder() throws Exception {
    ProducerPool pool = ProducerPool.of(template, UnaryOperator.identity(), 1, BRIEF);
    List<CompletableFuture<?>> futures = new ArrayList<>();

    pool.call(
        lent -> {
          for (int i = 0; i < 50; i++) {
            futures.add(pool.publishAsync("m" + i, PublishOptions.to("jobs")));
          }
          futures.forEach(CompletableFuture::join);
          return null;
        });

    List<String> arrived = broker.publishedBodies();
    assertThat(arrived).hasSize(50);
    assertThat(arrived.get(0)).isEqualTo("m0");
    assertThat(arrived.get(49)).isEqualTo("m49");
  }

  @Test
  void thePoolsWaitIsPartOfTheDeadlineOfAPublish() {
    ProducerPool pool = ProducerPool.of(template, UnaryOperator.identity(), 1, LONG);
    PublishOptions hurried =
        PublishOptions.builder().routingKey("jobs").timeout(Duration.ofMillis(5)).build();

    pool.call(
        lent -> {
          assertThatThrownBy(() -> pool.publish("late", hurried))
              .isInstanceOf(LimitExceededException.class);
          return null;
        });

    assertThat(broker.published).isEmpty();
  }

  @Test
  void publishesInBulkThroughTheTemplatesSettings() {
    ProducerPool pool = ProducerPool.of(template, producer -> producer.routingKey("jobs"), 2, LONG);

    PublishReport report = pool.publishAll(List.of("a", "b"), PublishOptions.defaults());

    assertThat(report.allConfirmed()).isTrue();
    assertThat(broker.published).allMatch(sent -> sent.destination().routingKey().equals("jobs"));
    pool.close();
    assertThat(broker.last().ending).isEqualTo("closed");
    assertThatThrownBy(() -> pool.publish("c", PublishOptions.defaults()))
        .hasMessage("the pool is closed");
  }
}
