package io.github.celeryjava.kombu.transport.memory;

import static io.github.celeryjava.kombu.transport.virtual.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.virtual.DeliveryQueue;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDeliveryTest {

  private final MemoryChannels channels = new MemoryChannels();
  private final DeliveryQueue sink = new DeliveryQueue();

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aConsumerReceivesWhatIsPublishedBeforeAndAfterItBegins() throws Exception {
    Channel channel = channels.open();
    declare(channel, "before");

    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    channel.publish(Destination.queue("jobs"), message("after")).join();

    assertThat(List.of(sink.nextText(), sink.nextText())).containsExactly("before", "after");
  }

  @Test
  void closingAChannelGivesItsUnsettledMessagesBackInOrderAndMarked() {
    Channel first = channels.open();
    declare(first, "m0", "m1", "m2", "m3");
    assertThat(first.get("jobs", AckMode.MANUAL)).isPresent();
    first.get("jobs", AckMode.MANUAL).orElseThrow().receipt().ack();
    assertThat(first.get("jobs", AckMode.MANUAL)).isPresent();

    first.close();

    Channel second = channels.open();
    List<Delivery> again =
        List.of(
            second.get("jobs", AckMode.MANUAL).orElseThrow(),
            second.get("jobs", AckMode.MANUAL).orElseThrow(),
            second.get("jobs", AckMode.MANUAL).orElseThrow());
    assertThat(again).extracting(DeliveryQueue::text).containsExactly("m0", "m2", "m3");
    assertThat(again).extracting(Delivery::redelivered).containsExactly(true, true, false);
  }

  @Test
  void whatOneConnectionGivesBackAnotherReceivesAtOnce() throws Exception {
    Channel first = channels.open();
    declare(first, "a", "b");
    DeliveryQueue holder = new DeliveryQueue();
    first.consume("jobs", ConsumeOptions.prefetching(0), holder);
    holder.next();
    holder.next();
    channels.open().consume("jobs", ConsumeOptions.prefetching(0), sink);

    first.close();

    assertThat(List.of(sink.nextText(), sink.nextText())).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anInterruptedThreadMayDoEverythingAndStaysInterrupted() throws Exception {
    TransportConnection connection = channels.connect();
    Channel channel = channels.open();
    Channel watcher = channels.open();
    CountDownLatch done = new CountDownLatch(1);
    declare(channel, "a", "b", "c");
    boolean[] interrupted = new boolean[1];
    Thread thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              useAll(channel);
              connection.close();
              interrupted[0] = Thread.currentThread().isInterrupted();
              done.countDown();
            });

    thread.start();

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(interrupted[0]).isTrue();
    assertThat(watcher.inspectQueue("jobs").orElseThrow().messages()).isEqualTo(2);
  }

  /** Leaves two of three messages, by acknowledging one, requeueing one and leaving one alone. */
  private void useAll(Channel channel) {
    channel.declare(Queue.named("jobs"));
    channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().ack();
    channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().requeue();
    String tag = channel.consume("others", ConsumeOptions.prefetching(1), sink);
    channel.prefetch(tag, 2);
    channel.cancel(tag);
    channel.close();
  }

  private static void declare(Channel channel, String... texts) {
    channel.declare(Queue.named("jobs"));
    channel.declare(Queue.named("others"));
    for (String text : texts) {
      channel.publish(Destination.queue("jobs"), message(text)).join();
    }
  }
}
