package io.github.celeryjava.kombu.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages put aside and played again over any transport. */
@Tag("JAV-39")
@Timeout(60)
abstract class DeadLettersContract {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final DeadLetters letters = DeadLetters.of(Queue.named("jobs-" + UUID.randomUUID()));
  private final List<Message> arrived = new ArrayList<>();
  private Connection connection;
  private Producer producer;

  abstract Connection connect();

  @BeforeEach
  void declare() {
    connection = connect();
    letters.declare(connection);
    producer = connection.producer().build();
    connection.consumer().queue(letters.queue()).onMessage(arrived::add).build().consume();
  }

  @AfterEach
  void tidyUp() {
    connection.defaultChannel().deleteQueue(letters.queue().name());
    connection.defaultChannel().deleteQueue(letters.deadQueue().name());
    connection.close();
  }

  @Test
  void whatIsPutAsideSaysWhyAndComesAgainAsIfForTheFirstTime() {
    Instant before = Instant.now().minusSeconds(2);
    producer.publish(
        "work", PublishOptions.builder().routingKey(name()).header("tenant", "acme").build());

    letters.putAside(arrival(1), producer);

    awaitAside(1);
    assertThat(letters.replay(connection, producer, 10)).isEqualTo(1);
    Message again = arrival(2);
    assertThat(again.payload()).isEqualTo("work");
    assertThat(again.headers()).containsOnlyKeys("tenant");
    assertThat(again.properties().contentType()).isEqualTo("text/plain");
    letters.putAside(again, producer);
    awaitAside(1);

    Message aside = taken();
    assertThat(Death.of(aside))
        .singleElement()
        .satisfies(
            death -> {
              assertThat(death.queue()).isEqualTo(name());
              assertThat(death.reason()).isEqualTo("rejected");
              assertThat(death.exchange()).isEmpty();
              assertThat(death.routingKeys()).containsExactly(name());
              assertThat(death.count()).isEqualTo(1);
              assertThat(death.time()).isBetween(before, Instant.now().plusSeconds(2));
            });
    assertThat(aside.headers()).containsEntry("tenant", "acme");
  }

  @Test
  void noMoreArePlayedAgainThanAskedForTheOldestFirst() {
    for (int i = 0; i < 3; i++) {
      producer.publish("job " + i, PublishOptions.to(name()));
      letters.putAside(arrival(i + 1), producer);
      awaitAside(i + 1);
    }

    assertThat(letters.replay(connection, producer, 2)).isEqualTo(2);

    assertThat(List.of(arrival(4).payload(), arrival(5).payload()))
        .containsExactly("job 0", "job 1");
    awaitAside(1);
    assertThat(letters.replay(connection, producer, 10)).isEqualTo(1);
    assertThat(arrival(6).payload()).isEqualTo("job 2");
    assertThat(letters.replay(connection, producer, 10)).isZero();
    arrived.subList(3, 6).forEach(Message::ack);
  }

  private String name() {
    return letters.queue().name();
  }

  private Message taken() {
    List<Message> aside = new ArrayList<>();
    connection.consumer().queue(letters.deadQueue()).onMessage(aside::add).build().consume();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              connection.drainEvents(Duration.ofMillis(20));
              return !aside.isEmpty();
            });
    aside.get(0).ack();
    return aside.get(0);
  }

  private Message arrival(int number) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              connection.drainEvents(Duration.ofMillis(20));
              return arrived.size() >= number;
            });
    return arrived.get(number - 1);
  }

  private void awaitAside(long count) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                connection
                        .defaultChannel()
                        .inspectQueue(letters.deadQueue().name())
                        .orElseThrow()
                        .messages()
                    == count);
  }
}
