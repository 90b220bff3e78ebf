package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static io.github.celeryjava.kombu.transport.redis.RedisProbe.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.params.SetParams;

/** How long a message is whose: renewal, and putting back what others have dropped. */
@Timeout(60)
class RedisLeasesIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final String SEP = "\u0006\u0016";

  private final RedisProbe redis = new RedisProbe(Services.redis());
  private final RedisConnector connector = connector(TIMEOUT);
  private final Channel channel = connector.open();

  @AfterEach
  void close() {
    connector.close();
    redis.close();
  }

  @Test
  @Tag("B10")
  void aMessageThatIsHeldForThreeTimesTheTimeoutIsDeliveredOnce() {
    RecordingSink first = RecordingSink.holding();
    RecordingSink second = RecordingSink.holding();
    redis.push("jobs", envelope("jobs", "t1", "long work"));
    channel.consume("jobs", ConsumeOptions.prefetching(1), first);
    Delivery held = first.await(1).get(0);
    String tag = redis.onlyTag();
    double taken = redis.times().get(tag);
    try (RedisConnector other = connector(TIMEOUT)) {
      other.open().consume("jobs", ConsumeOptions.prefetching(1), second);

      await().until(() -> redis.times().get(tag) - taken > 3.0 * TIMEOUT.toSeconds());
      held.receipt().ack();

      await().until(() -> redis.records().isEmpty());
    }
    assertThat(second.deliveries()).isEmpty();
    assertThat(redis.list("jobs")).isEmpty();
  }

  @Test
  @Tag("B10")
  void whatAProcessHasDroppedIsPutBackWithinTheTimeoutAndASweep() {
    RecordingSink sink = RecordingSink.acknowledging();
    orphan("t1", envelope("jobs", "t1", "dropped"), "", "jobs", -TIMEOUT.toMillis() + 500);

    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);

    Delivery again = sink.await(1).get(0);
    assertThat(text(again)).isEqualTo("dropped");
    assertThat(again.redelivered()).isTrue();
    await().until(() -> redis.records().isEmpty() && redis.times().isEmpty());
  }

  @Test
  void whatIsPutBackIsServedNextInTheOldOrder() {
    redis.push("jobs", envelope("jobs", "t3", "third"));
    orphan("t1", envelope("jobs", "t1", "first"), "", "jobs", -60_000);
    orphan("t2", envelope("jobs", "t2", "second"), "", "jobs", -50_000);
    consumeSomethingElse();

    await().until(() -> redis.list("jobs").size() == 3);

    assertThat(
            List.of(
                text(channel.get("jobs", AckMode.NONE).orElseThrow()),
                text(channel.get("jobs", AckMode.NONE).orElseThrow()),
                text(channel.get("jobs", AckMode.NONE).orElseThrow())))
        .containsExactly("first", "second", "third");
  }

  @Test
  void whatWasRoutedGoesToAllQueuesThatItIsRoutedToNowEachUnderATagOfItsOwn() {
    channel.declare(Queue.bound("one", Exchange.topic("t"), "a.*"));
    channel.declare(Queue.bound("two", Exchange.topic("t"), "#"));
    orphan("t1", envelope("x", "t1", "work"), "t", "a.b", -60_000);

    consumeSomethingElse();

    await().until(() -> redis.list("one").size() == 1 && redis.list("two").size() == 1);
    assertThat(redis.list("one").get(0)).isNotEqualTo(redis.list("two").get(0));
    assertThat(redis.list("one").get(0) + redis.list("two").get(0)).contains("\"t1\"");
    assertThat(redis.records()).isEmpty();
  }

  @Test
  void theTypeOfTheExchangeNeedNotBeKnown() {
    String topic = "a.*" + SEP + "^a\\.[^\\.]+$" + SEP + "topical";
    redis.jedis().sadd(redis.key("_kombu.binding.t"), topic);
    redis.jedis().sadd(redis.key("_kombu.binding.d"), "a.b" + SEP + SEP + "direct");
    orphan("t1", envelope("x", "t1", "work"), "t", "a.b", -60_000);
    orphan("t2", envelope("x", "t2", "work"), "d", "a.b", -60_000);

    consumeSomethingElse();

    await().until(() -> redis.list("topical").size() == 1 && redis.list("direct").size() == 1);
    assertThat(redis.records()).isEmpty();
  }

  @Test
  void aRecordThatLeadsNowhereStaysAndIsNotInTheWayOfOthers() {
    orphan("t1", envelope("x", "t1", "lost?"), "nowhere", "key", -60_000);
    redis.jedis().hset(redis.key("unacked"), "t2", "no record");
    redis.jedis().zadd(redis.key("unacked_index"), 1, "t2");
    orphan("t3", envelope("jobs", "t3", "found"), "", "jobs", -70_000);

    consumeSomethingElse();

    await().until(() -> redis.list("jobs").size() == 1);
    await().until(() -> redis.times().get("t1") > seconds() - 30);
    assertThat(redis.records()).containsOnlyKeys("t1", "t2");
    assertThat(redis.times()).containsOnlyKeys("t1", "t2");
  }

  @Test
  void aTimeWithoutARecordIsForgotten() {
    redis.jedis().zadd(redis.key("unacked_index"), 1, "t1");

    consumeSomethingElse();

    await().until(() -> redis.times().isEmpty());
  }

  @Test
  void aBroadcastThatWasHeldByAConsumerThatIsGoneIsForgotten() {
    channel.declareExchange(Exchange.fanout("f"));
    redis.jedis().sadd(redis.key("_kombu.binding.f"), SEP + SEP + "listener");
    orphan("t1", envelope("x", "t1", "news"), "f", "", -60_000);

    consumeSomethingElse();

    await().until(() -> redis.records().isEmpty());
    assertThat(redis.list("listener")).isEmpty();
  }

  @Test
  void nobodyLooksWhileSomebodyElseDoesAndTheLockIsGivenBackByItsHolderAlone() {
    redis.jedis().set(redis.key("unacked_mutex"), "theirs", new SetParams().px(1_500));
    orphan("t1", envelope("jobs", "t1", "dropped"), "", "jobs", -60_000);

    consumeSomethingElse();

    await().until(() -> redis.list("jobs").size() == 1);
    assertThat(redis.jedis().get(redis.key("unacked_mutex"))).isNull();
  }

  @Test
  void noMoreThanTheLimitIsPutBackAtOnce() {
    try (RedisConnector limited =
        connector(TIMEOUT, Map.of("unacked_restore_limit", 2, "unacked_restore_interval", 3600))) {
      for (int i = 0; i < 5; i++) {
        orphan("t" + i, envelope("jobs", "t" + i, "work"), "", "jobs", -60_000 - i);
      }

      limited.open().consume("other", ConsumeOptions.prefetching(1), RecordingSink.holding());

      await().until(() -> redis.list("jobs").size() == 2);
      await().until(() -> redis.jedis().get(redis.key("unacked_mutex")) == null);
      assertThat(redis.records()).hasSize(3);
    }
  }

  @Test
  void manyDroppedMessagesArePutBackInOneSweep() {
    for (int i = 0; i < 1_000; i++) {
      orphan("t" + i, envelope("jobs", "t" + i, "work"), "", "jobs", -60_000 - i);
    }

    consumeSomethingElse();

    await().atMost(Duration.ofSeconds(5)).until(() -> redis.list("jobs").size() == 1_000);
    assertThat(redis.records()).isEmpty();
  }

  @Test
  void settlingAMessageThatSomebodyElseHasByNowDoesNothing() {
    redis.push("jobs", envelope("jobs", "t1", "work"));
    Delivery held = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    takenForDead();
    try (RedisConnector other = connector(TIMEOUT)) {
      assertThat(other.open().get("jobs", AckMode.MANUAL)).isPresent();
      Map<String, String> records = redis.records();

      held.receipt().requeue();
      channel.close();

      assertThat(redis.records()).hasSize(1).isEqualTo(records);
      assertThat(redis.list("jobs")).isEmpty();
    }
  }

  @Test
  void whatALostConnectionHeldIsNotPutBackTwice() {
    redis.push("jobs", envelope("jobs", "t1", "work"));
    TransportConnection abandoned = connector.connect();
    assertThat(abandoned.openChannel(ChannelPurpose.CONSUMING).get("jobs", AckMode.MANUAL))
        .isPresent();
    takenForDead();
    Delivery again = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    redis.push("jobs", envelope("jobs", "t2", "held by another connection"));
    assertThat(connector.open().get("jobs", AckMode.MANUAL)).isPresent();
    TransportConnection second = connector.connect();
    redis.push("jobs", envelope("jobs", "t3", "dropped"));
    assertThat(second.openChannel(ChannelPurpose.CONSUMING).get("jobs", AckMode.MANUAL))
        .isPresent();

    abandoned.abort();
    second.abort(); // what it held goes back after what the first one held

    await().until(() -> redis.list("jobs").size() == 1);
    assertThat(redis.list("jobs").get(0)).contains("\"t3\"");
    assertThat(redis.records()).hasSize(2);
    again.receipt().ack();
    await().until(() -> redis.records().size() == 1);
  }

  @Test
  void anIndexThatWasEvictedComesBack() {
    orphan("t1", envelope("jobs", "t1", "dropped"), "", "jobs", 0);
    redis.push("other", envelope("other", "t2", "held"));
    RecordingSink sink = RecordingSink.holding();
    channel.consume("other", ConsumeOptions.prefetching(1), sink);
    Delivery held = sink.await(1).get(0);

    redis.jedis().del(redis.key("unacked_index"));

    await().until(() -> redis.list("jobs").size() == 1);
    assertThat(redis.times()).containsOnlyKeys(redis.onlyTag());
    held.receipt().ack();
    await().until(() -> redis.records().isEmpty() && redis.times().isEmpty());
    assertThat(redis.list("other")).isEmpty();
  }

  @Test
  void aRecordThatCannotGoBackIsNotInTheWayOfOthers() {
    redis.jedis().set(redis.key("broken"), "no list");
    orphan("t1", envelope("broken", "t1", "stuck"), "", "broken", -60_000);
    orphan("t2", envelope("jobs", "t2", "found"), "", "jobs", -70_000);

    consumeSomethingElse();

    await().until(() -> redis.list("jobs").size() == 1);
    assertThat(redis.records()).containsOnlyKeys("t1");
  }

  @Test
  void aMessageThatWasTakenAwayIsNoticed() {
    redis.push("jobs", envelope("jobs", "t1", "work"));
    Delivery held = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    redis.jedis().del(redis.key("unacked_index"), redis.key("unacked"));
    redis.push("jobs", envelope("jobs", "t2", "marker"));
    assertThat(channel.get("jobs", AckMode.MANUAL)).isPresent();
    String marker = redis.onlyTag();
    double before = redis.times().get(marker);
    await().until(() -> redis.times().get(marker) - before > 0.5);

    held.receipt().requeue();
    channel.close();

    assertThat(redis.list("jobs")).hasSize(1).first().asString().contains("\"t2\"");
  }

  @Test
  void withoutAckEmulationNothingIsRecordedAndRequeuingStillWorks() {
    try (RedisConnector plain = connector(TIMEOUT, Map.of("ack_emulation", false))) {
      Channel other = plain.open();
      redis.push("jobs", envelope("jobs", "t1", "one"));
      Delivery first = other.get("jobs", AckMode.MANUAL).orElseThrow();
      assertThat(redis.keys()).isEmpty();
      first.receipt().requeue();
      await().until(() -> redis.list("jobs").size() == 1);

      Delivery again = other.get("jobs", AckMode.MANUAL).orElseThrow();
      other.close();

      assertThat(again.redelivered()).isTrue();
      assertThat(redis.list("jobs")).hasSize(1);
      assertThat(redis.keys()).containsExactly("jobs");
    }
  }

  /** Puts the only message back as a sweep does that has not heard of its holder for too long. */
  private void takenForDead() {
    String tag = redis.onlyTag();
    redis.jedis().hdel(redis.key("unacked"), tag);
    redis.jedis().zrem(redis.key("unacked_index"), tag);
    redis.push("jobs", envelope("jobs", "t1", "work"));
  }

  /** Only who consumes looks after what others have dropped. */
  private void consumeSomethingElse() {
    channel.consume("something-else", ConsumeOptions.prefetching(1), RecordingSink.holding());
  }

  private void orphan(String tag, String envelope, String exchange, String key, long offsetMillis) {
    String record = "[" + envelope + ", \"" + exchange + "\", \"" + key + "\"]";
    redis.jedis().hset(redis.key("unacked"), tag, record);
    redis.jedis().zadd(redis.key("unacked_index"), seconds() + offsetMillis / 1000.0, tag);
  }

  private double seconds() {
    return Double.parseDouble(redis.jedis().time().get(0));
  }

  private RedisConnector connector(Duration visibility) {
    return connector(visibility, Map.of());
  }

  private RedisConnector connector(Duration visibility, Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(more);
    options.put("global_keyprefix", redis.prefix());
    options.put("visibility_timeout", visibility.toMillis() / 1000.0);
    return new RedisConnector(Services.redis(), options);
  }
}
