package io.github.celeryjava.kombu.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JAV-39")
class DelayedRetryTest {

  @Test
  void namesItsQueuesAfterTheOneThatIsConsumed() {
    Queue jobs = Queue.builder("jobs").quorum().maxLength(10).build();

    DelayedRetry retry = DelayedRetry.of(jobs, Duration.ofSeconds(5), Duration.ofMinutes(1));

    assertThat(retry.queue().declareArguments())
        .containsEntry("x-max-length", 10)
        .containsEntry("x-dead-letter-exchange", "")
        .containsEntry("x-dead-letter-routing-key", "jobs.dead");
    assertThat(retry.waitingQueues())
        .extracting(Queue::name)
        .containsExactly("jobs.retry.5000", "jobs.retry.60000");
    assertThat(retry.waitingQueues().get(1).declareArguments())
        .containsEntry("x-queue-type", "quorum")
        .containsEntry("x-message-ttl", 60_000L)
        .containsEntry("x-dead-letter-routing-key", "jobs");
    assertThat(retry.deadQueue().declareArguments()).containsOnlyKeys("x-queue-type");
  }

  @Test
  void refusesAQueueWithDeadLetteringOfItsOwn() {
    Queue own = Queue.builder("own").deadLetterExchange("morgue").build();

    assertThatThrownBy(() -> DelayedRetry.of(own, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("queue 'own' has a dead-letter exchange of its own");
  }

  @Test
  void refusesNoPausesAndEmptyOnesAndQueuesWithoutName() {
    Queue jobs = Queue.named("jobs");

    assertThatThrownBy(() -> DelayedRetry.of(jobs)).hasMessageContaining("at least one pause");
    assertThatThrownBy(() -> DelayedRetry.of(jobs, Duration.ZERO))
        .hasMessageContaining("at least a millisecond");
    assertThatThrownBy(() -> DelayedRetry.of(Queue.named(""), Duration.ofSeconds(1)))
        .hasMessageContaining("needs a name");
  }

  @Test
  void refusesATransportThatMovesNoMessagesItself() {
    DelayedRetry retry = DelayedRetry.of(Queue.named("jobs"), Duration.ofSeconds(1));

    try (Connection connection = Connection.open("memory://delayed-retry")) {
      assertThatThrownBy(() -> retry.declare(connection))
          .isInstanceOf(OperationalException.class)
          .hasMessageContaining("does not move messages from queue to queue");
    }
  }
}
