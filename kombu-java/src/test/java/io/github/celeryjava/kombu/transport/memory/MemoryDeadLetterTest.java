package io.github.celeryjava.kombu.transport.memory;

import static io.github.celeryjava.kombu.transport.virtual.Messages.expiring;
import static io.github.celeryjava.kombu.transport.virtual.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.DeliveryQueue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDeadLetterTest {

  private final SettableClock clock = new SettableClock();
  private final MemoryChannels channels = new MemoryChannels(clock);
  private final Channel channel = channels.open();

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aRejectedMessageGoesWhereItsQueueSaysWithARecordOfItsDeath() {
    channel.declare(Queue.bound("morgue", Exchange.fanout("dead"), ""));
    channel.declare(lettersTo("dead").build());
    publish(message("work"));

    take("jobs").receipt().reject();

    Delivery letter = take("morgue");
    assertThat(DeliveryQueue.text(letter)).isEqualTo("work");
    assertThat(letter.exchange()).isEqualTo("dead");
    assertThat(letter.routingKey()).isEqualTo("jobs");
    assertThat(letter.redelivered()).isFalse();
    assertThat(deaths(letter))
        .containsExactly(
            Map.of(
                "count",
                1L,
                "reason",
                "rejected",
                "queue",
                "jobs",
                "time",
                clock.instant(),
                "exchange",
                "",
                "routing-keys",
                List.of("jobs")));
  }

  @Test
  void aDeadMessageMayGetAnotherKey() {
    channel.declare(Queue.named("morgue"));
    channel.declare(lettersTo("").argument("x-dead-letter-routing-key", "morgue").build());
    publish(message("work"));

    take("jobs").receipt().reject();

    assertThat(take("morgue").routingKey()).isEqualTo("morgue");
  }

  @Test
  void anExpiredMessageIsDeadLetteredWithoutItsExpiration() {
    channel.declare(Queue.named("morgue"));
    channel.declare(lettersTo("").argument("x-dead-letter-routing-key", "morgue").build());
    publish(expiring("work", Duration.ofSeconds(1)));

    clock.advance(Duration.ofSeconds(1));
    assertThat(channel.get("jobs", AckMode.MANUAL)).isEmpty();

    clock.advance(Duration.ofHours(1));
    Delivery letter = take("morgue");
    assertThat(letter.message().properties().expiration()).isNull();
    assertThat(deaths(letter).get(0)).containsEntry("reason", "expired");
  }

  @Test
  void whatAFullQueueDropsIsDeadLettered() {
    channel.declare(Queue.named("morgue"));
    channel.declare(
        lettersTo("").argument("x-dead-letter-routing-key", "morgue").maxLength(1).build());

    publish(message("old"));
    publish(message("new"));

    Delivery letter = take("morgue");
    assertThat(DeliveryQueue.text(letter)).isEqualTo("old");
    assertThat(deaths(letter).get(0)).containsEntry("reason", "maxlen");
  }

  @Test
  void aMessageMayGoRoundThroughARetryQueueAndItsDeathsAreCounted() {
    channel.declare(lettersTo("").argument("x-dead-letter-routing-key", "wait").build());
    channel.declare(
        Queue.builder("wait")
            .messageTtl(Duration.ofSeconds(5))
            .argument("x-dead-letter-exchange", "")
            .argument("x-dead-letter-routing-key", "jobs")
            .build());
    publish(message("work"));

    for (int round = 0; round < 2; round++) {
      take("jobs").receipt().reject();
      clock.advance(Duration.ofSeconds(5));
      assertThat(channel.inspectQueue("wait").orElseThrow().messages()).isZero();
    }

    assertThat(deaths(take("jobs")))
        .extracting(death -> death.get("queue") + " " + death.get("count"))
        .containsExactly("wait 2", "jobs 2");
  }

  @Test
  void aMessageThatNobodyRejectedDoesNotGoRoundForEver() {
    channel.declare(
        lettersTo("")
            .argument("x-dead-letter-routing-key", "jobs")
            .messageTtl(Duration.ZERO)
            .build());
    publish(message("work"));

    assertThat(channel.get("jobs", AckMode.MANUAL)).isEmpty();
    assertThat(channel.inspectQueue("jobs").orElseThrow().messages()).isZero();
  }

  @Test
  void lettersToAnExchangeThatDoesNotExistAreDropped() {
    channel.declare(lettersTo("nowhere").build());
    publish(message("work"));

    take("jobs").receipt().reject();

    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.get("jobs", AckMode.MANUAL)).isEmpty();
  }

  private static QueueBuilder lettersTo(String exchange) {
    return Queue.builder("jobs").argument("x-dead-letter-exchange", exchange);
  }

  private void publish(TransportMessage message) {
    channel.publish(Destination.queue("jobs"), message).join();
  }

  private Delivery take(String queue) {
    return channel.get(queue, AckMode.MANUAL).orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> deaths(Delivery letter) {
    return (List<Map<String, Object>>) letter.message().headers().get("x-death");
  }
}
