package io.github.celeryjava.kombu.transport.amqp;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.RabbitServer;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingListener;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes and numbers: what goes through, and what is said where something does not. */
@Timeout(120)
class AmqpLimitsIT {

  private final ContractBroker broker = new ContractBroker(TestConnections::open);

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void aBodyBeyondTheDriversOwnLimitGoesBothWays() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    byte[] huge = new byte[(64 << 20) + 1_000];
    new Random(3).nextBytes(huge);
    RecordingSink sink = RecordingSink.acknowledging();

    broker
        .openPublishing()
        .publish(Destination.queue(jobs.name()), message(huge))
        .get(60, TimeUnit.SECONDS);
    channel.consume(jobs.name(), ConsumeOptions.prefetching(1), sink);

    assertThat(sink.await(1).get(0).message().body()).isEqualTo(huge);
  }

  @Test
  void aBodyLargerThanTheClientTakesBreaksItsConnectionWithTheReason() throws Exception {
    RecordingListener listener = new RecordingListener();
    Queue jobs = broker.declared(broker.open(), "jobs");
    broker.publish(jobs, message(new byte[2_000]));

    try (TransportConnection small = open(listener, "max_inbound_message_body_size", 1_000)) {
      small
          .openChannel(ChannelPurpose.CONSUMING)
          .consume(jobs.name(), ConsumeOptions.prefetching(1), RecordingSink.holding());

      assertThat(listener.awaitLoss(Duration.ofSeconds(10))).hasMessageContaining("1000");
    }
  }

  @Test
  void aBodyLargerThanTheBrokerTakesFailsAndTheReasonIsTold() throws Exception {
    try (RabbitServer strict = RabbitServer.start()) {
      strict.ctl("eval", "application:set_env(rabbit, max_message_size, 100000).");
      try (TransportConnection connection =
          TestConnections.open(
              strict.uri(), ConnectionOptions.defaults(), SilentListener.INSTANCE)) {
        Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);

        OperationalException failure =
            failure(
                channel.publish(
                    Destination.exchange("amq.direct", "key"), message(new byte[100_001])));

        assertThat(failure.replyCode()).isEqualTo(406);
        assertThat(failure.isRecoverable()).isFalse();
        assertThat(failure).hasMessageContainingAll("message size 100001", "100000");
        assertThat(connection.isOpen()).isTrue();
      }
    }
  }

  @Test
  void aConnectionHasNoMoreChannelsThanWereAgreedOnAndClosedOnesAreUsedAgain() {
    try (TransportConnection connection = open(SilentListener.INSTANCE, "channel_max", 3)) {
      Channel first = connection.openChannel(ChannelPurpose.CONSUMING);
      connection.openChannel(ChannelPurpose.CONSUMING);
      connection.openChannel(ChannelPurpose.CONSUMING);

      assertThatThrownBy(() -> connection.openChannel(ChannelPurpose.CONSUMING))
          .isInstanceOfSatisfying(
              OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue())
          .hasMessageContainingAll("no channel left", "limit 3");

      first.close();
      assertThat(connection.openChannel(ChannelPurpose.CONSUMING).isOpen()).isTrue();
    }
  }

  @Test
  void framesAreNoLargerThanWasAgreedOn() throws Exception {
    MethodRecorder recorder = MethodRecorder.to(Services.amqp());
    try (TransportConnection connection =
        TestConnections.open(
            recorder.uri(),
            ConnectionOptions.builder().transportOption("frame_max", 4096).build(),
            SilentListener.INSTANCE)) {
      Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);
      Queue jobs = broker.declared(broker.open(), "jobs");
      byte[] body = new byte[50_000];
      new Random(5).nextBytes(body);

      channel.publish(Destination.queue(jobs.name()), message(body)).get(10, TimeUnit.SECONDS);

      assertThat(broker.take(broker.open(), jobs).message().body()).isEqualTo(body);
      assertThat(recorder.largestFrame()).isLessThanOrEqualTo(4096);
    }
    recorder.close();
  }

  @Test
  void headersThatFitIntoNoFrameAreRefusedAndHarmNothingElse() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Channel publishing = broker.openPublishing();
    TransportMessage fat =
        new TransportMessage(
            message(bytes("x")).properties(), Map.of("fat", "y".repeat(200_000)), bytes("x"));

    assertThatThrownBy(() -> publishing.publish(Destination.queue(jobs.name()), fat))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining(jobs.name());

    publishing
        .publish(Destination.queue(jobs.name()), message(bytes("next")))
        .get(10, TimeUnit.SECONDS);
    assertThat(text(broker.take(channel, jobs))).isEqualTo("next");
  }

  @Test
  void aWriteThatTakesLongerThanItMayBreaksTheConnection() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (FaultProxy proxy = FaultProxy.to(Services.amqp())) {
      TransportConnection connection =
          TestConnections.open(
              proxy.uri(),
              ConnectionOptions.builder()
                  .heartbeat(Duration.ZERO)
                  .transportOption("write_timeout", 0.5)
                  .build(),
              listener);
      Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);
      proxy.stall();

      CompletableFuture<Void> confirm =
          channel.publish(Destination.queue("any"), message(new byte[20_000_000]));

      assertThat(listener.awaitLoss(Duration.ofSeconds(10)))
          .hasMessageContainingAll("500 ms", "write_timeout");
      assertThat(failure(confirm).isRecoverable()).isTrue();
      connection.abort();
    }
  }

  @Test
  void theShorterOfTwoIntervalsOfHeartbeatsIsAgreedOn() throws Exception {
    try (MethodRecorder recorder = MethodRecorder.to(Services.amqp());
        TransportConnection patient =
            TestConnections.open(
                recorder.uri(),
                ConnectionOptions.builder().heartbeat(Duration.ofMinutes(5)).build(),
                SilentListener.INSTANCE)) {

      assertThat(patient.isOpen()).isTrue();
      assertThat(recorder.methods(AMQP.Connection.TuneOk.class))
          .extracting(tune -> tune.getHeartbeat())
          .containsExactly(60);
    }
  }

  private static TransportConnection open(TransportListener listener, String option, int value) {
    return TestConnections.open(
        Services.amqp(),
        ConnectionOptions.builder().transportOption(option, value).build(),
        listener);
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
