package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConsumerTest {

  private static final Queue JOBS = Queue.named("jobs");
  private static final Queue MAIL = Queue.named("mail");

  private final FakeBroker broker = new FakeBroker();
  private final Connection connection = broker.connection().build();
  private final List<Object> handled = new ArrayList<>();

  private record Job(int id) {}

  @Test
  void receivesNothingBeforeItConsumes() {
    Consumer consumer = connection.consumer().queue(JOBS).handler(this::handle).build();

    assertThat(broker.attempted).isEmpty();
    assertThat(consumer.isConsumingFrom("jobs")).isFalse();

    consumer.consume();

    assertThat(consumer.isConsumingFrom("jobs")).isTrue();
    assertThat(broker.last().declared).contains("queue jobs");
  }

  @Test
  void handsDecodedBodiesToItsHandlerWhileTheConnectionDrains() {
    consuming(connection.consumer().queue(JOBS).handler(this::handle));

    deliver("jobs", "application/json", "{\"n\": 1}");
    deliver("jobs", "text/plain", "hello");
    assertThat(handled).isEmpty();

    assertThat(connection.drainEvents(Duration.ZERO)).isEqualTo(2);
    assertThat(handled).containsExactly(Map.of("n", 1L), "hello");
  }

  @Test
  void handsBodiesOfTheTypeThatItsHandlerWants() {
    List<Job> jobs = new ArrayList<>();
    List<Message> misfits = new ArrayList<>();
    consuming(
        connection
            .consumer()
            .queue(JOBS)
            .onDecodeError((message, error) -> misfits.add(message))
            .handler(new TypeRef<List<Job>>() {}, (body, message) -> jobs.addAll(body)));

    deliver("jobs", "application/json", "[{\"id\": 1}, {\"id\": 2}]");
    deliver("jobs", "application/json", "{\"id\": 3}");
    connection.drainEvents(Duration.ZERO);

    assertThat(jobs).containsExactly(new Job(1), new Job(2));
    assertThat(misfits).hasSize(1);
  }

  @Test
  void handsMessagesUntouchedToOnMessage() {
    List<Message> messages = new ArrayList<>();
    consuming(connection.consumer().queue(JOBS).onMessage(messages::add));

    deliver("jobs", "application/x-python-serialize", "not looked at");
    connection.drainEvents(Duration.ZERO);

    Message message = messages.get(0);
    assertThat(message.queue()).isEqualTo("jobs");
    assertThat(message.routingKey()).isEqualTo("jobs");
    assertThat(message.exchange()).isEmpty();
    assertThat(message.rawBody()).asString(StandardCharsets.UTF_8).isEqualTo("not looked at");
    assertThatThrownBy(message::payload).isInstanceOf(ContentDisallowedException.class);
  }

  @Test
  void needsExactlyOneHandler() {
    assertThatIllegalArgumentException().isThrownBy(() -> connection.consumer().build());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> connection.consumer().handler(this::handle).onMessage(handled::add).build());
  }

  @Test
  void saysAtOnceThatItCannotAcceptWhatNobodyDecodes() {
    ConsumerBuilder builder = connection.consumer().handler(this::handle).accept("jason");

    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("json");
  }

  @Test
  void rejectsAndCountsWhatItCannotRead() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS).handler(this::handle));

    deliver("jobs", "application/json", "{broken");
    deliver("jobs", "text/plain", "good");
    connection.drainEvents(Duration.ZERO);

    assertThat(settled()).containsExactly("reject {broken");
    assertThat(consumer.decodeErrors()).isEqualTo(1);
    assertThat(handled).containsExactly("good");
  }

  @Test
  void leavesWhatItCannotReadToThePolicyOfTheProgram() {
    List<Object> errors = new ArrayList<>();
    consuming(
        connection
            .consumer()
            .queue(JOBS)
            .accept("json")
            .handler(this::handle)
            .onDecodeError(
                (message, error) -> {
                  errors.add(error);
                  message.ack();
                }));

    deliver("jobs", "application/json", "{broken");
    deliver("jobs", "text/plain", "refused");
    connection.drainEvents(Duration.ZERO);

    assertThat(errors)
        .hasExactlyElementsOfTypes(DecodeException.class, ContentDisallowedException.class);
    assertThat(settled()).containsExactly("ack {broken", "ack refused");
  }

  @Test
  void losesNothingWhenAHandlerThrows() {
    consuming(
        connection
            .consumer()
            .queue(JOBS)
            .handler(
                (body, message) -> {
                  handled.add(body);
                  if ("bad".equals(body)) {
                    throw new IllegalStateException("handler broke");
                  }
                }));
    deliver("jobs", "text/plain", "bad");
    deliver("jobs", "text/plain", "good");

    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO)).hasMessage("handler broke");
    connection.drainEvents(Duration.ZERO);

    assertThat(handled).containsExactly("bad", "good");
    assertThat(settled()).isEmpty();
  }

  @Test
  void asksForItsOwnPrefetchTagAndAcknowledgements() {
    Queue telling = Queue.builder("telling").consumerArguments(Map.of("x-priority", 3)).build();
    Queue silent = Queue.builder("silent").noAck().build();

    consuming(
        connection
            .consumer()
            .queue(telling, silent)
            .prefetch(7)
            .tagPrefix("mine-")
            .handler(this::handle));

    Map<String, FakeChannel.Consuming> consumers = consumingChannel().consumers;
    assertThat(consumers).containsOnlyKeys("mine-1", "mine-2");
    assertThat(consumers.get("mine-1").options().prefetch()).isEqualTo(7);
    assertThat(consumers.get("mine-1").options().ackMode()).isEqualTo(AckMode.MANUAL);
    assertThat(consumers.get("mine-1").options().arguments()).containsEntry("x-priority", 3);
    assertThat(consumers.get("mine-2").options().ackMode()).isEqualTo(AckMode.NONE);
  }

  @Test
  void changesThePrefetchOfAllItsQueues() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));

    consumer.prefetch(3);

    assertThat(consumingChannel().prefetches).containsExactly(3, 3);
  }

  @Test
  void changesThePrefetchCountOfOneQueueAlone() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));

    consumer.prefetch("mail", 7);
    consumer.prefetch("unknown", 8);

    assertThat(consumingChannel().prefetches).containsExactly(7);
  }

  @Test
  void startsAQueueThatWasAddedWithoutStartingTheOthersAnew() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS).handler(this::handle));
    FakeChannel.Consuming first = consumingChannel().consumers.get("tag-jobs");

    consumer.addQueue(MAIL);
    assertThat(consumer.isConsumingFrom("mail")).isFalse();
    consumer.consume();

    assertThat(consumer.isConsumingFrom("mail")).isTrue();
    assertThat(consumingChannel().consumers.get("tag-jobs")).isSameAs(first);
    assertThat(consumer.queues()).containsExactlyInAnyOrder("jobs", "mail");
  }

  @Test
  void stopsOneQueueByName() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));

    consumer.cancelByQueue("jobs");
    consumer.cancelByQueue("unknown");
    consumer.consume();

    assertThat(consumingChannel().consumers).containsOnlyKeys("tag-mail");
    assertThat(consumer.queues()).containsExactly("mail");
  }

  @Test
  void givesBackWhatWasDeliveredButNotHandledWhenItIsCancelled() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS).handler(this::handle));
    deliver("jobs", "text/plain", "late");

    consumer.cancel();
    connection.drainEvents(Duration.ZERO);

    assertThat(handled).isEmpty();
    assertThat(settled()).containsExactly("requeue late");
  }

  @Test
  void handlesWhatNobodyCanGiveBackEvenAfterACancel() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS).noAck().handler(this::handle));
    deliver("jobs", "text/plain", "late");

    consumer.cancel();
    connection.drainEvents(Duration.ZERO);

    assertThat(handled).containsExactly("late");
  }

  @Test
  void tellsOfALostConnectionOnceAndDropsWhatItHadDelivered() {
    consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));
    deliver("jobs", "text/plain", "dead");

    broker.last().lose(OperationalException.lost("gone", null));

    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO))
        .isInstanceOf(OperationalException.class)
        .hasMessage("gone");
    connection.execute(() -> handled.add("task"));
    assertThat(connection.drainEvents(Duration.ZERO)).isEqualTo(1);
    assertThat(connection.drainEvents(Duration.ZERO)).isZero();
    assertThat(handled).containsExactly("task");
  }

  @Test
  void declaresAQueueThatWasDeletedAgainAlthoughTheConnectionStands() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS).handler(this::handle));
    FakeChannel.Consuming ended = consumingChannel().consumers.get("tag-jobs");
    ended.sink().ended(OperationalException.lost("queue 'jobs' was deleted", null));
    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO))
        .isInstanceOf(OperationalException.class);

    consumer.consume();

    assertThat(broker.connections).hasSize(1);
    assertThat(broker.last().declared).filteredOn("queue jobs"::equals).hasSize(2);
  }

  @Test
  void startsAgainOnANewConnectionWhenItsOwnerSaysSo() {
    Consumer consumer =
        consuming(connection.consumer().queue(JOBS).prefetch(4).handler(this::handle));
    consumer.prefetch(9);
    broker.last().lose(OperationalException.lost("gone", null));
    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO)).hasMessage("gone");

    consumer.consume();
    deliver("jobs", "text/plain", "again");
    connection.drainEvents(Duration.ZERO);

    assertThat(broker.connections).hasSize(2);
    assertThat(broker.last().declared).contains("queue jobs");
    assertThat(consumingChannel().consumers.get("tag-jobs").options().prefetch()).isEqualTo(9);
    assertThat(handled).containsExactly("again");
  }

  @Test
  void tellsOfTheLossAlsoIfSomebodyElseHasConnectedAgainMeanwhile() {
    consuming(connection.consumer().queue(JOBS).handler(this::handle));
    broker.last().lose(OperationalException.lost("gone", null));

    connection.producer().build().publish("other use", PublishOptions.to("jobs"));

    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO)).hasMessage("gone");
  }

  @Test
  void doesNotTellOfALossThatNobodyConsumedThrough() {
    connection.connect();
    broker.last().lose(OperationalException.lost("gone", null));

    consuming(connection.consumer().queue(JOBS).handler(this::handle));

    assertThat(connection.drainEvents(Duration.ZERO)).isZero();
  }

  @Test
  void tellsOfAFailedChannelOnceForAllItsQueues() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));
    deliver("jobs", "text/plain", "dead");

    consumingChannel().fail(OperationalException.refused("timed out", 406, null));

    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO)).hasMessage("timed out");
    assertThat(connection.drainEvents(Duration.ZERO)).isZero();
    assertThat(handled).isEmpty();
    consumer.consume();
    assertThat(consumer.isConsumingFrom("jobs")).isTrue();
    assertThat(consumer.isConsumingFrom("mail")).isTrue();
  }

  @Test
  void tellsOfAQueueThatWasDeletedAndGoesOnWithTheOthers() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));
    FakeChannel.Consuming mail = consumingChannel().consumers.remove("tag-mail");

    mail.sink().ended(OperationalException.lost("queue mail was deleted", null));
    deliver("jobs", "text/plain", "alive");

    assertThatThrownBy(() -> connection.drainEvents(Duration.ZERO))
        .hasMessage("queue mail was deleted");
    connection.drainEvents(Duration.ZERO);
    assertThat(handled).containsExactly("alive");
    assertThat(consumer.isConsumingFrom("mail")).isFalse();
    consumer.consume();
    assertThat(consumer.isConsumingFrom("mail")).isTrue();
  }

  @Test
  void purgesAllItsQueues() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS, MAIL).handler(this::handle));

    assertThat(consumer.purge()).isEqualTo(4);
  }

  @Test
  void closesItsChannel() {
    Consumer consumer = consuming(connection.consumer().queue(JOBS).handler(this::handle));
    FakeChannel channel = consumingChannel();

    consumer.close();
    consumer.close();

    assertThat(channel.isOpen()).isFalse();
    assertThat(consumer.isConsumingFrom("jobs")).isFalse();
  }

  private static Consumer consuming(ConsumerBuilder builder) {
    Consumer consumer = builder.build();
    consumer.consume();
    return consumer;
  }

  private void handle(Object body, Message message) {
    handled.add(body);
  }

  private FakeChannel consumingChannel() {
    return broker.last().channels.stream()
        .filter(channel -> channel.purpose == ChannelPurpose.CONSUMING)
        .filter(channel -> !channel.consumers.isEmpty())
        .findFirst()
        .orElseGet(() -> broker.last().channels.get(0));
  }

  private List<String> settled() {
    return broker.last().channels.stream().flatMap(channel -> channel.settled.stream()).toList();
  }

  private void deliver(String queue, String contentType, String body) {
    MessageProperties properties =
        MessageProperties.builder().contentType(contentType).contentEncoding("utf-8").build();
    consumingChannel()
        .deliver(
            queue,
            new TransportMessage(properties, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }
}
