package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Binding sets in Redis, and who gets what by them. */
@Timeout(60)
class RedisRoutingIT {

  private static final String SEP = "\u0006\u0016";

  private final RedisProbe redis = new RedisProbe(Services.redis());
  private final RedisConnector connector = connector(Map.of());
  private final RedisConnector stranger = connector(Map.of());
  private final Channel channel = connector.open();

  @AfterEach
  void close() {
    stranger.close();
    connector.close();
    redis.close();
  }

  @Test
  void bindingsAreWrittenAsKombuWritesThem() {
    channel.declare(Queue.bound("jobs", Exchange.direct("d"), "key"));
    channel.declare(Queue.bound("jobs", Exchange.topic("t"), "a-b_c.*.#"));
    channel.declare(Queue.bound("jobs", Exchange.fanout("f"), ""));

    assertThat(redis.bindings("d")).containsExactly("key" + SEP + SEP + "jobs");
    assertThat(redis.bindings("t"))
        .containsExactly("a-b_c.*.#" + SEP + "^a\\-b\\_c\\.[^\\.]+\\..*?$" + SEP + "jobs");
    assertThat(redis.bindings("f")).containsExactly(SEP + SEP + "jobs");
    assertThat(redis.jedis().smembers(redis.key("_kombu.binding_permanent.d")))
        .isEqualTo(redis.bindings("d"));
  }

  @Test
  void aBindingThatWouldBreakPublishersInPythonIsRefused() {
    Queue bad = Queue.bound("jobs", Exchange.direct("d"), "a" + SEP + "b");

    assertThatThrownBy(() -> channel.declare(bad))
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("separator");
    assertThatThrownBy(() -> connector.open().declareQueue(Queue.named("a" + SEP + "3")))
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("separator");

    assertThat(redis.keys()).isEmpty();
  }

  @Test
  void whatOthersHaveBoundIsPublishedToAndStrangersAreOverlooked() throws Exception {
    redis.jedis().sadd(redis.key("_kombu.binding.d"), "key" + SEP + SEP + "theirs");
    redis.jedis().sadd(redis.key("_kombu.binding.d"), "no binding", "key" + SEP + "jobs");
    channel.declareExchange(Exchange.direct("d"));

    publish("d", "key");

    assertThat(redis.list("theirs")).hasSize(1);
    assertThat(redis.keys()).containsExactlyInAnyOrder("theirs", "_kombu.binding.d");
  }

  @Test
  void patternsOfOlderPeersKeepTheirMeaning() throws Exception {
    redis
        .jedis()
        .sadd(redis.key("_kombu.binding.t"), "a.*" + SEP + "^a\\..*?[^\\.]$" + SEP + "old");
    channel.declare(Queue.bound("new", Exchange.topic("t"), "a.*"));

    publish("t", "a.b");
    publish("t", "a.b.c");

    assertThat(redis.list("old")).hasSize(2);
    assertThat(redis.list("new")).hasSize(1);
  }

  @Test
  void anExchangeOfUnknownTypeFollowsPatternsWhereThereAreAny() throws Exception {
    channel.declare(Queue.bound("topic", Exchange.topic("x"), "a.*"));
    channel.declare(Queue.bound("direct", Exchange.direct("y"), "a.b"));

    Channel other = stranger.open();
    other.publish(Destination.exchange("x", "a.b"), message(bytes("one"))).get(5, TimeUnit.SECONDS);
    other.publish(Destination.exchange("y", "a.b"), message(bytes("two"))).get(5, TimeUnit.SECONDS);

    assertThat(text(channel.get("topic", AckMode.MANUAL).orElseThrow())).isEqualTo("one");
    assertThat(text(channel.get("direct", AckMode.MANUAL).orElseThrow())).isEqualTo("two");
  }

  @Test
  void aMandatoryMessageThatReachesNoQueueIsRefusedAloneAndOthersAreDropped() throws Exception {
    channel.declareExchange(Exchange.direct("d"));
    channel.declareExchange(Exchange.fanout("f"));

    publish("d", "nobody");
    publish("f", "nobody");

    for (String exchange : List.of("d", "f")) {
      Destination mandatory = new Destination(exchange, "nobody", true);
      assertThatThrownBy(
              () -> channel.publish(mandatory, message(bytes("x"))).get(5, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(MessageRefusedException.class)
          .hasMessageContaining("'" + exchange + "'")
          .satisfies(e -> assertThat(((OperationalException) e).replyCode()).isEqualTo(312));
    }
    assertThat(channel.isOpen()).isTrue();
    assertThat(redis.keys()).isEmpty();
  }

  @Test
  void whatADirectExchangeCannotDeliverGoesToTheDeadLetterQueue() throws Exception {
    try (RedisConnector withDeadLetters = connector(Map.of("deadletter_queue", "dead"))) {
      Channel other = withDeadLetters.open();
      other.declareExchange(Exchange.direct("d"));
      other.declareExchange(Exchange.topic("t"));

      other.publish(new Destination("d", "x", true), message(bytes("1"))).get(5, TimeUnit.SECONDS);
      other.publish(Destination.exchange("t", "x"), message(bytes("2"))).get(5, TimeUnit.SECONDS);

      assertThat(redis.list("dead")).hasSize(1);
    }
  }

  @Test
  void unbindingEndsTheBindingForEverybody() throws Exception {
    Exchange topic = Exchange.topic("t");
    channel.declare(Queue.bound("jobs", topic, "a.*"));
    channel.declare(Queue.bound("jobs", topic, "b.*"));
    redis
        .jedis()
        .sadd(redis.key("_kombu.binding.t"), "a.*" + SEP + "^a\\..*?[^\\.]$" + SEP + "jobs");

    channel.unbindQueue("jobs", Binding.of(topic, "a.*"));

    assertThat(redis.bindings("t")).containsExactly("b.*" + SEP + "^b\\.[^\\.]+$" + SEP + "jobs");
    publish("t", "a.x");
    assertThat(redis.list("jobs")).isEmpty();
  }

  @Test
  void deletingAQueueEndsItsBindingsAndItsListsWhoeverMadeThem() throws Exception {
    channel.declare(Queue.bound("jobs", Exchange.direct("d"), "key"));
    channel.declare(Queue.bound("other", Exchange.direct("d"), "key"));
    redis.jedis().sadd(redis.key("_kombu.binding.unheard-of"), "k" + SEP + SEP + "jobs");
    for (String step : List.of("", SEP + "3", SEP + "6", SEP + "9")) {
      redis.push("jobs" + step, "x");
    }

    long count = stranger.open().deleteQueue("jobs");

    assertThat(count).isEqualTo(4);
    assertThat(redis.keys())
        .containsExactlyInAnyOrder("_kombu.binding.d", "_kombu.binding_permanent.d");
    assertThat(redis.bindings("d")).containsExactly("key" + SEP + SEP + "other");
  }

  @Test
  void anExclusiveQueueGoesWithItsConnection() {
    Channel own = connector.open();
    RedisConnector shortLived = connector(Map.of());
    shortLived
        .open()
        .declare(
            Queue.builder("mine")
                .exclusive()
                .exchange(Exchange.direct("d"))
                .routingKey("k")
                .build());
    assertThat(redis.bindings("d")).hasSize(1);

    shortLived.close();

    assertThat(redis.keys()).isEmpty();
    assertThat(own.isOpen()).isTrue();
  }

  @Test
  @Tag("B14")
  void aPublisherBindsAgainWhatWasEvicted() throws Exception {
    channel.declare(Queue.bound("jobs", Exchange.direct("d"), "key"));

    for (int i = 0; i < 20; i++) {
      redis.jedis().del(redis.key("_kombu.binding.d"));
      publish("d", "key");
    }

    assertThat(redis.list("jobs")).hasSize(20);
    assertThat(redis.bindings("d")).containsExactly("key" + SEP + SEP + "jobs");
  }

  @Test
  @Tag("B14")
  void aConsumerBindsAgainWhatWasEvictedSoThatStrangersReachIt() throws Exception {
    RecordingSink sink = RecordingSink.acknowledging();
    channel.declare(Queue.bound("jobs", Exchange.direct("d"), "key"));
    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);

    redis.jedis().del(redis.key("_kombu.binding.d"));

    await().atMost(Duration.ofSeconds(8)).until(() -> redis.bindings("d").size() == 1);
    stranger
        .open()
        .publish(new Destination("d", "key", true), message(bytes("work")))
        .get(5, TimeUnit.SECONDS);
    sink.await(1);
  }

  @Test
  @Tag("B13")
  void aQueueThatExpiresLeavesNothingThatLasts() throws Exception {
    Queue reply =
        Queue.builder("reply")
            .exchange(Exchange.direct("r"))
            .routingKey("oid")
            .expires(Duration.ofSeconds(10))
            .build();
    channel.declare(reply);

    publish("r", "oid");
    publish("r", "oid");
    assertThat(channel.get("reply", AckMode.NONE)).isPresent();

    assertThat(redis.jedis().pttl(redis.key("reply"))).isBetween(1L, 10_000L);
    assertThat(redis.jedis().zscore(redis.key("_kombu.binding_deadlines"), "r"))
        .isGreaterThan(System.currentTimeMillis() + 3_500_000.0);
    assertThat(redis.keys())
        .containsExactlyInAnyOrder("reply", "_kombu.binding.r", "_kombu.binding_deadlines");
  }

  private void publish(String exchange, String key) throws Exception {
    channel
        .publish(Destination.exchange(exchange, key), message(bytes("work")))
        .get(5, TimeUnit.SECONDS);
  }

  private RedisConnector connector(Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(more);
    options.put("global_keyprefix", redis.prefix());
    return new RedisConnector(Services.redis(), options);
  }
}
