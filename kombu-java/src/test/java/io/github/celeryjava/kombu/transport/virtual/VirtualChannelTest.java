package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VirtualChannelTest {

  private final OperationalException refusal =
      OperationalException.refused("no queue 'jobs'", 404, null);
  private final OperationalException loss = OperationalException.lost("server gone", null);
  private final FakeStore store = new FakeStore();
  private final RecordingListener listener = new RecordingListener();
  private final VirtualConnection connection =
      VirtualConnection.open(store, ConnectionOptions.defaults(), listener, "fake://");
  private final Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
  private final DeliveryQueue sink = new DeliveryQueue();

  /** Not the common pool, which has one thread only on a machine with two processors. */
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
    connection.close();
  }

  @Test
  void aRefusalClosesTheChannelAndNoOther() throws Exception {
    Channel other = connection.openChannel(ChannelPurpose.CONSUMING);
    channel.consume("others", ConsumeOptions.prefetching(0), sink);
    store.failOn("purgeQueue", refusal);

    assertThatThrownBy(() -> channel.purgeQueue("jobs")).isSameAs(refusal);

    assertThat(channel.isOpen()).isFalse();
    assertThat(sink.end()).isSameAs(refusal);
    assertThat(store.journal("removeConsumer")).hasSize(1);
    assertThat(other.isOpen()).isTrue();
    assertThat(listener.heardOfLoss()).isFalse();
    assertThatThrownBy(() -> channel.declareQueue(Queue.named("jobs")))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue())
        .hasMessageContaining("no queue 'jobs'");
  }

  @Test
  void aRefusedInspectionLeavesTheChannelOpen() {
    store.failOn("inspectQueue", OperationalException.busy("locked", 405, null));

    assertThatThrownBy(() -> channel.inspectQueue("jobs")).hasMessage("locked");

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aLossEndsEveryChannelAndIsReportedLastOfAll() throws Exception {
    Channel other = connection.openChannel(ChannelPurpose.CONSUMING);
    other.consume("jobs", ConsumeOptions.prefetching(0), sink);
    store.failOn("declareQueue", loss);

    assertThatThrownBy(() -> channel.declareQueue(Queue.named("jobs"))).isSameAs(loss);

    assertThat(listener.loss()).isSameAs(loss);
    assertThat(sink.hasEnded()).isTrue();
    assertThat(other.isOpen()).isFalse();
    assertThat(connection.isOpen()).isFalse();
    assertThat(store.journal("abort")).hasSize(1);
    assertThat(store.journal("removeConsumer")).isEmpty();
    assertThatThrownBy(() -> connection.openChannel(ChannelPurpose.CONSUMING))
        .isInstanceOf(OperationalException.class);
  }

  @Test
  void aLossThatTheStoreReportsByItselfIsReportedOnce() throws Exception {
    store.listener().lost(loss);
    store.listener().lost(loss);

    assertThat(listener.loss()).isSameAs(loss);
    connection.close();
    assertThat(listener.heardOfLoss()).isFalse();
    assertThat(store.journal("abort")).hasSize(1);
    assertThat(store.journal("close")).isEmpty();
  }

  @Test
  void aPublishIsConfirmedWhenTheStoreSaysSo() {
    store.confirmLater();

    CompletableFuture<Void> confirmed = publish();
    assertThat(confirmed).isNotDone();
    store.publishes().get(0).complete(null);

    assertThat(confirmed).isCompleted();
  }

  @Test
  void aPublishDoesNotWaitForACallThatWaitsForTheServer() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    store.onPurge(
        () -> {
          waiting.countDown();
          await().until(() -> answer.getCount() == 0);
        });
    CompletableFuture<?> call =
        CompletableFuture.runAsync(() -> channel.purgeQueue("jobs"), threads);
    waiting.await();

    assertThat(CompletableFuture.runAsync(() -> publish().join(), threads))
        .succeedsWithin(Duration.ofSeconds(10));

    assertThat(call).isNotDone();
    answer.countDown();
    assertThat(call).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aPublishOnAClosedChannelFailsItsFuture() {
    channel.close();

    assertThat(publish())
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue());
    assertThat(store.journal("publish")).isEmpty();
  }

  @Test
  void aMessageRefusedForNowEndsNeitherChannelNorConnection() {
    store.failOn("publish", new MessageRefusedException("out of memory", 0));

    assertThat(publish()).isCompletedExceptionally();

    assertThat(channel.isOpen()).isTrue();
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void aRefusedMessageFailsAloneAndLeavesTheChannelOpen() {
    store.confirmLater();
    CompletableFuture<Void> first = publish();
    CompletableFuture<Void> second = publish();

    store.publishes().get(0).completeExceptionally(new MessageRefusedException("no route", 312));
    store.publishes().get(1).complete(null);

    assertThat(first)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(MessageRefusedException.class);
    assertThat(second).isCompleted();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aPublishToNowhereClosesTheChannelAndFailsWhatIsPending() {
    store.confirmLater();
    CompletableFuture<Void> pending = publish();
    CompletableFuture<Void> wrong = publish();

    store.publishes().get(1).completeExceptionally(refusal);

    assertThat(wrong).isCompletedExceptionally();
    assertThat(pending).isCompletedExceptionally();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void closingFailsPublishesThatAreNotConfirmed() {
    store.confirmLater();
    CompletableFuture<Void> pending = publish();

    channel.close();
    store.publishes().get(0).complete(null);

    assertThat(pending).isCompletedExceptionally();
  }

  @Test
  void closingStopsConsumersGivesBackAndFlushesInThisOrder() throws Exception {
    store.put("jobs", "a", "b");
    channel.consume("jobs", ConsumeOptions.prefetching(2), sink);
    sink.next().receipt().ack();
    sink.next();
    int before = store.journal().size();

    channel.close();

    assertThat(store.journal().subList(before, store.journal().size()))
        .filteredOn(entry -> !entry.startsWith("take") && !entry.startsWith("arm"))
        .containsExactly("giveBack b", "removeConsumer jobs", "flush ");
    assertThat(sink.hasEnded()).isFalse();
  }

  @Test
  void closingNeverThrows() {
    channel.consume("jobs", ConsumeOptions.prefetching(2), sink);
    store.failOn("removeConsumer", loss);
    store.failOn("flush", loss);

    channel.close();

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void abortingAsksTheStoreForNothingThatCouldWait() {
    channel.consume("jobs", ConsumeOptions.prefetching(2), sink);

    connection.abort();

    assertThat(channel.isOpen()).isFalse();
    assertThat(store.journal("removeConsumer")).isEmpty();
    assertThat(store.journal("flush")).isEmpty();
    assertThat(store.journal("abort")).hasSize(1);
  }

  @Test
  void aChannelThatIsClosedWhileAGetIsUnderWayKeepsNothing() {
    store.put("jobs", "a");
    store.onTake(channel::close);

    assertThatThrownBy(() -> channel.get("jobs", AckMode.MANUAL))
        .isInstanceOf(OperationalException.class);

    assertThat(store.contents("jobs")).containsExactly("a");
  }

  @Test
  void aChannelThatIsClosedWhileAConsumerBeginsHasNone() {
    store.onAddConsumer(channel::close);

    assertThatThrownBy(() -> channel.consume("jobs", ConsumeOptions.prefetching(1), sink))
        .isInstanceOf(OperationalException.class);

    assertThat(store.journal("removeConsumer")).containsExactly("removeConsumer jobs");
  }

  @Test
  void aConsumerTagIsTakenOnceOnly() {
    ConsumeOptions mine = new ConsumeOptions("mine", AckMode.MANUAL, 1, false, Map.of());
    channel.consume("jobs", mine, sink);

    assertThatThrownBy(() -> channel.consume("others", mine, sink)).hasMessageContaining("mine");

    assertThat(store.journal("addConsumer")).containsExactly("addConsumer jobs");
  }

  @Test
  void cancellingWhatIsNoConsumerDoesNothing() {
    channel.cancel("nobody");

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void theConsumersOfADeletedQueueEndAndTheirDeliveriesCanStillBeSettled() throws Exception {
    store.put("jobs", "a");
    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    Delivery held = sink.next();

    store.listener().deleted("jobs");

    assertThat(sink.end().isRecoverable()).isTrue();
    held.receipt().ack();
    assertThat(store.journal("ack")).containsExactly("ack a");
    assertThat(store.journal("removeConsumer")).isEmpty();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aSingleGetIsSettledLikeAnyDelivery() {
    store.put("jobs", "a", "b");

    Delivery held = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    channel.get("jobs", AckMode.NONE).orElseThrow().receipt().ack();
    held.receipt().reject();

    assertThat(store.journal("take")).containsExactly("take jobs 1 MANUAL", "take jobs 1 NONE");
    assertThat(store.journal()).contains("reject a").doesNotContain("ack b");
    assertThat(store.journal("arm")).isEmpty();
  }

  @Test
  void aQueueWithoutANameGetsOneBeforeTheStoreSeesIt() {
    String name = channel.declareQueue(Queue.named("")).name();

    assertThat(name).startsWith("amq.gen-");
    assertThat(store.journal("declareQueue")).containsExactly("declareQueue " + name);
  }

  @Test
  void theStoreLearnsOfExchangesThatAreNotDeclaredButNotOfTheDefaultOne() {
    channel.declareExchange(Exchange.DEFAULT);
    channel.declareExchange(Exchange.topic("events").undeclared());

    assertThat(store.journal("declareExchange")).containsExactly("declareExchange events");
  }

  @Test
  void whatVirtualTransportsCannotDoIsRefused() {
    Binding toDefault = Binding.of(Exchange.DEFAULT, "key");
    Binding toExchange = Binding.of(Exchange.direct("source"), "key");

    assertThatThrownBy(() -> fresh().bindQueue("jobs", toDefault))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(403));
    assertThatThrownBy(() -> fresh().bindExchange("target", toExchange))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(540))
        .hasMessageContaining("target");
  }

  @Test
  void closingTheConnectionClosesItsChannelsFirst() {
    connection.close();
    connection.close();

    await().until(() -> !channel.isOpen());
    assertThat(store.journal()).endsWith("flush ", "close ");
    assertThat(listener.heardOfLoss()).isFalse();
  }

  private Channel fresh() {
    return connection.openChannel(ChannelPurpose.CONSUMING);
  }

  private CompletableFuture<Void> publish() {
    return channel.publish(Destination.queue("jobs"), Messages.message("work"));
  }
}
