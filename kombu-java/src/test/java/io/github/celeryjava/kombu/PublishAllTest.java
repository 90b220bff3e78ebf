package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.transport.Destination;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishAllTest {

  private static final PublishOptions TO_JOBS = PublishOptions.to("jobs");

  private final FakeBroker broker = new FakeBroker();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void reportsThatAllWereConfirmed() {
    Producer producer = broker.connection().build().producer().build();

    PublishReport report = producer.publishAll(List.of("a", "b", "c"), TO_JOBS);

    assertThat(report.size()).isEqualTo(3);
    assertThat(report.confirmed()).isEqualTo(3);
    assertThat(report.allConfirmed()).isTrue();
    report.orThrow();
    assertThat(broker.publishedBodies()).containsExactly("a", "b", "c");
  }

  @Test
  void reportsTheOutcomeOfEachMessage() {
    broker.onPublish =
        sent -> {
          if (sent.text().equals("1")) {
            sent.nack();
          } else {
            sent.confirm();
          }
        };
    Producer producer =
        broker
            .connection()
            .retryPolicy(RetryPolicy.never())
            .build()
            .producer()
            .serializer("json")
            .build();

    PublishReport report = producer.publishAll(Arrays.asList(0, 1, Set.of(1), 3), TO_JOBS);

    assertThat(report.size()).isEqualTo(4);
    assertThat(report.confirmed()).isEqualTo(2);
    assertThat(report.failures()).containsOnlyKeys(1, 2);
    assertThat(report.failures().get(1)).isInstanceOf(MessageRefusedException.class);
    assertThat(report.failures().get(2)).isInstanceOf(EncodeException.class);
    assertThatThrownBy(report::orThrow).isInstanceOf(MessageRefusedException.class);
  }

  @Test
  void keepsAWindowOnItsWayAndNoMore() throws Exception {
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().build().producer().window(10).build();
    Future<PublishReport> publishing =
        threads.submit(() -> producer.publishAll(numbers(35), TO_JOBS));

    for (int i = 0; i < 35; i++) {
      FakeChannel.Sent sent = broker.nextPublished();
      assertThat(sent.text()).isEqualTo("m" + i);
      assertThat(broker.published.size()).isLessThan(10);
      sent.confirm();
    }

    assertThat(publishing.get(10, TimeUnit.SECONDS).allConfirmed()).isTrue();
  }

  @Test
  void goesOnAsLongAsAnswersKeepComing() throws Exception {
    ManualTiming timing = ManualTiming.still();
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().timing(timing).build().producer().window(1).build();
    Future<PublishReport> publishing =
        threads.submit(() -> producer.publishAll(numbers(5), TO_JOBS));

    for (int i = 0; i < 5; i++) {
      FakeChannel.Sent sent = broker.nextPublished();
      timing.awaitWaiters(1);
      timing.advance(Duration.ofSeconds(8));
      sent.confirm();
    }

    assertThat(publishing.get(10, TimeUnit.SECONDS).confirmed()).isEqualTo(5);
  }

  @Test
  void givesUpOnAllTheRestWhenTheBrokerFallsSilent() throws Exception {
    ManualTiming timing = ManualTiming.still();
    broker.onPublish = FakeChannel.Sent::keep;
    Producer producer = broker.connection().timing(timing).build().producer().window(4).build();
    Future<PublishReport> publishing =
        threads.submit(() -> producer.publishAll(numbers(20), TO_JOBS));
    broker.nextPublished().confirm();
    broker.nextPublished().confirm();
    for (int i = 0; i < 4; i++) {
      broker.nextPublished();
    }

    await()
        .until(
            () -> {
              timing.advance(Duration.ofSeconds(1));
              return publishing.isDone();
            });

    PublishReport report = publishing.get(10, TimeUnit.SECONDS);
    assertThat(report.size()).isEqualTo(20);
    assertThat(report.confirmed()).isEqualTo(2);
    assertThat(report.failures().values()).hasOnlyElementsOfType(PublishTimeoutException.class);
    assertThat(report.failures().get(2)).hasMessageContaining("it may have arrived");
    assertThat(report.failures().get(19)).hasMessageContaining("not sent");
  }

  @Test
  void takesMessagesThatAreMadeWhileItAsksForThem() {
    Producer producer = broker.connection().build().producer().window(2).build();
    var one = new OutgoingMessage(Destination.queue("jobs"), ProducerTest.message("one"));

    PublishReport report =
        producer.publishMessages(
            () -> IntStream.range(0, 7).mapToObj(i -> one).iterator(), PublishOptions.defaults());

    assertThat(report.confirmed()).isEqualTo(7);
    assertThat(broker.published).hasSize(7);
  }

  @Test
  void declaresWhatEachMessageNamesAndForOthersWhatTheOptionsName() throws Exception {
    Producer producer = broker.connection().build().producer().build();
    PublishOptions options = PublishOptions.builder().declare(Queue.named("jobs")).build();
    List<OutgoingMessage> messages =
        List.of(toJobs("1"), toJobs("2", "mail"), toJobs("3", "mail", "news"), toJobs("4", "news"));

    PublishReport report = producer.publishMessages(messages, options);

    assertThat(report.confirmed()).isEqualTo(4);
    assertThat(broker.publishedBodies()).containsExactly("1", "2", "3", "4");
    assertThat(broker.last().declared)
        .filteredOn(declared -> declared.startsWith("queue"))
        .containsExactly("queue jobs", "queue mail", "queue news");
  }

  @Test
  void declaresAgainWhatAMessageNamesAfterTheConnectionWasLost() {
    AtomicInteger count = new AtomicInteger();
    broker.onPublish =
        sent -> {
          if (count.incrementAndGet() == 2) {
            broker.last().lose(FakeBroker.down());
          } else {
            sent.confirm();
          }
        };
    Producer producer = broker.connection().build().producer().window(1).build();

    PublishReport report =
        producer.publishMessages(
            List.of(toJobs("1", "mail"), toJobs("2", "mail"), toJobs("3", "mail")),
            PublishOptions.defaults());

    assertThat(report.confirmed()).isEqualTo(3);
    assertThat(broker.connections).hasSize(2);
    assertThat(broker.last().declared).contains("queue mail");
  }

  @Test
  void waitsForThoseBeforeAnErrorOfTheSource() {
    Producer producer = broker.connection().build().producer().build();
    var one = new OutgoingMessage(Destination.queue("jobs"), ProducerTest.message("one"));
    Iterator<OutgoingMessage> broken =
        IntStream.range(0, 5)
            .mapToObj(
                i -> {
                  if (i == 3) {
                    throw new IllegalStateException("source broke");
                  }
                  return one;
                })
            .iterator();

    assertThatThrownBy(() -> producer.publishMessages(() -> broken, PublishOptions.defaults()))
        .hasMessage("source broke");
    assertThat(broker.published).hasSize(3);
  }

  @RepeatedTest(10)
  void accountsForEveryMessageWhileConnectionsBreak() throws Exception {
    BlockingQueue<FakeChannel.Sent> unanswered = new LinkedBlockingQueue<>();
    broker.onPublish = unanswered::add;
    Producer producer = broker.connection().build().producer().window(50).build();
    List<Future<PublishReport>> reports =
        IntStream.range(0, 4)
            .mapToObj(i -> threads.submit(() -> producer.publishAll(numbers(500), TO_JOBS)))
            .toList();

    int answers = 0;
    while (!reports.stream().allMatch(Future::isDone)) {
      FakeChannel.Sent sent = unanswered.poll(10, TimeUnit.MILLISECONDS);
      if (sent != null && ++answers % 300 == 0) {
        broker.last().lose(FakeBroker.down());
      } else if (sent != null && answers % 97 == 0) {
        sent.nack();
      } else if (sent != null) {
        sent.confirm();
      }
    }

    for (Future<PublishReport> each : reports) {
      PublishReport report = each.get();
      assertThat(report.size()).isEqualTo(500);
      for (KombuException failure : report.failures().values()) {
        assertThat(failure).isInstanceOf(MessageRefusedException.class);
      }
    }
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  private static OutgoingMessage toJobs(String body, String... queuesToDeclare) {
    List<Entity> declare = Stream.of(queuesToDeclare).<Entity>map(Queue::named).toList();
    return new OutgoingMessage(Destination.queue("jobs"), ProducerTest.message(body), declare);
  }
}
