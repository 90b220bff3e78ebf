package io.github.celeryjava.kombu.transport.memory;

import static io.github.celeryjava.kombu.transport.virtual.Messages.expiring;
import static io.github.celeryjava.kombu.transport.virtual.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.DeliveryQueue;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryExpiryTest {

  private final SettableClock clock = new SettableClock();
  private final MemoryChannels channels = new MemoryChannels(clock);
  private final Channel channel = channels.open();

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aMessageIsDeliveredUntilItsExpirationAndNotFromThenOn() {
    channel.declare(Queue.named("jobs"));
    publish(expiring("early", Duration.ofSeconds(10)));
    publish(expiring("late", Duration.ofSeconds(10)));

    clock.advance(Duration.ofMillis(9_999));
    assertThat(take()).contains("early");
    clock.advance(Duration.ofMillis(1));

    assertThat(ready()).isZero();
    assertThat(take()).isEmpty();
  }

  @Test
  void aQueueLimitsTheTimeOfItsMessages() {
    channel.declare(Queue.builder("jobs").messageTtl(Duration.ofSeconds(10)).build());
    publish(message("plain"));
    publish(expiring("longer", Duration.ofSeconds(20)));
    publish(expiring("shorter", Duration.ofSeconds(5)));

    clock.advance(Duration.ofSeconds(10));

    assertThat(take()).isEmpty();
  }

  @Test
  void aMessageThatLastsKeepsThoseBehindItFromBeingLookedAt() {
    channel.declare(Queue.named("jobs"));
    publish(message("lasting"));
    publish(expiring("short", Duration.ofSeconds(1)));
    publish(message("last"));

    clock.advance(Duration.ofSeconds(2));

    assertThat(ready()).isEqualTo(3);
    assertThat(take()).contains("lasting");
    assertThat(ready()).isEqualTo(1);
    assertThat(take()).contains("last");
  }

  @Test
  void aConsumerIsNotHandedWhatHasExpired() throws Exception {
    DeliveryQueue sink = new DeliveryQueue();
    channel.declare(Queue.named("jobs"));
    publish(expiring("old", Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(2));
    publish(expiring("new", Duration.ofSeconds(1)));

    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);

    assertThat(sink.nextText()).isEqualTo("new");
  }

  @Test
  void whatIsHeldUnsettledDoesNotExpireBeforeItIsGivenBack() {
    channel.declare(Queue.named("jobs"));
    publish(expiring("held", Duration.ofSeconds(1)));
    Channel other = channels.open();
    var held = other.get("jobs", AckMode.MANUAL).orElseThrow();
    clock.advance(Duration.ofSeconds(2));
    assertThat(held.message().body()).isNotEmpty();

    held.receipt().requeue();

    assertThat(take()).isEmpty();
  }

  @Test
  void aQueueThatNobodyUsesForItsTimeIsGoneWithItsBindings() {
    channel.declare(
        Queue.builder("jobs")
            .exchange(Exchange.direct("geo"))
            .routingKey("city")
            .expires(Duration.ofSeconds(10))
            .build());
    publish(message("work"));

    clock.advance(Duration.ofSeconds(9));
    assertThat(take()).contains("work");
    clock.advance(Duration.ofSeconds(9));
    assertThat(channel.inspectQueue("jobs")).isPresent();
    clock.advance(Duration.ofSeconds(1));

    assertThat(channel.inspectQueue("jobs")).isEmpty();
    assertThat(
            channel
                .publish(new Destination("geo", "city", true), message("lost"))
                .isCompletedExceptionally())
        .isTrue();
  }

  @Test
  void aQueueWithAConsumerDoesNotExpire() {
    channel.declare(Queue.builder("jobs").expires(Duration.ofSeconds(10)).build());
    String tag = channel.consume("jobs", ConsumeOptions.prefetching(1), new DeliveryQueue());

    clock.advance(Duration.ofHours(1));
    assertThat(channel.inspectQueue("jobs")).isPresent();
    channel.cancel(tag);

    clock.advance(Duration.ofSeconds(9));
    assertThat(channel.inspectQueue("jobs")).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(channel.inspectQueue("jobs")).isEmpty();
  }

  private void publish(TransportMessage message) {
    channel.publish(Destination.queue("jobs"), message).join();
  }

  private Optional<String> take() {
    return channel.get("jobs", AckMode.NONE).map(DeliveryQueue::text);
  }

  private long ready() {
    return channel.inspectQueue("jobs").orElseThrow().messages();
  }
}
