package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.RabbitServer;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingListener;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a broker of our own can be made to do: run out of memory, freeze, die. */
@Timeout(240)
@Tag("long")
class AmqpBlockedIT {

  private static RabbitServer server;

  private final RecordingListener listener = new RecordingListener();
  private final List<TransportConnection> connections = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    server = RabbitServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void closeConnections() {
    connections.forEach(TransportConnection::abort);
  }

  @Test
  void aBrokerOutOfMemorySaysSoHoldsPublishersBackAndLetsConsumersGoOn() throws Exception {
    Channel publishing = connect().openChannel(ChannelPurpose.PUBLISHING);
    Channel consuming = connect().openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = Queue.named("blocked.jobs");
    consuming.declare(jobs);
    publish(publishing, jobs).get(10, TimeUnit.SECONDS);
    RecordingSink sink = RecordingSink.holding();
    consuming.consume(jobs.name(), ConsumeOptions.prefetching(10), sink);
    sink.await(1);

    server.ctl("set_vm_memory_high_watermark", "absolute", "1");
    CompletableFuture<Void> held = publish(publishing, jobs);
    Awaitility.await("the alarm")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !listener.blockings().isEmpty());
    sink.deliveries().get(0).receipt().ack();
    assertThat(held).isNotDone();
    server.ctl("set_vm_memory_high_watermark", "0.4");

    held.get(30, TimeUnit.SECONDS);
    assertThat(sink.await(2)).hasSize(2);
    Awaitility.await("the end of the alarm")
        .atMost(Duration.ofSeconds(30))
        .until(() -> listener.blockings().contains("unblocked"));
    assertThat(listener.blockings().get(0)).contains("memory");
    assertThat(listener.losses()).isEmpty();
  }

  @Tag("B2")
  @Test
  void aFrozenBrokerIsNoticedByItsSilence() {
    TransportConnection connection = connect();
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = Queue.named("frozen.jobs");
    channel.declare(jobs);
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    server.pause();
    try {
      assertThat(listener.awaitLoss(Duration.ofSeconds(20)).isRecoverable()).isTrue();
      assertThat(sink.awaitEnd().isRecoverable()).isTrue();
    } finally {
      server.resume();
    }
  }

  @Tag("B7")
  @Test
  void whatAKilledBrokerConfirmedIsThereAfterItsRestartAndNothingElseWasPromised()
      throws Exception {
    Channel declaring = connect().openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = Queue.named("killed.jobs");
    declaring.declare(jobs);
    server.syncDeclarations();
    Channel publishing = connect().openChannel(ChannelPurpose.PUBLISHING);
    List<CompletableFuture<Void>> confirms = new ArrayList<>();

    for (int i = 0; i < 3_000; i++) {
      confirms.add(publish(publishing, jobs));
    }
    confirms.get(500).get(30, TimeUnit.SECONDS);
    server.kill();

    long confirmed = 0;
    for (CompletableFuture<Void> confirm : confirms) {
      try {
        confirm.get(30, TimeUnit.SECONDS);
        confirmed++;
      } catch (ExecutionException e) {
        assertThat(((OperationalException) e.getCause()).isRecoverable()).isTrue();
      }
    }
    server.startAgain();
    Channel counting = connect().openChannel(ChannelPurpose.CONSUMING);
    assertThat(counting.inspectQueue(jobs.name()).orElseThrow().messages())
        .isGreaterThanOrEqualTo(confirmed);
    assertThat(confirmed).isGreaterThan(500);
  }

  @Test
  void aBrokerThatShutsDownIsWorthWaitingFor() {
    TransportConnection connection = connect();
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    Queue jobs = Queue.named("stopped.jobs");
    channel.declare(jobs);
    RecordingSink sink = RecordingSink.holding();
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    server.stop();

    OperationalException loss = listener.awaitLoss(Duration.ofSeconds(30));
    assertThat(loss.isRecoverable()).isTrue();
    assertThat(sink.awaitEnd().isRecoverable()).isTrue();
    server.startAgain();
    Channel again = connect().openChannel(ChannelPurpose.CONSUMING);
    assertThat(again.get(jobs.name(), AckMode.NONE).map(Delivery::exchange)).isEmpty();
  }

  private TransportConnection connect() {
    TransportConnection connection =
        TestConnections.open(
            server.uri(),
            ConnectionOptions.builder()
                .heartbeat(Duration.ofSeconds(2))
                .connectTimeout(Duration.ofSeconds(20))
                .build(),
            listener);
    connections.add(connection);
    return connection;
  }

  private static CompletableFuture<Void> publish(Channel channel, Queue queue) {
    return channel.publish(
        Destination.queue(queue.name()), ContractBroker.message(ContractBroker.bytes("work")));
  }
}
