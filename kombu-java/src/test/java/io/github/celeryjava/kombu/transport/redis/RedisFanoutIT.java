package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Broadcasts by publishing and subscribing. */
@Timeout(60)
class RedisFanoutIT {

  private static final Exchange NEWS = Exchange.fanout("news");

  private final RedisProbe redis = new RedisProbe(Services.redis());
  private final RedisConnector connector = connector(0, Map.of());
  private final Channel channel = connector.open();

  @AfterEach
  void close() {
    connector.close();
    redis.close();
  }

  @Test
  void channelsAreNamedAsInKombu() throws Exception {
    channel.declare(Queue.bound("all", NEWS, ""));
    channel.declare(Queue.bound("sport", NEWS, "sport.#"));

    assertThat(redis.jedis().pubsubNumPat()).isPositive();
    long direct = redis.jedis().publish(redis.key("/0.news"), "{\"body\": \"a\"}");
    long sport = redis.jedis().publish(redis.key("/0.news/sport.tennis"), "{\"body\": \"b\"}");
    long nobody = redis.jedis().publish(redis.key("/1.news"), "{\"body\": \"c\"}");

    assertThat(List.of(direct, sport, nobody)).containsExactly(1L, 2L, 0L);
    assertThat(text(take("all"))).isEqualTo("a");
    assertThat(text(take("all"))).isEqualTo("b");
    assertThat(text(take("sport"))).isEqualTo("b");
  }

  @Test
  void everyConsumerOfEveryConnectionHearsABroadcast() throws Exception {
    RecordingSink one = RecordingSink.acknowledging();
    RecordingSink two = RecordingSink.acknowledging();
    Channel other = connector.open();
    channel.declare(Queue.bound("one", NEWS, ""));
    other.declare(Queue.bound("two", NEWS, ""));
    channel.consume("one", ConsumeOptions.prefetching(10), one);
    other.consume("two", ConsumeOptions.prefetching(10), two);

    for (int i = 0; i < 50; i++) {
      publish("", "news " + i);
    }

    one.await(50);
    two.await(50);
    assertThat(one.bodies()).isEqualTo(two.bodies()).startsWith("news 0").endsWith("news 49");
    assertThat(redis.keys()).noneMatch(key -> key.startsWith("unacked"));
  }

  @Test
  void aQueueThatAnotherConnectionHasBoundIsListenedToWhenItIsConsumed() throws Exception {
    RecordingSink sink = RecordingSink.acknowledging();
    channel.declare(Queue.bound("listener", NEWS, ""));
    connector.open().consume("listener", ConsumeOptions.prefetching(10), sink);

    publish("", "hello");

    assertThat(text(sink.await(1).get(0))).isEqualTo("hello");
  }

  @Test
  void anUnsettledBroadcastComesBackToItsConnectionAndToNoList() throws Exception {
    channel.declare(Queue.bound("listener", NEWS, ""));
    publish("", "one");
    publish("", "two");

    take("listener").receipt().requeue();

    assertThat(text(take("listener"))).isEqualTo("two");
    Delivery again = take("listener");
    assertThat(text(again)).isEqualTo("one");
    assertThat(again.redelivered()).isTrue();
    channel.close();
    assertThat(redis.list("listener")).isEmpty();
  }

  @Test
  void patternsThatOverlapBringABroadcastOnce() throws Exception {
    channel.declare(Queue.bound("listener", NEWS, "sport.#"));
    channel.bindQueue("listener", Binding.of(NEWS, "*.tennis"));
    channel.bindQueue("listener", Binding.of(NEWS, "sport.tennis"));

    publish("sport.tennis", "one");
    publish("sport.tennis", "one");
    publish("sport.golf", "two");

    assertThat(List.of(text(take("listener")), text(take("listener")), text(take("listener"))))
        .containsExactly("one", "one", "two");
    assertThat(channel.get("listener", AckMode.MANUAL)).isEmpty();
  }

  @Test
  void aQueueOnAFanoutAndAnotherExchangeCanBeDeleted() throws Exception {
    channel.declare(Queue.bound("both", NEWS, ""));
    channel.bindQueue("both", Binding.of(Exchange.direct("direct"), "key"));

    channel.deleteQueue("both");

    assertThat(channel.isOpen()).isTrue();
    assertThat(redis.keys()).isEmpty();
    publish("", "to nobody");
    assertThat(channel.inspectQueue("both")).isEmpty();
  }

  @Test
  void anAutoDeleteQueueLeavesNoBindingWhenItsConnectionCloses() {
    Channel other = connector.open();
    other.declare(Queue.bound("gone", NEWS, "").toBuilder().autoDelete().build());
    other.declare(Queue.bound("stays", NEWS, ""));
    assertThat(redis.bindings("news")).hasSize(2);

    connector.closeNewest();

    assertThat(redis.bindings("news")).hasSize(1).first().asString().contains("stays");
  }

  @Test
  void aConsumerHoldsNoMoreBroadcastsThanItsPrefetchCount() throws Exception {
    RecordingSink sink = RecordingSink.holding();
    channel.declare(Queue.bound("listener", NEWS, ""));
    channel.consume("listener", ConsumeOptions.prefetching(2), sink);

    for (int i = 0; i < 5; i++) {
      publish("", "news " + i);
    }

    sink.await(2);
    await().until(() -> channel.inspectQueue("listener").orElseThrow().messages() == 3);
    assertThat(sink.deliveries()).hasSize(2);
    sink.deliveries().get(0).receipt().ack();
    sink.await(3);
  }

  @Test
  void whoHasUnboundHearsNothingMore() throws Exception {
    channel.declare(Queue.bound("listener", NEWS, "a"));
    channel.declare(Queue.bound("listener", NEWS, "b"));

    channel.unbindQueue("listener", Binding.of(NEWS, "a"));

    await().until(() -> redis.jedis().publish(redis.key("/0.news/a"), "{}") == 0);
    assertThat(redis.jedis().publish(redis.key("/0.news/b"), "{}")).isEqualTo(1);
    channel.deleteQueue("listener");
    await().until(() -> redis.jedis().publish(redis.key("/0.news/b"), "{}") == 0);
  }

  @Test
  void whatIsNoEnvelopeIsDroppedAndListeningGoesOn() throws Exception {
    RecordingSink sink = RecordingSink.acknowledging();
    channel.declare(Queue.bound("listener", NEWS, ""));
    channel.consume("listener", ConsumeOptions.prefetching(10), sink);

    redis.jedis().publish(redis.key("/0.news"), "no envelope");
    publish("", "news");

    assertThat(text(sink.await(1).get(0))).isEqualTo("news");
  }

  @Test
  void aQueueMayBeBoundToAFanoutAndToAnotherExchange() throws Exception {
    RecordingSink sink = RecordingSink.acknowledging();
    channel.declare(Queue.bound("both", NEWS, ""));
    channel.declare(Queue.bound("both", Exchange.direct("jobs"), "key"));
    channel.consume("both", ConsumeOptions.prefetching(10), sink);

    publish("", "news");
    sink.await(1);
    channel
        .publish(Destination.exchange("jobs", "key"), message(bytes("work")))
        .get(5, TimeUnit.SECONDS);

    sink.await(2);
    assertThat(sink.bodies()).containsExactly("news", "work");
  }

  @Test
  void databasesDoNotHearEachOther() throws Exception {
    try (RedisConnector other = connector(3, Map.of())) {
      Channel there = other.open();
      there.declare(Queue.bound("listener", NEWS, ""));
      channel.declare(Queue.bound("listener", NEWS, ""));

      there
          .publish(Destination.exchange("news", ""), message(bytes("three")))
          .get(5, TimeUnit.SECONDS);
      publish("", "zero");

      assertThat(text(take("listener"))).isEqualTo("zero");
      assertThat(there.get("listener", AckMode.NONE).map(d -> text(d))).hasValue("three");
      there.deleteQueue("listener");
      there.deleteExchange("news");
    }
  }

  @Test
  void namesOfChannelsFollowTheOptions() throws Exception {
    Map<String, Object> options = Map.of("fanout_prefix", "/mine-{db}.", "fanout_patterns", false);
    try (RedisConnector other = connector(0, options)) {
      Channel there = other.open();
      there.declare(Queue.bound("listener", NEWS, "ignored"));

      assertThat(redis.jedis().publish(redis.key("/mine-0.news"), "{}")).isEqualTo(1);
    }
    try (RedisConnector other = connector(0, Map.of("fanout_prefix", false))) {
      Channel there = other.open();
      there.declare(Queue.bound("listener", NEWS, "key"));

      assertThat(redis.jedis().publish(redis.key("news/key"), "{}")).isEqualTo(1);
    }
  }

  private Delivery take(String queue) {
    return await()
        .until(() -> channel.get(queue, AckMode.MANUAL), Optional::isPresent)
        .orElseThrow();
  }

  private void publish(String key, String body) throws Exception {
    channel
        .publish(Destination.exchange("news", key), message(bytes(body)))
        .get(5, TimeUnit.SECONDS);
  }

  private RedisConnector connector(int database, Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(more);
    options.put("global_keyprefix", redis.prefix());
    String server = Services.redis().toString().replaceFirst("/\\d*$", "");
    return new RedisConnector(URI.create(server + "/" + database), options);
  }
}
