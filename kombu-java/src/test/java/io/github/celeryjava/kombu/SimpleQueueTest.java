package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimpleQueueTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(20);

  private final Connection connection =
      Connection.builder("memory://").transport(new MemoryTransport()).build();

  @BeforeEach
  void connect() {
    connection.connect(); // so that short waits are not spent on it
  }

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void givesBackWhatWasPutInOrder() {
    SimpleQueue queue = connection.simpleQueue("letters");

    queue.put("a");
    queue.put(Map.of("b", 1));

    assertThat(queue.size()).isEqualTo(2);
    Message first = queue.get(LONG).orElseThrow();
    assertThat(first.payload()).isEqualTo("a");
    assertThat(first.exchange()).isEqualTo("letters");
    assertThat(first.routingKey()).isEqualTo("letters");
    first.ack();
    Message second = queue.take(LONG);
    assertThat(second.payload()).isEqualTo(Map.of("b", 1L));
    second.ack();
    assertThat(queue.get(BRIEF)).isEmpty();
    assertThat(queue.getNow()).isEmpty();
  }

  @Test
  void waitsForAMessage() {
    SimpleQueue queue = connection.simpleQueue("letters");
    CompletableFuture<Message> waiting = CompletableFuture.supplyAsync(() -> queue.take(LONG));

    connection.copy().simpleQueue("letters").put("late");

    assertThat(waiting.join().payload()).isEqualTo("late");
  }

  @Test
  void saysThatNothingCame() {
    SimpleQueue queue = connection.simpleQueue("letters");

    assertThatThrownBy(() -> queue.take(BRIEF))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("no message in queue 'letters' within PT0.02S");
  }

  @Test
  void polledMessagesLeaveTheRestInTheQueue() {
    SimpleQueue queue = connection.simpleQueue("letters");
    queue.put("a");
    queue.put("b");

    Message polled = queue.getNow().orElseThrow();

    assertThat(polled.payload()).isEqualTo("a");
    assertThat(polled.queue()).isEqualTo("letters");
    assertThat(queue.size()).isEqualTo(1);
    polled.ack();
  }

  @Test
  void whatWasDeliveredAheadIsPolledToo() {
    SimpleQueue queue = connection.simpleQueue("letters");
    queue.put("a");
    queue.put("b");
    queue.take(LONG).ack();

    assertThat(await().until(queue::getNow, Optional::isPresent).orElseThrow().payload())
        .isEqualTo("b");
  }

  @Test
  void iteratesUntilNothingComes() {
    SimpleQueue queue = connection.simpleQueue("letters");
    List<Object> seen = new ArrayList<>();
    queue.put("a");
    queue.put("b");

    for (Message message : queue.messages(BRIEF)) {
      seen.add(message.payload());
      message.ack();
    }

    assertThat(seen).containsExactly("a", "b");
  }

  @Test
  void closingGivesBackWhatWasNotSettled() {
    SimpleQueue queue = connection.simpleQueue("letters");
    queue.put("got");
    queue.put("buffered");
    queue.take(LONG);

    queue.close();

    SimpleQueue again = connection.simpleQueue("letters");
    await().until(() -> again.size() == 2);
    assertThat(again.clear()).isEqualTo(2);
    assertThat(again.size()).isZero();
  }

  @Test
  void deliversNoFurtherAheadThanItsPrefetchAllows() {
    Queue declared = SimpleQueue.queueNamed("letters");
    SimpleQueue queue = SimpleQueue.builder(connection, declared).prefetch(1).build();
    queue.put("a");
    queue.put("b");

    Message first = queue.take(LONG);

    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.get(BRIEF)).isEmpty();
    first.ack();
    assertThat(queue.take(LONG).payload()).isEqualTo("b");
  }

  @Test
  void usesTheExchangeAndTheOptionsOfAQueueOfOnesOwn() {
    Queue sport = Queue.bound("sport", Exchange.topic("news"), "sport.football");
    SimpleQueue queue =
        SimpleQueue.builder(connection, sport)
            .serializer("json")
            .compression("zlib")
            .accept("json")
            .build();

    queue.put("goal", PublishOptions.builder().header("minute", 90).build());

    Message message = queue.take(LONG);
    assertThat(message.payload()).isEqualTo("goal");
    assertThat(message.headers())
        .containsEntry("minute", 90)
        .containsEntry("compression", "application/x-gzip");
    assertThat(message.exchange()).isEqualTo("news");
    assertThat(message.routingKey()).isEqualTo("sport.football");
  }

  @Test
  void refusesBodiesThatAreNotAccepted() {
    SimpleQueue queue =
        SimpleQueue.builder(connection, SimpleQueue.queueNamed("letters")).accept().build();
    queue.put(Map.of("a", 1));

    assertThatThrownBy(() -> queue.take(LONG).payload())
        .isInstanceOf(ContentDisallowedException.class);
  }

  @Test
  void aBufferKeepsNothing() {
    SimpleBuffer buffer = connection.simpleBuffer("metrics");
    buffer.put("a");
    buffer.put("b");

    assertThat(buffer.size()).isEqualTo(2);
    assertThat(buffer.getNow().orElseThrow().payload()).isEqualTo("a");
    Message second = buffer.take(LONG);
    assertThat(second.properties().deliveryMode()).isEqualTo(DeliveryMode.TRANSIENT);
    buffer.close();
    assertThat(connection.defaultChannel().inspectQueue("metrics")).isEmpty();
    assertThat(buffer).hasToString("SimpleBuffer[metrics on Connection[memory://]]");
  }

  @Test
  void aBufferBelongsToOneConnection() {
    connection.simpleBuffer("metrics").put("a");
    SimpleBuffer elsewhere = connection.copy().simpleBuffer("metrics");

    assertThatThrownBy(() -> elsewhere.get(Duration.ofSeconds(1)))
        .isInstanceOf(OperationalException.class)
        .extracting("replyCode")
        .isEqualTo(405);
  }

  @Test
  void goesOnAfterTheLossOfItsConnection() {
    SimpleQueue queue = connection.simpleQueue("letters");
    queue.put("a");
    queue.put("b");
    assertThat(queue.take(LONG).payload()).isEqualTo("a");

    connection.collect();

    List<Object> again = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Message message = queue.take(LONG);
      again.add(message.payload());
      assertThat(message.redelivered()).isTrue();
      message.ack();
    }
    assertThat(again).containsExactly("a", "b");
    queue.put("c");
    assertThat(queue.take(LONG).payload()).isEqualTo("c");
  }
}
