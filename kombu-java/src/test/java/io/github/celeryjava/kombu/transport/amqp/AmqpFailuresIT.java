package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.FaultProxy.Direction;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingListener;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What breaks, and who is told: channels, connections, brokers that fall silent. */
@Timeout(120)
class AmqpFailuresIT {

  private static final Binding NOWHERE = Binding.of(Exchange.direct("amq.direct"), "key");

  private final ContractBroker broker = new ContractBroker(TestConnections::open);
  private final FaultProxy proxy = FaultProxy.to(Services.amqp());
  private final RecordingListener listener = new RecordingListener();

  @AfterEach
  void tidyUp() {
    proxy.close();
    broker.close();
  }

  @Test
  void aRefusedCallClosesItsChannelEndsItsConsumersAndLeavesOtherChannelsAlone() {
    TransportConnection connection = broker.newConnection();
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Channel other = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = broker.declared(channel, "jobs");
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    assertThatThrownBy(
            () -> channel.bindQueue(jobs.name(), Binding.of(Exchange.direct("missing"), "key")))
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.isRecoverable()).isFalse();
              assertThat(e.replyCode()).isEqualTo(404);
            })
        .hasMessageContainingAll("bind queue", jobs.name(), "missing", "404", "amqp://guest:**@");

    assertThat(sink.awaitEnd().replyCode()).isEqualTo(404);
    assertThat(channel.isOpen()).isFalse();
    assertThat(connection.isOpen()).isTrue();
    assertThat(other.declare(jobs).name()).isEqualTo(jobs.name());
  }

  @Test
  void whatOneCallIsRefusedIsNoRefusalOfTheCallsAfterIt() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Queue missing = Queue.named(broker.name("missing"));
    List<CompletableFuture<Void>> calls = new ArrayList<>();

    for (int i = 0; i < 8; i++) {
      int number = i;
      calls.add(
          CompletableFuture.runAsync(
              () -> {
                if (number % 2 == 0) {
                  channel.bindQueue(missing.name(), Binding.of(Exchange.direct("amq.direct"), ""));
                } else {
                  channel.declareQueue(jobs);
                }
              }));
    }

    List<OperationalException> refusals = new ArrayList<>();
    for (CompletableFuture<Void> call : calls) {
      call.handle((done, error) -> error).get(20, TimeUnit.SECONDS);
      if (call.isCompletedExceptionally()) {
        OperationalException failure = failure(call);
        if (failure.isRecoverable()) {
          assertThat(failure.isUnsent()).isTrue();
          assertThat(failure.isConnectionLost()).isFalse();
        } else {
          refusals.add(failure);
        }
      }
    }
    assertThat(refusals).hasSize(1);
    assertThatThrownBy(() -> channel.declareQueue(jobs))
        .isInstanceOfSatisfying(OperationalException.class, e -> assertThat(e.isUnsent()).isTrue())
        .hasMessageContainingAll(jobs.name(), "404", missing.name());
  }

  @Test
  void declarationsOfOneThreadSurviveTheRefusalsOfAnother() throws Exception {
    try (Connection connection = Connection.open(proxy.uri().toString())) {
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Void> refused =
          CompletableFuture.runAsync(
              () -> {
                while (!over.get()) {
                  assertThatThrownBy(() -> connection.defaultChannel().bindQueue("none", NOWHERE))
                      .isInstanceOf(OperationalException.class);
                }
              });

      for (int i = 0; i < 200; i++) {
        Queue brief =
            Queue.builder(broker.name("brief")).exclusive().argument("x-max-length", 9).build();
        assertThat(connection.declare(brief)).isEqualTo(brief.name());
      }
      over.set(true);
      refused.get(20, TimeUnit.SECONDS);
      assertThat(proxy.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aConflictingDeclarationShowsWhatWasAskedForAndWhatIsThere() {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Queue other = jobs.toBuilder().maxPriority(9).build();

    assertThatThrownBy(() -> channel.declare(other))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(406))
        .hasMessageContainingAll(jobs.name(), "x-max-priority=9", "current is none", "durable");
  }

  @Tag("B4")
  @Test
  void aQueueHeldByAnotherConnectionIsWorthTryingAgain() {
    Queue mine = Queue.builder(broker.name("mine")).exclusive().build();
    broker.open().declare(mine);

    assertThatThrownBy(() -> broker.open().declare(mine))
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.isRecoverable()).isTrue();
              assertThat(e.replyCode()).isEqualTo(405);
            });
  }

  @Test
  void aResetConnectionIsReportedOnceAndEndsEverythingThatWasGoingOn() throws Exception {
    TransportConnection connection = connect(Duration.ofSeconds(30));
    Channel consuming = connection.openChannel(ChannelPurpose.CONSUMING);
    Channel publishing = connection.openChannel(ChannelPurpose.PUBLISHING);
    Queue jobs = broker.declared(consuming, "jobs");
    RecordingSink sink = RecordingSink.holding();
    consuming.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);
    proxy.stall(Direction.TO_SERVER);
    CompletableFuture<Void> confirm =
        publishing.publish(Destination.queue(jobs.name()), work("never arrives"));

    proxy.reset();

    assertThat(listener.awaitLoss(Duration.ofSeconds(10)).isRecoverable()).isTrue();
    assertThat(sink.awaitEnd().isRecoverable()).isTrue();
    assertThat(failure(confirm).isRecoverable()).isTrue();
    assertThat(connection.isOpen()).isFalse();
    assertThat(consuming.isOpen()).isFalse();
    assertThatThrownBy(() -> consuming.declare(jobs))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue());
    assertThatThrownBy(() -> connection.openChannel(ChannelPurpose.CONSUMING))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue());
    connection.close();
    assertThat(listener.losses()).hasSize(1);
    assertThat(sink.endings()).isEqualTo(1);
  }

  @Test
  void aConnectionClosedByThePeerIsReportedAsLost() {
    connect(Duration.ofSeconds(30));

    proxy.finish();

    assertThat(listener.awaitLoss(Duration.ofSeconds(10)).isRecoverable()).isTrue();
  }

  @Tag("B2")
  @Test
  void aPeerThatFallsSilentIsNoticedByItsMissingHeartbeats() {
    TransportConnection connection = connect(Duration.ofSeconds(1));

    proxy.stall();

    OperationalException loss = listener.awaitLoss(Duration.ofSeconds(15));
    assertThat(loss.isRecoverable()).isTrue();
    assertThat(connection.isOpen()).isFalse();
  }

  @Tag("B2")
  @Test
  void aPeerThatReadsNothingAnyMoreIsNoticedWhileTheWriterIsStuck() throws Exception {
    Queue jobs = broker.declared(broker.open(), "jobs");
    TransportConnection connection = connect(Duration.ofSeconds(1));
    Channel publishing = connection.openChannel(ChannelPurpose.PUBLISHING);
    proxy.stall();
    List<CompletableFuture<Void>> confirms = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      confirms.add(
          publishing.publish(
              Destination.queue(jobs.name()), ContractBroker.message(new byte[1_000_000])));
    }

    assertThat(listener.awaitLoss(Duration.ofSeconds(15)).isRecoverable()).isTrue();
    for (CompletableFuture<Void> confirm : confirms) {
      assertThat(failure(confirm).isRecoverable()).isTrue();
    }
  }

  @Test
  void anIdleConnectionIsKeptAliveByHeartbeatsInBothDirections() {
    TransportConnection connection = connect(Duration.ofSeconds(1));
    long before = proxy.transferred(Direction.TO_SERVER);

    Awaitility.await("five heartbeats of 8 bytes")
        .atMost(Duration.ofSeconds(20))
        .until(() -> proxy.transferred(Direction.TO_SERVER) - before >= 5 * 8);

    assertThat(connection.isOpen()).isTrue();
    assertThat(listener.losses()).isEmpty();
  }

  @Test
  void aSlowPeerIsNotTakenForASilentOne() {
    TransportConnection connection = connect(Duration.ofSeconds(1));
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Channel publishing = broker.openPublishing();
    Queue jobs = broker.declared(broker.open(), "jobs");
    publishing
        .publish(Destination.queue(jobs.name()), ContractBroker.message(new byte[100_000]))
        .join();
    RecordingSink sink = RecordingSink.acknowledging();

    proxy.slowDown(20_000);
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    assertThat(sink.await(1).get(0).message().body()).hasSize(100_000);
    assertThat(listener.losses()).isEmpty();
  }

  @Test
  void aCallThatIsNotAnsweredInTimeFailsAndItsChannelIsOfNoMoreUse() {
    TransportConnection connection =
        TestConnections.open(
            proxy.uri(),
            ConnectionOptions.builder().callTimeout(Duration.ofMillis(300)).build(),
            listener);
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Channel other = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = broker.declared(broker.open(), "jobs");
    proxy.stall(Direction.TO_CLIENT);

    assertThatThrownBy(() -> channel.declare(jobs))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue())
        .hasMessageContainingAll(jobs.name(), "did not answer");
    assertThat(channel.isOpen()).isFalse();

    proxy.resume();
    assertThat(other.get(jobs.name(), AckMode.MANUAL)).isEmpty();
    connection.close();
  }

  @Test
  void closingAStalledConnectionTakesNoLongerThanACallMayTake() {
    TransportConnection connection =
        TestConnections.open(
            proxy.uri(),
            ConnectionOptions.builder().callTimeout(Duration.ofMillis(300)).build(),
            listener);
    connection.openChannel(ChannelPurpose.CONSUMING);
    proxy.stall();

    long started = System.nanoTime();
    connection.close();

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    assertThat(listener.losses()).isEmpty();
  }

  @Test
  void abortingAStalledConnectionReturnsAtOnceAndReportsNothing() {
    TransportConnection connection = connect(Duration.ZERO);
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = broker.declared(broker.open(), "jobs");
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);
    proxy.stall();

    long started = System.nanoTime();
    connection.abort();

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
    assertThat(connection.isOpen()).isFalse();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !channel.isOpen());
    assertThat(listener.losses()).isEmpty();
    assertThat(sink.endings()).isZero();
  }

  @Test
  void aWaitingCallEndsWhenItsConnectionIsAborted() throws Exception {
    TransportConnection connection = connect(Duration.ZERO);
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = broker.declared(broker.open(), "jobs");
    proxy.stall();
    CompletableFuture<Void> call = CompletableFuture.runAsync(() -> channel.declare(jobs));
    Awaitility.await().until(() -> proxy.open() == 1);

    connection.abort();

    assertThat(failure(call).isRecoverable()).isTrue();
  }

  @Test
  void aConsumerIsStartedAnewWithItsLatestPrefetchCount() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    for (int i = 0; i < 30; i++) {
      broker.publish(jobs, "work " + i);
    }
    RecordingSink sink = RecordingSink.holding();
    String tag =
        channel.consume(
            jobs.name(), new ConsumeOptions("mine", AckMode.MANUAL, 1, false, Map.of()), sink);
    sink.await(1);

    for (int count = 2; count <= 20; count++) {
      channel.prefetch(tag, count);
    }

    assertThat(sink.await(21)).hasSizeGreaterThanOrEqualTo(21);
    sink.deliveries().forEach(delivery -> delivery.receipt().ack());
    assertThat(sink.await(30)).hasSize(30);
    assertThat(sink.endings()).isZero();
  }

  private TransportConnection connect(Duration heartbeat) {
    return TestConnections.open(
        proxy.uri(), ConnectionOptions.builder().heartbeat(heartbeat).build(), listener);
  }

  private static TransportMessage work(String body) {
    return ContractBroker.message(ContractBroker.bytes(body));
  }

  private static OperationalException failure(CompletableFuture<Void> future) throws Exception {
    try {
      future.get(20, TimeUnit.SECONDS);
      throw new AssertionError("succeeded");
    } catch (ExecutionException e) {
      return (OperationalException) e.getCause();
    }
  }
}
