package io.github.celeryjava.kombu.transport.memory;

import static io.github.celeryjava.kombu.transport.virtual.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConsumerCancelledException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.DeleteCondition;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.DeliveryQueue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryQueueRulesTest {

  private final MemoryChannels channels = new MemoryChannels();
  private final Channel channel = channels.open();

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aQueueWithPrioritiesServesHighOnesFirstAndEqualOnesInOrder() {
    channel.declare(Queue.builder("jobs").maxPriority(5).build());
    publish(message("low1", 1));
    publish(message("none"));
    publish(message("beyond", 200));
    publish(message("high", 5));
    publish(message("low2", 1));

    assertThat(takeAll()).containsExactly("beyond", "high", "low1", "low2", "none");
  }

  @Test
  void aQueueWithoutPrioritiesIgnoresThem() {
    channel.declare(Queue.named("jobs"));
    publish(message("first", 0));
    publish(message("second", 9));

    assertThat(takeAll()).containsExactly("first", "second");
  }

  @Test
  void aRequeuedMessageGoesBackToItsPlace() {
    channel.declare(Queue.named("jobs"));
    publish(message("a"));
    publish(message("b"));
    publish(message("c"));
    var a = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    var b = channel.get("jobs", AckMode.MANUAL).orElseThrow();

    b.receipt().requeue();
    a.receipt().requeue();

    assertThat(takeAll()).containsExactly("a", "b", "c");
  }

  @Test
  void aFullQueueDropsItsOldest() {
    channel.declare(Queue.builder("jobs").maxLength(2).build());

    Stream.of("a", "b", "c").forEach(text -> publish(message(text)));

    assertThat(takeAll()).containsExactly("b", "c");
  }

  @Test
  void aFullQueueRefusesNewMessagesIfItSaysSo() {
    channel.declare(
        Queue.builder("jobs").maxLength(1).argument("x-overflow", "reject-publish").build());
    publish(message("a"));

    CompletableFuture<Void> refused = channel.publish(Destination.queue("jobs"), message("b"));

    assertRefused(refused, 0);
    assertThat(takeAll()).containsExactly("a");
  }

  @Test
  void aMandatoryMessageThatReachesNoQueueIsRefusedAndTheChannelStaysOpen() {
    channel.declareExchange(Exchange.direct("geo"));

    CompletableFuture<Void> unrouted =
        channel.publish(new Destination("geo", "city", true), message("a"));
    CompletableFuture<Void> unknown = channel.publish(Destination.queue("nowhere"), message("b"));

    assertRefused(unrouted, 312);
    assertRefused(unknown, 312);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aMessageThatReachesNoQueueIsDroppedUnlessMandatory() {
    channel.declareExchange(Exchange.direct("geo"));

    assertThat(channel.publish(Destination.exchange("geo", "city"), message("a"))).isCompleted();
    assertThat(channel.publish(Destination.exchange("", "nowhere"), message("b"))).isCompleted();
    assertThat(channel.inspectQueue("nowhere")).isEmpty();
  }

  @Test
  void publishingToAnUnknownExchangeClosesTheChannel() {
    CompletableFuture<Void> failed =
        channel.publish(Destination.exchange("nowhere", "key"), message("a"));

    assertThat(failed)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(404));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatNamesAnUnknownQueueIsRefusedAndClosesTheChannel() {
    assertRefused(404, c -> c.consume("no", ConsumeOptions.prefetching(1), new DeliveryQueue()));
    assertRefused(404, c -> c.get("no", AckMode.MANUAL));
    assertRefused(404, c -> c.purgeQueue("no"));
    assertRefused(
        404,
        c ->
            c.bindQueue(
                "no", Queue.bound("no", Exchange.direct("amq.direct"), "k").allBindings().get(0)));
  }

  @Test
  void aQueueDeclaredDifferentlyIsRefusedAndTheErrorNamesBoth() {
    channel.declare(Queue.builder("jobs").messageTtl(Duration.ofSeconds(1)).build());
    Queue other = Queue.builder("jobs").notDurable().build();

    assertThatThrownBy(() -> channel.declare(other))
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.replyCode()).isEqualTo(406);
              assertThat(e.isRecoverable()).isFalse();
            })
        .hasMessage(
            "queue 'jobs' exists as durable {x-message-ttl=1000}"
                + " and cannot be declared as transient {}");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anArgumentThatMakesNoSenseIsRefused() {
    assertRefused(406, c -> c.declare(Queue.builder("a").argument("x-max-length", "many").build()));
    assertRefused(406, c -> c.declare(Queue.builder("b").argument("x-max-length", -1).build()));
    assertRefused(
        406, c -> c.declare(Queue.builder("c").argument("x-dead-letter-exchange", 1).build()));
  }

  @Test
  void anExclusiveQueueIsForItsConnectionAloneAndGoesWithIt() {
    TransportConnection owner = channels.connect();
    Channel mine = owner.openChannel(ChannelPurpose.CONSUMING);
    mine.declare(Queue.builder("mine").exclusive().build());
    mine.declare(Queue.builder("mine").exclusive().build());
    mine.publish(Destination.queue("mine"), message("a")).join();

    assertRefusedForNow(c -> c.declare(Queue.builder("mine").exclusive().build()));
    assertRefusedForNow(c -> c.get("mine", AckMode.MANUAL));
    assertRefusedForNow(c -> c.inspectQueue("mine"));
    assertRefusedForNow(c -> c.deleteQueue("mine"));
    channel.publish(Destination.queue("mine"), message("b")).join();
    assertThat(mine.inspectQueue("mine").orElseThrow().messages()).isEqualTo(2);
    owner.close();

    assertThat(channel.inspectQueue("mine")).isEmpty();
  }

  @Test
  void anAutoDeleteQueueGoesWithItsLastConsumerAndNotBefore() {
    channel.declare(Queue.builder("jobs").autoDelete().build());
    publish(message("a"));
    assertThat(channel.inspectQueue("jobs")).isPresent();
    Channel other = channels.open();
    String tag = channel.consume("jobs", ConsumeOptions.prefetching(0), new DeliveryQueue());
    other.consume("jobs", ConsumeOptions.prefetching(0), new DeliveryQueue());

    channel.cancel(tag);
    assertThat(channel.inspectQueue("jobs").orElseThrow().consumers()).isEqualTo(1);
    other.close();

    assertThat(channel.inspectQueue("jobs")).isEmpty();
  }

  @Test
  void anExclusiveConsumerIsTheOnlyOne() {
    channel.declare(Queue.named("jobs"));
    ConsumeOptions alone = new ConsumeOptions(null, AckMode.MANUAL, 1, true, Map.of());
    String tag = channel.consume("jobs", alone, new DeliveryQueue());

    assertRefused(403, c -> c.consume("jobs", ConsumeOptions.prefetching(1), new DeliveryQueue()));
    channel.cancel(tag);
    channel.consume("jobs", ConsumeOptions.prefetching(1), new DeliveryQueue());
    assertRefused(403, c -> c.consume("jobs", alone, new DeliveryQueue()));
  }

  @Test
  void aQueueCountsItsConsumersOnAllConnections() {
    channel.declare(Queue.named("jobs"));
    channel.consume("jobs", ConsumeOptions.prefetching(1), new DeliveryQueue());
    channel.consume("jobs", ConsumeOptions.prefetching(1), new DeliveryQueue());
    Channel other = channels.open();
    other.consume("jobs", ConsumeOptions.prefetching(1), new DeliveryQueue());

    assertThat(channel.inspectQueue("jobs").orElseThrow().consumers()).isEqualTo(3);
    other.close();
    assertThat(channel.inspectQueue("jobs").orElseThrow().consumers()).isEqualTo(2);
  }

  @Test
  void abortingAConnectionGivesItsMessagesBackLikeAServerThatLosesAClient() {
    channel.declare(Queue.named("jobs"));
    publish(message("a"));
    TransportConnection broken = channels.connect();
    Channel holder = broken.openChannel(ChannelPurpose.CONSUMING);
    assertThat(holder.get("jobs", AckMode.MANUAL)).isPresent();

    broken.abort();

    var again = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(again.redelivered()).isTrue();
  }

  @Test
  void settlingWhatCameFromADeletedQueueDoesNothing() {
    channel.declare(Queue.named("jobs"));
    publish(message("a"));
    var held = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    channel.deleteQueue("jobs");
    channel.declare(Queue.named("jobs"));

    held.receipt().requeue();

    assertThat(takeAll()).isEmpty();
  }

  @Test
  void aConsumerWhoseQueueIsDeletedIsToldThatItWasCancelled() {
    channel.declare(Queue.named("jobs"));
    RecordingSink sink = RecordingSink.holding();
    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);

    channels.open().deleteQueue("jobs");

    OperationalException end = sink.awaitEnd();
    assertThat(end).isInstanceOf(ConsumerCancelledException.class);
    assertThat(end.scope()).isEqualTo(OperationalException.Scope.CHANNEL);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aQueueWithConsumersIsNotDeletedIfThatWasAskedFor() {
    channel.declare(Queue.named("jobs"));
    channel.consume("jobs", ConsumeOptions.prefetching(1), RecordingSink.holding());

    assertThatThrownBy(() -> channels.open().deleteQueue("jobs", Set.of(DeleteCondition.IF_UNUSED)))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(406));
    assertThat(channel.inspectQueue("jobs")).isPresent();
  }

  @Test
  void noChannelDeletesAnExchangeOnlyIfItIsUnusedSinceItCannotTell() {
    channel.declareExchange(Exchange.direct("events"));

    assertThatThrownBy(() -> channel.deleteExchange("events", Set.of(DeleteCondition.IF_UNUSED)))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(540));
    channel.declareExchange(Exchange.direct("events").passively());
  }

  private void publish(TransportMessage message) {
    channel.publish(Destination.queue("jobs"), message).join();
  }

  private List<String> takeAll() {
    return Stream.generate(() -> channel.get("jobs", AckMode.NONE))
        .takeWhile(Optional::isPresent)
        .map(taken -> DeliveryQueue.text(taken.orElseThrow()))
        .toList();
  }

  private static void assertRefused(CompletableFuture<Void> future, int replyCode) {
    assertThat(future)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.replyCode()).isEqualTo(replyCode));
  }

  private void assertRefused(int replyCode, ChannelCall call) {
    Channel fresh = channels.open();
    assertThatThrownBy(() -> call.on(fresh))
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.replyCode()).isEqualTo(replyCode);
              assertThat(e.isRecoverable()).isFalse();
            });
    assertThat(fresh.isOpen()).isFalse();
  }

  private void assertRefusedForNow(ChannelCall call) {
    Channel fresh = channels.open();
    ThrowingCallable refused = () -> call.on(fresh);
    assertThatThrownBy(refused)
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.replyCode()).isEqualTo(405);
              assertThat(e.isRecoverable()).isTrue();
            });
  }

  private interface ChannelCall {
    void on(Channel channel);
  }
}
