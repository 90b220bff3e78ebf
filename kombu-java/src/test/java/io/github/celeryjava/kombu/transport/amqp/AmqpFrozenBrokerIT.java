package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.RabbitServer;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a channel does while the broker keeps its connections and answers nothing. */
@Timeout(180)
@Tag("long")
class AmqpFrozenBrokerIT {

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(10);

  private static RabbitServer broker;

  private final TransportConnection connection =
      TestConnections.open(
          broker.uri(),
          ConnectionOptions.builder().callTimeout(CALL_TIMEOUT).build(),
          SilentListener.INSTANCE);
  private final Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);
  private final Queue jobs = Queue.named("jobs");

  @BeforeAll
  static void startBroker() {
    broker = RabbitServer.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void abort() {
    connection.abort();
  }

  @Test
  void aCallThatIsNotAnsweredIsALossAndSoIsAllThatFollowsOnItsChannel() {
    channel.declareQueue(jobs);
    broker.pause();
    try {
      CompletableFuture<Void> pending = publish("pending");
      assertThat(pending).isNotDone();

      assertLost(() -> channel.declareQueue(jobs));

      assertThat(channel.isOpen()).isFalse();
      assertLost(pending);
      assertLost(publish("late"));
      assertLost(() -> channel.declareQueue(jobs));
    } finally {
      broker.resume();
    }
    assertLost(() -> channel.declareQueue(jobs));
    Channel next = connection.openChannel(ChannelPurpose.PUBLISHING);
    assertThat(next.declareQueue(jobs).name()).isEqualTo("jobs");
  }

  @Test
  void closingWaitsNoLongerThanACallAndFailsWhatIsNotConfirmed() {
    broker.pause();
    try {
      CompletableFuture<Void> pending = publish("pending");
      long start = System.nanoTime();

      channel.close();

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(CALL_TIMEOUT.plus(Duration.ofSeconds(3)));
      assertLost(pending);
    } finally {
      broker.resume();
    }
  }

  @Test
  void theLimitOfUnwrittenBytesFailsTheMessageAndLeavesTheChannelOpen() {
    TransportMessage large = ContractBroker.message(new byte[1024 * 1024]);
    Destination nowhere = Destination.exchange("amq.direct", "nowhere");
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    CompletableFuture<Void> refused;
    broker.pause();
    try {
      do {
        refused = channel.publish(nowhere, large);
        sent.add(refused);
      } while (!refused.isDone() && sent.size() < 200);
    } finally {
      broker.resume();
    }

    assertThat(sent.remove(sent.size() - 1))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(LimitExceededException.class);
    assertThat(channel.isOpen()).isTrue();
    sent.forEach(each -> assertThat(each).succeedsWithin(Duration.ofSeconds(60)));
    assertThat(channel.publish(nowhere, large)).succeedsWithin(SOON);
  }

  private CompletableFuture<Void> publish(String body) {
    return channel.publish(
        Destination.queue("jobs"), ContractBroker.message(ContractBroker.bytes(body)));
  }

  private static void assertLost(CompletableFuture<Void> future) {
    assertThat(future)
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .satisfies(AmqpFrozenBrokerIT::isLoss);
  }

  private static void assertLost(Runnable call) {
    assertThatThrownBy(call::run).satisfies(AmqpFrozenBrokerIT::isLoss);
  }

  private static void isLoss(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.isRecoverable()).isTrue();
              assertThat(e.replyCode()).isZero();
            });
  }
}
