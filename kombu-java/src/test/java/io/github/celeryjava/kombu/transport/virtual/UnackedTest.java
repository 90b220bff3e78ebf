package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnackedTest {

  private final FakeStore store = new FakeStore();
  private final AtomicInteger roomMade = new AtomicInteger();
  private final Unacked unacked = new Unacked(roomMade::incrementAndGet);
  private final VirtualConsumer consumer =
      new VirtualConsumer(
          "jobs", "tag", ConsumeOptions.prefetching(2), new DeliveryQueue(), unacked);

  UnackedTest() {
    store.attach(new DeafListener());
    store.put("jobs", "a", "b", "c", "d");
  }

  @Test
  void whatIsSettledReachesTheStoreOnce() {
    List<Unacked.Entry> held = unacked.add(take(3), null);

    held.get(0).ack();
    held.get(1).reject();
    held.get(2).requeue();

    assertThat(settled()).containsExactly("ack a", "reject b", "requeue c");
  }

  @Test
  void settlingAgainThrowsAndDoesNothing() {
    Unacked.Entry entry = unacked.add(take(1), null).get(0);
    entry.ack();

    assertThatThrownBy(entry::ack).isInstanceOf(MessageStateException.class);
    assertThatThrownBy(entry::reject).isInstanceOf(MessageStateException.class);
    assertThatThrownBy(entry::requeue).isInstanceOf(MessageStateException.class);
    assertThat(settled()).containsExactly("ack a");
  }

  @Test
  void closingGivesBackWhatIsLeftSoThatItStandsInItsOldOrder() {
    List<Unacked.Entry> held = unacked.add(take(2), null);
    unacked.add(take(2), consumer);
    held.get(1).ack();

    unacked.close();

    assertThat(store.journal("giveBack")).containsExactly("giveBack d", "giveBack c", "giveBack a");
    assertThat(store.contents("jobs")).containsExactly("a", "c", "d");
  }

  @Test
  void settlingAfterClosingDoesNothingHoweverOften() {
    Unacked.Entry entry = unacked.add(take(1), null).get(0);
    unacked.close();

    entry.ack();
    entry.reject();

    assertThat(settled()).isEmpty();
  }

  @Test
  void closingAgainGivesNothingBackTwice() {
    unacked.add(take(2), null);

    unacked.close();
    unacked.close();

    assertThat(store.journal("giveBack")).hasSize(2);
  }

  @Test
  void whatComesAfterClosingGoesStraightBack() {
    unacked.close();

    List<Unacked.Entry> held = unacked.add(take(2), consumer);

    assertThat(held).isEmpty();
    assertThat(store.contents("jobs")).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aConsumerHasRoomForItsPrefetchCountLessWhatItHolds() {
    assertThat(consumer.room()).isEqualTo(2);

    List<Unacked.Entry> held = unacked.add(take(2), consumer);
    assertThat(consumer.room()).isZero();

    held.get(1).ack();
    assertThat(consumer.room()).isEqualTo(1);
  }

  @Test
  void onlyAFullConsumerAnnouncesThatItHasRoomAgain() {
    List<Unacked.Entry> held = unacked.add(take(2), consumer);

    held.get(0).ack();
    held.get(1).ack();

    assertThat(roomMade).hasValue(1);
  }

  @Test
  void aLoweredLimitIsRespectedUntilEnoughIsSettled() {
    List<Unacked.Entry> held = unacked.add(take(2), consumer);
    consumer.limit(1);

    held.get(0).ack();
    assertThat(consumer.room()).isZero();
    held.get(1).ack();

    assertThat(consumer.room()).isEqualTo(1);
    assertThat(roomMade).hasValue(2);
  }

  @Test
  void withoutALimitThereIsAlwaysRoom() {
    consumer.limit(0);

    List<Unacked.Entry> held = unacked.add(take(4), consumer);
    held.get(0).ack();

    assertThat(consumer.room()).isEqualTo(Integer.MAX_VALUE);
    assertThat(roomMade).hasValue(0);
  }

  @Test
  void whatCouldNotBeDeliveredGoesBackOnceAndCountsNoLonger() {
    Unacked.Entry entry = unacked.add(take(1), consumer).get(0);

    entry.giveBack();
    entry.giveBack();
    unacked.close();

    assertThat(store.journal("giveBack")).containsExactly("giveBack a");
    assertThat(consumer.room()).isEqualTo(2);
  }

  private List<FakeStore.FakeMessage> take(int count) {
    return store.take("jobs", count, AckMode.MANUAL);
  }

  private List<String> settled() {
    return store.journal().stream().filter(e -> e.startsWith("ack") || e.startsWith("re")).toList();
  }
}
