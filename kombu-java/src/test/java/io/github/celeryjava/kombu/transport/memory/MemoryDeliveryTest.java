package io.github.celeryjava.kombu.transport.memory;

import static io.github.celeryjava.kombu.transport.virtual.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.virtual.RecordingSink;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDeliveryTest {

  private final MemoryChannels channels = new MemoryChannels();
  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aConsumerReceivesWhatIsPublishedBeforeAndAfterItBegins() throws Exception {
    Channel channel = channels.open();
    channel.declare(Queue.named("jobs"));
    channel.publish(Destination.queue("jobs"), message("before")).join();

    channel.consume("jobs", ConsumeOptions.prefetching(0), sink);
    channel.publish(Destination.queue("jobs"), message("after")).join();

    assertThat(List.of(sink.nextText(), sink.nextText())).containsExactly("before", "after");
  }

  @Test
  void noMoreIsDeliveredThanThePrefetchCountUntilSomethingIsSettled() throws Exception {
    Channel channel = channels.open();
    channel.declare(Queue.named("jobs"));
    for (int i = 0; i < 5; i++) {
      channel.publish(Destination.queue("jobs"), message("m" + i)).join();
    }

    channel.consume("jobs", ConsumeOptions.prefetching(2), sink);
    Delivery first = sink.next();
    assertThat(sink.nextText()).isEqualTo("m1");
    assertThat(channel.declare(Queue.named("jobs")).messages()).isEqualTo(3);

    first.receipt().ack();
    assertThat(sink.nextText()).isEqualTo("m2");
    assertThat(sink.waiting()).isZero();
  }

  @Test
  void closingAChannelGivesItsUnsettledMessagesBackInOrderAndMarked() {
    Channel first = channels.open();
    first.declare(Queue.named("jobs"));
    for (int i = 0; i < 4; i++) {
      first.publish(Destination.queue("jobs"), message("m" + i)).join();
    }
    for (int i = 0; i < 3; i++) {
      Delivery delivery = first.get("jobs", AckMode.MANUAL).orElseThrow();
      if (i == 1) {
        delivery.receipt().ack();
      }
    }

    first.close();

    Channel second = channels.open();
    List<Delivery> again =
        List.of(
            second.get("jobs", AckMode.MANUAL).orElseThrow(),
            second.get("jobs", AckMode.MANUAL).orElseThrow(),
            second.get("jobs", AckMode.MANUAL).orElseThrow());
    assertThat(again).extracting(RecordingSink::text).containsExactly("m0", "m2", "m3");
    assertThat(again).extracting(Delivery::redelivered).containsExactly(true, true, false);
  }

  @Test
  void settlingTwiceIsReportedAndChangesNothing() {
    Channel channel = channels.open();
    channel.declare(Queue.named("jobs"));
    channel.publish(Destination.queue("jobs"), message("work")).join();
    Delivery delivery = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    delivery.receipt().requeue();

    assertThatThrownBy(() -> delivery.receipt().ack()).isInstanceOf(MessageStateException.class);
    assertThat(channel.declare(Queue.named("jobs")).messages()).isEqualTo(1);
  }

  @Test
  void aFanoutExchangeCopiesToEveryQueue() throws Exception {
    Channel channel = channels.open();
    RecordingSink other = new RecordingSink();
    channel.declare(Queue.bound("a", Exchange.fanout("news"), ""));
    channel.declare(Queue.bound("b", Exchange.fanout("news"), ""));
    channel.consume("a", ConsumeOptions.prefetching(0), sink);
    channel.consume("b", ConsumeOptions.prefetching(0), other);

    channel.publish(Destination.exchange("news", "any"), message("hello")).join();

    assertThat(sink.nextText()).isEqualTo("hello");
    assertThat(other.nextText()).isEqualTo("hello");
  }
}
