package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.SilentListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class QueueOrderTest {

  /** Queues b, a and c are consumed from in this order, with three messages each. */
  @ParameterizedTest
  @CsvSource({
    "ROUND_ROBIN, b1 a1 c1 b2 a2 c2 b3 a3 c3",
    "SORTED,      a1 a2 a3 b1 b2 b3 c1 c2 c3",
    "PRIORITY,    b1 b2 b3 a1 a2 a3 c1 c2 c3"
  })
  void queuesAreServedInTheOrderThatTheStoreWants(QueueOrder order, String expected)
      throws Exception {
    FakeStore store = new FakeStore(order);
    VirtualConnection connection =
        VirtualConnection.open(
            store, ConnectionOptions.defaults(), SilentListener.INSTANCE, "fake://");
    Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
    CountDownLatch taking = new CountDownLatch(1);
    CountDownLatch everybodyIsThere = new CountDownLatch(1);
    DeliveryQueue blocker = new DeliveryQueue();
    store.put("first", "wait");
    store.onTake(
        () -> {
          taking.countDown();
          awaitUninterrupted(everybodyIsThere);
        });
    channel.consume("first", ConsumeOptions.prefetching(1), blocker);
    taking.await();
    DeliveryQueue sink = new DeliveryQueue();
    for (String queue : List.of("b", "a", "c")) {
      store.put(queue, queue + 1, queue + 2, queue + 3);
      // Two consumers each, so that the poller takes one message at a time.
      channel.consume(queue, ConsumeOptions.prefetching(0), sink);
      channel.consume(queue, ConsumeOptions.prefetching(0), sink);
    }

    everybodyIsThere.countDown();

    List<String> served = new ArrayList<>();
    while (served.size() < 9) {
      served.add(sink.nextText());
    }
    connection.close();
    assertThat(String.join(" ", served)).isEqualTo(expected);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
