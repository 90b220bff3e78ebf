package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final RetryPolicy KOMBU =
      RetryPolicy.of(3, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(30));

  private final FakeBroker broker = new FakeBroker();
  private final ManualTiming timing = ManualTiming.jumping();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void opensOnFirstUse() {
    Connection connection = broker.connection().build();

    assertThat(connection.isConnected()).isFalse();
    assertThat(broker.attempted).isEmpty();

    connection.declare(Queue.named("jobs"));

    assertThat(connection.isConnected()).isTrue();
    assertThat(broker.attempted).hasSize(1);
  }

  @Test
  void opensSocketsOnAThreadOfItsOwn() {
    Connection connection = broker.connection().build();

    connection.connect();

    assertThat(broker.attemptingThreads).containsExactly("kombu-connect");
  }

  @Test
  void doesNotRememberAFailedAttempt() {
    Connection connection = broker.connection().timing(timing).build();
    broker.failNext(FakeBroker.down());

    assertThatThrownBy(() -> connection.connect(RetryPolicy.never(), DAY))
        .hasMessage("connection refused");
    connection.connect(RetryPolicy.never(), DAY);

    assertThat(connection.isConnected()).isTrue();
  }

  @Test
  void waitsBetweenAttemptsAsThePolicySays() {
    Connection connection = broker.connection().timing(timing).build();
    broker.failNext(FakeBroker.down(), FakeBroker.down(), FakeBroker.down());

    connection.connect(KOMBU, DAY);

    assertThat(timing.pauses()).containsExactly(seconds(2), seconds(4), seconds(6));
  }

  @Test
  void countsAttemptsAndGivesUpWithTheLastError() {
    Connection connection = broker.connection().timing(timing).build();
    broker.failNext(FakeBroker.down(), FakeBroker.down(), FakeBroker.down());
    broker.failNext(OperationalException.lost("the fourth", null));

    assertThatThrownBy(() -> connection.connect(KOMBU, DAY)).hasMessage("the fourth");
    assertThat(broker.attempted).hasSize(4);
  }

  @Test
  void triesEveryBrokerBeforeItWaits() {
    Connection connection = threeBrokers().timing(timing).build();
    for (int i = 0; i < 4; i++) {
      broker.failNext(FakeBroker.down());
    }

    connection.connect(KOMBU.withMaxRetries(null), DAY);

    assertThat(broker.attempted).containsExactly("one", "two", "three", "one", "two");
    assertThat(timing.pauses()).containsExactly(seconds(2));
  }

  @Test
  void goesOnWithAnotherBrokerAfterALoss() {
    Connection connection = threeBrokers().build();
    connection.connect();

    broker.last().lose(FakeBroker.down());
    connection.connect();

    assertThat(broker.attempted).containsExactly("one", "two");
  }

  @Test
  void asksItsOwnFailoverStrategy() {
    Connection connection =
        threeBrokers().failover((failed, brokers) -> (failed + 2) % brokers).build();
    broker.failNext(FakeBroker.down());

    connection.connect();

    assertThat(broker.attempted).containsExactly("one", "three");
  }

  @Test
  void triesTheOtherBrokersAfterARefusalButDoesNotComeBackToIt() {
    Connection connection = threeBrokers().timing(timing).build();
    OperationalException refusal = OperationalException.refused("wrong password", 403, null);
    broker.failNext(refusal, refusal, refusal);

    assertThatThrownBy(() -> connection.connect(KOMBU, DAY)).hasCause(refusal);
    assertThat(broker.attempted).containsExactly("one", "two", "three");
    assertThat(timing.pauses()).isEmpty();
  }

  @Test
  void comesBackIfOneOfTheBrokersMayRecover() {
    Connection connection = threeBrokers().timing(timing).build();
    OperationalException refusal = OperationalException.refused("wrong password", 403, null);
    broker.failNext(refusal, FakeBroker.down(), refusal);

    connection.connect(KOMBU, DAY);

    assertThat(broker.attempted).containsExactly("one", "two", "three", "one");
  }

  @Test
  void reportsAnErrorOfTheSetUpAtOnce() {
    Connection connection = threeBrokers().timing(timing).build();
    broker.attempts.add(
        url -> {
          throw new ConfigurationException("no driver");
        });

    assertThatThrownBy(() -> connection.connect(KOMBU, DAY)).hasMessage("no driver");
    assertThat(broker.attempted).hasSize(1);
  }

  @Test
  void saysThatALibraryIsMissing() {
    Connection connection = broker.connection().timing(timing).build();
    broker.attempts.add(
        url -> {
          throw new NoClassDefFoundError("com/example/Driver");
        });

    assertThatThrownBy(() -> connection.connect(KOMBU, DAY))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("com/example/Driver");
  }

  @Test
  void endsAnAttemptInWhichAnythingAtAllIsThrown() {
    Connection connection = broker.connection().timing(timing).build();
    broker.attempts.add(
        url -> {
          throw new AssertionError("a fault of the transport");
        });
    broker.attempts.add(
        url -> {
          throw new OutOfMemoryError("no thread left");
        });

    assertThatThrownBy(() -> connection.connect(KOMBU, DAY))
        .isInstanceOf(OperationalException.class)
        .hasMessageContainingAll("fake://one", "a fault of the transport");
    connection.connect(KOMBU, DAY);

    assertThat(broker.attempted).as("memory may be there again").hasSize(3);
  }

  @Test
  void throwsWhereTheCallerFindsHisOwnCall() {
    Connection connection = broker.connection().timing(timing).build();
    broker.failNext(FakeBroker.down());

    assertThatThrownBy(() -> connection.connect(RetryPolicy.never(), DAY))
        .satisfies(
            e ->
                assertThat(e.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(getClass().getName())));
  }

  @Test
  void startsNoAttemptThatWouldComeAfterTheDeadline() {
    var tenThenNinety = new RetryPolicy(9, seconds(10), Duration.ZERO, seconds(300), 9, 0);
    Connection connection = broker.connection().timing(timing).build();
    for (int i = 0; i < 9; i++) {
      broker.failNext(FakeBroker.down());
    }

    assertThatThrownBy(() -> connection.connect(tenThenNinety, seconds(90)))
        .hasMessage("connection refused");
    assertThat(timing.pauses()).containsExactly(seconds(10));
    assertThat(broker.attempted).hasSize(2);
  }

  @Test
  void letsACallerGoAtItsDeadlineWhileAnAttemptHangs() throws Exception {
    ManualTiming still = ManualTiming.still();
    CountDownLatch hanging = hangNextAttempt();
    Connection connection = broker.connection().timing(still).build();

    Future<?> connecting =
        threads.submit(() -> connection.connect(RetryPolicy.unlimited(), seconds(3)));
    still.awaitWaiters(1);
    still.advance(seconds(3));

    assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("still trying to connect to fake://");
    hanging.countDown();
    connection.connect();
    assertThat(broker.attempted).as("the attempt that hung was used").hasSize(1);
  }

  @Test
  void makesAllWhoWaitShareOneAttempt() throws Exception {
    ManualTiming still = ManualTiming.still();
    CountDownLatch hanging = hangNextAttempt();
    Connection connection = broker.connection().timing(still).build();
    List<Future<?>> callers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      callers.add(threads.submit(() -> connection.connect()));
    }
    still.awaitWaiters(5);

    hanging.countDown();

    for (Future<?> caller : callers) {
      caller.get(10, TimeUnit.SECONDS);
    }
    assertThat(broker.attempted).hasSize(1);
  }

  @Test
  void keepsTheConnectionThatIsMadeWhileACallerIsAboutToAsk() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      Connection connection = broker.connection().build();
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(threads.submit(() -> connection.connect()));
      }
      for (Future<?> caller : callers) {
        caller.get(10, TimeUnit.SECONDS);
      }
      connection.close();
    }

    assertThat(broker.attempted).hasSize(2_000);
  }

  @Test
  void anInterruptDoesNotCutConnectingShort() throws Exception {
    CountDownLatch hanging = hangNextAttempt();
    Connection connection = broker.connection().build();
    Future<Boolean> flagKept =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              connection.connect();
              return Thread.currentThread().isInterrupted();
            });

    hanging.countDown();

    assertThat(flagKept.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.isConnected()).isTrue();
  }

  @Test
  void ensureRepeatsWhatALossCutShortOnANewConnectionAtOnce() {
    Connection connection = broker.connection().timing(timing).build();
    List<Integer> calls = new ArrayList<>();

    String result =
        connection.ensure(
            KOMBU,
            DAY,
            channel -> {
              calls.add(broker.connections.size());
              if (calls.size() == 1) {
                OperationalException loss = FakeBroker.down();
                broker.last().lose(loss);
                throw loss;
              }
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(calls).containsExactly(1, 2);
    assertThat(timing.pauses()).isEmpty();
  }

  @Test
  void ensureGivesUpAConnectionThatDoesNotAnswer() {
    Connection connection = broker.connection().timing(timing).build();
    List<Integer> calls = new ArrayList<>();

    connection.ensure(
        KOMBU,
        DAY,
        channel -> {
          calls.add(broker.connections.size());
          if (calls.size() == 1) {
            throw OperationalException.lost("no answer within 10 s", null);
          }
          return "done";
        });

    assertThat(calls).containsExactly(1, 2);
    assertThat(broker.connections.get(0).ending).isEqualTo("aborted");
  }

  @Test
  void ensureKeepsAConnectionThatIsNotToBlame() {
    Connection connection = broker.connection().timing(timing).build();
    List<OperationalException> failures =
        List.of(
            OperationalException.busy("no channel left", 0, null),
            OperationalException.unsent("the channel is closed", null),
            new PublishTimeoutException("not confirmed", null));
    List<OperationalException> left = new ArrayList<>(failures);

    String result =
        connection.ensure(
            KOMBU,
            DAY,
            channel -> {
              if (!left.isEmpty()) {
                throw left.remove(0);
              }
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(broker.connections).hasSize(1);
    assertThat(broker.last().ending).isEmpty();
  }

  @Test
  void ensureKeepsAConnectionOnWhichTheBrokerRefusedAMessageForNow() {
    Connection connection = broker.connection().timing(ManualTiming.jumping()).build();
    AtomicInteger calls = new AtomicInteger();

    connection.ensure(
        RetryPolicy.unlimited(),
        Duration.ofDays(1),
        channel -> {
          if (calls.incrementAndGet() < 3) {
            throw new MessageRefusedException("nacked", 0);
          }
          return true;
        });

    assertThat(calls).hasValue(3);
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void ensureWaitsBeforeItAsksABusyBrokerForTheThirdTime() {
    Connection connection = broker.connection().timing(timing).build();

    assertThatThrownBy(
            () ->
                connection.ensure(
                    KOMBU,
                    DAY,
                    channel -> {
                      throw OperationalException.busy("locked", 405, null);
                    }))
        .hasMessage("locked");

    assertThat(timing.pauses()).containsExactly(seconds(2), seconds(4));
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void ensureDoesNotRepeatWhatTheBrokerRefused() {
    Connection connection = broker.connection().timing(timing).build();
    List<String> calls = new ArrayList<>();

    assertThatThrownBy(
            () ->
                connection.ensure(
                    KOMBU,
                    DAY,
                    channel -> {
                      calls.add("call");
                      throw OperationalException.refused("not equal", 406, null);
                    }))
        .hasMessage("not equal");
    assertThat(calls).hasSize(1);
  }

  @Test
  void ensureStopsWaitingWhenTheConnectionIsClosed() throws Exception {
    ManualTiming still = ManualTiming.still();
    Connection connection = broker.connection().timing(still).build();
    connection.connect();
    Future<?> ensuring =
        threads.submit(
            () ->
                connection.ensure(
                    KOMBU,
                    DAY,
                    channel -> {
                      throw OperationalException.busy("locked", 405, null);
                    }));
    still.awaitWaiters(1);

    connection.close();

    assertThatThrownBy(() -> ensuring.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("the connection is closed");
  }

  @Test
  void declaresOnceAConnectionAndAgainOnTheNext() {
    Connection connection = broker.connection().build();
    connection.declare(Queue.named("jobs"));
    connection.declare(Queue.named("jobs"));
    connection.declare(Exchange.topic("news"));
    connection.declare(Exchange.topic("news"));
    assertThat(broker.last().declared).containsExactly("exchange ", "queue jobs", "exchange news");

    broker.last().lose(FakeBroker.down());
    connection.declare(Queue.named("jobs"));

    assertThat(broker.last().declared).contains("queue jobs");
  }

  @Test
  void declaresOnAnotherChannelWhenSomebodyElseHadTheirsClosed() {
    Connection connection = broker.connection().build();
    AtomicInteger refusals = new AtomicInteger();
    broker.onDeclare =
        () -> {
          if (refusals.incrementAndGet() <= 3) {
            FakeChannel shared = (FakeChannel) connection.defaultChannel();
            shared.fail(OperationalException.refused("no queue 'another'", 404, null));
          }
        };

    connection.declare(Queue.named("jobs"));

    assertThat(broker.last().declared).contains("queue jobs");
    assertThat(broker.connections).hasSize(1);
  }

  @Test
  void letsTheBrokerSeeASecondQueueOfTheSameNameWithOtherSettings() {
    Connection connection = broker.connection().build();

    connection.declare(Queue.named("jobs"));
    connection.declare(Queue.builder("jobs").maxPriority(5).build());

    assertThat(broker.last().declared).filteredOn("queue jobs"::equals).hasSize(2);
  }

  @Test
  void declaresWhatTheBrokerMayDropEachTime() {
    Connection connection = broker.connection().build();

    for (int i = 0; i < 2; i++) {
      connection.declare(Queue.builder("own").exclusive().build());
      connection.declare(Queue.builder("brief").expires(seconds(1)).build());
      connection.declare(Queue.builder("brief2").argument("x-expires", 1000).build());
      connection.declare(Exchange.direct("passing").autoDeleted());
      assertThat(connection.declare(Queue.builder("").build())).isEqualTo("picked");
    }

    assertThat(broker.last().declared).filteredOn(what -> !what.equals("exchange ")).hasSize(10);
  }

  @Test
  void replacesADefaultChannelThatFailed() {
    Connection connection = broker.connection().build();
    var first = connection.defaultChannel();
    assertThat(connection.defaultChannel()).isSameAs(first);

    first.close();

    assertThat(connection.defaultChannel()).isNotSameAs(first);
    assertThat(connection.defaultChannel().isOpen()).isTrue();
  }

  @Test
  void tellsItsListenersInOrder() {
    List<String> heard = new CopyOnWriteArrayList<>();
    Connection connection = broker.connection().listener(recordingTo(heard)).build();
    broker.failNext(FakeBroker.down());

    connection.connect();
    broker.last().listener.blocked("low on memory");
    assertThat(connection.isBlocked()).isTrue();
    broker.last().listener.unblocked();
    assertThat(connection.isBlocked()).isFalse();
    broker.last().lose(OperationalException.lost("gone", null));
    connection.connect();
    connection.close();
    connection.close();

    await()
        .untilAsserted(
            () ->
                assertThat(heard)
                    .containsExactly(
                        "recovering connection refused",
                        "connected fake://one",
                        "blocked low on memory",
                        "unblocked",
                        "recovering gone",
                        "connected fake://one",
                        "closed"));
  }

  @Test
  void survivesAListenerThatThrows() {
    List<String> heard = new CopyOnWriteArrayList<>();
    Connection connection = broker.connection().build();
    connection.addListener(
        new ConnectionListener() {
          @Override
          public void connected(String description) {
            throw new IllegalStateException("not my day");
          }
        });
    connection.addListener(recordingTo(heard));

    connection.connect();

    await().untilAsserted(() -> assertThat(heard).containsExactly("connected fake://one"));
  }

  @Test
  void refusesUseAfterItWasClosed() {
    Connection connection = broker.connection().build();
    connection.connect();

    connection.close();

    assertThat(broker.last().ending).isEqualTo("closed");
    assertThatThrownBy(connection::connect).hasMessage("the connection is closed");
    assertThatThrownBy(() -> connection.declare(Queue.named("jobs")))
        .hasMessage("the connection is closed");
  }

  @Test
  void abortsWithoutAHandshake() {
    Connection connection = broker.connection().build();
    connection.connect();

    connection.abort();

    assertThat(broker.last().ending).isEqualTo("aborted");
  }

  @Test
  void dropsAConnectionThatOpensAfterTheOwnerClosed() throws Exception {
    CountDownLatch hanging = hangNextAttempt();
    Connection connection = broker.connection().build();
    Future<?> connecting = threads.submit(() -> connection.connect());
    await().until(() -> broker.attempted.size() == 1);

    connection.close();
    hanging.countDown();

    assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("the connection is closed");
    assertThat(broker.last().ending).isEqualTo("aborted");
  }

  @Test
  void givesCopiesThatOpenForThemselves() {
    Connection connection = broker.connection().build();
    connection.connect();

    Connection copy = connection.copy();

    assertThat(copy.isConnected()).isFalse();
    copy.connect();
    connection.close();
    assertThat(copy.isConnected()).isTrue();
  }

  @Test
  void runsTasksOfOtherThreadsWhileItDrainsEvenUnconnected() {
    List<String> ran = new ArrayList<>();
    Connection connection = broker.connection().build();

    connection.execute(() -> ran.add("task"));

    assertThat(connection.drainEvents(Duration.ZERO)).isEqualTo(1);
    assertThat(ran).containsExactly("task");
    assertThat(broker.attempted).isEmpty();
  }

  private ConnectionBuilder threeBrokers() {
    return Connection.builder("fake://one;fake://two", "fake://three").transport(broker);
  }

  private CountDownLatch hangNextAttempt() {
    CountDownLatch release = new CountDownLatch(1);
    broker.attempts.add(
        url -> {
          try {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    return release;
  }

  private static ConnectionListener recordingTo(List<String> heard) {
    return new ConnectionListener() {
      @Override
      public void connected(String description) {
        heard.add("connected " + description);
      }

      @Override
      public void recovering(OperationalException cause) {
        heard.add("recovering " + cause.getMessage());
      }

      @Override
      public void blocked(String reason) {
        heard.add("blocked " + reason);
      }

      @Override
      public void unblocked() {
        heard.add("unblocked");
      }

      @Override
      public void closed() {
        heard.add("closed");
      }
    };
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
