package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QueuePollerTest {

  private final FakeStore store = new FakeStore();
  private final RecordingListener listener = new RecordingListener();
  private final VirtualConnection connection =
      VirtualConnection.open(store, ConnectionOptions.defaults(), listener, "fake://");
  private final Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
  private final DeliveryQueue sink = new DeliveryQueue();

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void anIdleQueueIsAskedOnceAndThenArmed() throws Exception {
    channel.consume("jobs", ConsumeOptions.prefetching(5), sink);
    await().until(() -> store.isArmed("jobs"));

    store.put("jobs", "a");

    assertThat(sink.nextText()).isEqualTo("a");
    await().until(() -> store.isArmed("jobs"));
    assertThat(store.journal("take")).hasSize(2);
    assertThat(store.journal("arm")).hasSize(2);
  }

  @Test
  void aConsumerIsGivenNoMoreThanItHasRoomForAndItsQueueIsNotArmedMeanwhile() throws Exception {
    store.put("jobs", "a", "b", "c", "d");

    channel.consume("jobs", ConsumeOptions.prefetching(3), sink);
    Delivery first = sink.next();
    sink.next();
    sink.next();
    assertThat(store.journal("take")).containsExactly("take jobs 3 MANUAL");
    assertThat(store.journal("arm")).isEmpty();
    first.receipt().ack();

    assertThat(sink.nextText()).isEqualTo("d");
    assertThat(store.journal("take")).containsExactly("take jobs 3 MANUAL", "take jobs 1 MANUAL");
  }

  @Test
  void aLongQueueDoesNotHoldUpAnother() throws Exception {
    String[] many = IntStream.range(0, 200).mapToObj(i -> "long" + i).toArray(String[]::new);
    store.put("long", many).put("short", "urgent");
    List<String> heard = new CopyOnWriteArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    DeliverySink both = new WaitingSink(go, heard);
    channel.consume("long", ConsumeOptions.prefetching(0), both);
    channel.consume("short", ConsumeOptions.prefetching(0), both);

    go.countDown();
    await().until(() -> heard.size() == 201);

    assertThat(heard.indexOf("urgent")).isLessThanOrEqualTo(64);
  }

  @Test
  void consumersOfOneQueueAreServedInTurn() throws Exception {
    DeliveryQueue other = new DeliveryQueue();
    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    channel.consume("jobs", ConsumeOptions.prefetching(0), other);
    await().until(() -> store.isArmed("jobs"));

    store.put("jobs", "1", "2", "3", "4", "5", "6");

    await().until(() -> sink.waiting() + other.waiting() == 6);
    assertThat(sink.waiting()).isEqualTo(3);
    assertThat(other.waiting()).isEqualTo(3);
  }

  @Test
  void aFullConsumerLeavesItsTurnToAnother() throws Exception {
    DeliveryQueue other = new DeliveryQueue();
    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);
    channel.consume("jobs", ConsumeOptions.prefetching(0), other);

    store.put("jobs", "1", "2", "3", "4", "5", "6");

    await().until(() -> sink.waiting() + other.waiting() == 6);
    assertThat(sink.waiting()).isEqualTo(1);
    assertThat(other.waiting()).isEqualTo(5);
  }

  @Test
  void raisingThePrefetchCountWakesThePoller() throws Exception {
    store.put("jobs", "a", "b", "c");
    String tag = channel.consume("jobs", ConsumeOptions.prefetching(1), sink);
    sink.next();

    channel.prefetch(tag, 0);

    assertThat(List.of(sink.nextText(), sink.nextText())).containsExactly("b", "c");
  }

  @Test
  void whatWasTakenForACancelledConsumerGoesBackInOrder() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<String> heard = new CopyOnWriteArrayList<>();
    store.put("jobs", "a", "b", "c", "d");
    String tag = channel.consume("jobs", ConsumeOptions.prefetching(0), new WaitingSink(go, heard));
    await().until(() -> store.contents("jobs").isEmpty());
    Thread cancel = new Thread(() -> channel.cancel(tag));

    cancel.start();
    await().until(() -> cancel.getState() == Thread.State.WAITING);
    go.countDown();
    cancel.join();

    await().until(() -> store.contents("jobs").size() == 3);
    assertThat(heard).containsExactly("a");
    assertThat(store.contents("jobs")).containsExactly("b", "c", "d");
  }

  @Test
  void aMessageTakenWithoutSettlingGoesBackIfItsConsumerIsGone() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<String> heard = new CopyOnWriteArrayList<>();
    store.put("jobs", "a", "b", "c");
    ConsumeOptions unsettled = new ConsumeOptions(null, AckMode.NONE, 0, false, Map.of());
    String tag = channel.consume("jobs", unsettled, new WaitingSink(go, heard));
    await().until(() -> store.contents("jobs").isEmpty());
    Thread cancel = new Thread(() -> channel.cancel(tag));

    cancel.start();
    await().until(() -> cancel.getState() == Thread.State.WAITING);
    go.countDown();
    cancel.join();

    await().until(() -> store.contents("jobs").size() == 2);
    assertThat(heard).containsExactly("a");
    assertThat(store.contents("jobs")).containsExactly("b", "c");
  }

  @Test
  void aSinkThatThrowsKeepsNobodyElseFromBeingServed() throws Exception {
    store.put("bad", "x").put("good", "y");
    channel.consume("bad", ConsumeOptions.prefetching(0), new ThrowingSink());

    channel.consume("good", ConsumeOptions.prefetching(0), sink);

    assertThat(sink.nextText()).isEqualTo("y");
  }

  @Test
  void anErrorOnTheThreadEndsTheConnectionInsteadOfStallingIt() throws Exception {
    channel.consume("quiet", ConsumeOptions.prefetching(0), sink);
    channel.consume("bad", ConsumeOptions.prefetching(0), new FailingSink());

    store.put("bad", "x");

    assertThat(listener.loss().isRecoverable()).isTrue();
    assertThat(sink.hasEnded()).isTrue();
    assertThat(store.contents("bad")).containsExactly("x");
  }

  @Test
  void aQueueThatTheStoreRefusesEndsItsConsumerAndLeavesTheRest() throws Exception {
    DeliveryQueue other = new DeliveryQueue();
    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    await().until(() -> store.isArmed("jobs"));
    store.failOn("take", OperationalException.refused("not yours", 403, null));

    store.put("jobs", "a");

    assertThat(sink.end().replyCode()).isEqualTo(403);
    store.failOn("take", null);
    store.put("others", "b");
    channel.consume("others", ConsumeOptions.prefetching(0), other);
    assertThat(other.nextText()).isEqualTo("b");
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void aQueueThatIsGoneWhenItIsPolledEndsItsConsumerAsIfItsDeletionHadBeenHeardOf()
      throws Exception {
    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    await().until(() -> store.isArmed("jobs"));
    store.failOn("take", OperationalException.refused("no queue 'jobs'", 404, null));

    store.put("jobs", "a");
    OperationalException end = sink.end();
    store.listener().deleted("jobs");

    assertThat(end.isRecoverable()).isTrue();
    assertThat(end).hasMessageContaining("jobs");
    assertThat(sink.hasEnded()).isFalse();
  }

  @Test
  void aStoreThatIsLostWhilePollingEndsTheConnection() throws Exception {
    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    await().until(() -> store.isArmed("jobs"));
    store.failOn("take", OperationalException.lost("server gone", null));

    store.put("jobs", "a");

    assertThat(listener.loss()).hasMessage("server gone");
    assertThat(sink.end()).hasMessage("server gone");
    assertThat(connection.isOpen()).isFalse();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void deliveriesComeOnOnePlatformThreadOfTheConnection() throws Exception {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    DeliverySink watching = new ThreadSink(threads);
    store.put("one", "a").put("two", "b");
    channel.consume("one", ConsumeOptions.prefetching(0), watching);
    connection
        .openChannel(ChannelPurpose.CONSUMING)
        .consume("two", ConsumeOptions.prefetching(0), watching);

    await().until(() -> threads.size() == 2);

    assertThat(threads.get(0)).isSameAs(threads.get(1));
    assertThat(threads.get(0).getName()).isEqualTo("kombu-poller fake://");
    assertThat(threads.get(0).isDaemon()).isTrue();
  }

  @Test
  void theThreadEndsWithTheConnection() throws Exception {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    store.put("one", "a");
    channel.consume("one", ConsumeOptions.prefetching(0), new ThreadSink(threads));
    await().until(() -> threads.size() == 1);

    connection.close();

    threads.get(0).join(10_000);
    assertThat(threads.get(0).isAlive()).isFalse();
  }

  private record WaitingSink(CountDownLatch go, List<String> heard) implements DeliverySink {

    @Override
    public void accept(Delivery delivery) {
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      heard.add(DeliveryQueue.text(delivery));
    }

    @Override
    public void ended(OperationalException cause) {}
  }

  private static final class ThrowingSink implements DeliverySink {

    @Override
    public void accept(Delivery delivery) {
      throw new IllegalStateException("a broken sink");
    }

    @Override
    public void ended(OperationalException cause) {}
  }

  private static final class FailingSink implements DeliverySink {

    @Override
    public void accept(Delivery delivery) {
      throw new StackOverflowError("as if");
    }

    @Override
    public void ended(OperationalException cause) {}
  }

  private record ThreadSink(List<Thread> threads) implements DeliverySink {

    @Override
    public void accept(Delivery delivery) {
      threads.add(Thread.currentThread());
    }

    @Override
    public void ended(OperationalException cause) {}
  }
}
