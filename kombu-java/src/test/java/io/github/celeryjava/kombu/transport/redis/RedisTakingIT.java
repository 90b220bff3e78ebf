package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static io.github.celeryjava.kombu.transport.redis.RedisProbe.envelope;
import static io.github.celeryjava.kombu.transport.redis.RedisProbe.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What taking and settling leave in Redis, for everybody to see. */
@Timeout(60)
class RedisTakingIT {

  private final RedisProbe redis = new RedisProbe(Services.redis());
  private final RedisConnector connector =
      new RedisConnector(Services.redis(), Map.of("global_keyprefix", redis.prefix()));
  private final Channel channel = connector.open();

  @AfterEach
  void close() {
    connector.close();
    redis.close();
  }

  @Test
  void aTakenMessageHasTheRecordThatKombuWrites() throws Exception {
    Exchange geo = Exchange.direct("geo");
    channel.declare(Queue.bound("jobs", geo, "city.new"));
    publish(Destination.exchange("geo", "city.new"), message(bytes("work")));
    String envelope = redis.list("jobs").get(0);
    double before = redisTime();

    assertThat(channel.get("jobs", AckMode.MANUAL)).isPresent();

    String tag = redis.onlyTag();
    assertThat(tag).isNotEqualTo(tagOf(envelope)); // which other takes of it would have too
    assertThat(redis.records())
        .containsExactly(Map.entry(tag, "[" + envelope + ", \"geo\", \"city.new\"]"));
    assertThat(redis.times()).containsOnlyKeys(tag);
    assertThat(redis.times().get(tag)).isBetween(before, redisTime());
    assertThat(redis.list("jobs")).isEmpty();
  }

  @Test
  void whatOnlyItsSenderUnderstandsKeepsItsSpelling() {
    String envelope =
        """
        {"headers": {"id": 123456789012345678901234567890, "eta": 1.50e+3, "e": [], "o": {}},
         "body":"dGV4dA==",  "properties": {"delivery_tag": "t1", "body_encoding": "base64",
         "delivery_info": {"exchange": "a/b", "routing_key": "ü \\u00fc \\"q\\""}}}""";
    redis.push("jobs", envelope);

    Delivery delivery = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    String record = redis.records().get(redis.onlyTag());
    delivery.receipt().requeue();

    assertThat(text(delivery)).isEqualTo("text");
    assertThat(delivery.routingKey()).isEqualTo("ü ü \"q\"");
    assertThat(record).startsWith("[" + envelope + ", ");
    assertThat(((List<?>) json(record)).subList(1, 3)).isEqualTo(List.of("a/b", "ü ü \"q\""));
    await().until(() -> redis.list("jobs").size() == 1);
    assertThat(redis.list("jobs").get(0).replace("\"redelivered\": true, ", ""))
        .isEqualTo(envelope);
  }

  @Test
  void settlingRemovesRecordAndTime() {
    redis.push("jobs", envelope("jobs", "t1", "one"));
    redis.push("jobs", envelope("jobs", "t2", "two"));

    channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().ack();
    channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().reject();

    await().until(() -> redis.records().isEmpty() && redis.times().isEmpty());
    assertThat(redis.list("jobs")).isEmpty();
  }

  @Test
  void whatIsRequeuedGoesToTheBackAndWhatIsGivenBackIsServedNext() {
    for (String name : List.of("one", "two", "three", "four")) {
      redis.push("jobs", envelope("jobs", name, name));
    }
    Channel second = connector.open();
    Delivery one = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(second.get("jobs", AckMode.MANUAL)).isPresent();
    assertThat(second.get("jobs", AckMode.MANUAL)).isPresent();

    one.receipt().requeue();
    await().until(() -> redis.list("jobs").size() == 2);
    second.close();

    assertThat(redis.list("jobs").stream().map(RedisTakingIT::tagOf))
        .containsExactly("two", "three", "four", "one");
    assertThat(redis.list("jobs").stream().filter(json -> json.contains("\"redelivered\": true")))
        .hasSize(3);
    assertThat(redis.records()).isEmpty();
  }

  @Test
  void bothMarksOfRedeliveryAreSet() {
    redis.push("jobs", envelope("jobs", "t1", "one"));

    channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().requeue();

    await().until(() -> redis.list("jobs").size() == 1);
    Map<?, ?> envelope = (Map<?, ?>) json(redis.list("jobs").get(0));
    Map<?, ?> properties = (Map<?, ?>) envelope.get("properties");
    assertThat(envelope.get("headers")).isEqualTo(Map.of("redelivered", true));
    assertThat(properties.get("delivery_info"))
        .isEqualTo(Map.of("redelivered", true, "exchange", "", "routing_key", "jobs"));
    assertThat(channel.get("jobs", AckMode.MANUAL).orElseThrow().redelivered()).isTrue();
  }

  @Test
  void twoMessagesUnderOneTagAreKeptApart() {
    redis.push("jobs", envelope("jobs", "same", "one"));
    redis.push("jobs", envelope("jobs", "same", "two"));

    Delivery one = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    Delivery two = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(redis.records()).hasSize(2);
    one.receipt().ack();
    two.receipt().requeue();

    await().until(() -> redis.list("jobs").size() == 1 && redis.records().isEmpty());
    assertThat(text(channel.get("jobs", AckMode.MANUAL).orElseThrow())).isEqualTo("two");
  }

  @Test
  void aMessageWithoutTagAndAddressIsServedAndGoesBackToItsQueue() {
    redis.push("jobs", "{\"body\": \"bare\"}");

    Delivery bare = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(redis.records().values()).containsExactly("[{\"body\": \"bare\"}, \"\", \"jobs\"]");
    bare.receipt().requeue();

    assertThat(text(bare)).isEqualTo("bare");
    await().until(() -> redis.list("jobs").size() == 1);
    assertThat(redis.list("jobs"))
        .containsExactly("{\"headers\": {\"redelivered\": true}, \"body\": \"bare\"}");
  }

  @Test
  void whatNobodyCanReadIsDroppedAndTheRestIsServed() {
    RecordingSink sink = RecordingSink.acknowledging();
    redis.push("jobs", "no json");
    redis.push("jobs", envelope("jobs", "t1", "one"));
    redis.push("jobs", "{\"body\": 7, \"properties\": {\"delivery_tag\": \"t2\"}}");
    redis.push("jobs", "[1]");
    redis.push("jobs", envelope("jobs", "t3", "two"));

    channel.consume("jobs", ConsumeOptions.prefetching(10), sink);

    sink.await(2);
    assertThat(sink.bodies()).containsExactly("one", "two");
    await().until(() -> redis.records().isEmpty() && redis.times().isEmpty());
    assertThat(redis.list("jobs")).isEmpty();
    assertThat(sink.endings()).isZero();
  }

  @Test
  @Tag("S5")
  void prioritiesHaveFourListsAndZeroIsServedFirst() throws Exception {
    channel.declareQueue(Queue.named("jobs"));
    for (int priority = 9; priority >= 0; priority--) {
      MessageProperties properties = MessageProperties.builder().priority(priority).build();
      publish(
          Destination.queue("jobs"),
          new TransportMessage(properties, Map.of(), bytes(Integer.toString(priority))));
    }

    assertThat(redis.list("jobs")).hasSize(3);
    assertThat(redis.list("jobs\u0006\u00163")).hasSize(3);
    assertThat(redis.list("jobs\u0006\u00166")).hasSize(3);
    assertThat(redis.list("jobs\u0006\u00169")).hasSize(1);
    assertThat(channel.inspectQueue("jobs").orElseThrow().messages()).isEqualTo(10);
    List<String> served = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      served.add(text(channel.get("jobs", AckMode.MANUAL).orElseThrow()));
    }
    assertThat(String.join("", served)).isEqualTo("2105438769");
  }

  @Test
  void aMessageGoesBackToTheListOfItsPriority() {
    redis.push(
        "jobs\u0006\u00166",
        envelope("jobs", "t1", "one").replace("\"priority\": 0", "\"priority\": 7"));

    channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().requeue();

    await().until(() -> redis.list("jobs\u0006\u00166").size() == 1);
    assertThat(redis.list("jobs")).isEmpty();
  }

  @Test
  void eachQueueHasACopyUnderATagOfItsOwn() throws Exception {
    Exchange events = Exchange.direct("events");
    channel.declare(Queue.bound("one", events, "key"));
    channel.declare(Queue.bound("two", events, "key"));
    channel.declare(Queue.bound("three", events, "key"));

    publish(Destination.exchange("events", "key"), message(bytes("work")));

    assertThat(
            List.of(
                tagOf(redis.list("one").get(0)),
                tagOf(redis.list("two").get(0)),
                tagOf(redis.list("three").get(0))))
        .doesNotHaveDuplicates();
  }

  @Test
  void aConsumerThatSettlesNothingLeavesNoRecord() {
    redis.push("jobs", envelope("jobs", "t1", "one"));
    redis.push("jobs\u0006\u00163", envelope("jobs", "t2", "two"));
    RecordingSink sink = RecordingSink.holding();

    channel.consume("jobs", new ConsumeOptions(null, AckMode.NONE, 0, false, Map.of()), sink);

    sink.await(2);
    assertThat(sink.bodies()).containsExactly("one", "two");
    assertThat(redis.keys()).isEmpty();
  }

  @Test
  void aBodyOfThirtyMegabytesComesBackAsItWas() throws Exception {
    byte[] body = new byte[30_000_000];
    new Random(7).nextBytes(body);
    channel.declareQueue(Queue.named("jobs"));

    publish(Destination.queue("jobs"), message(body));
    Delivery first = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    first.receipt().requeue();
    await().until(() -> redis.jedis().llen(redis.key("jobs")) == 1);

    Delivery again = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(first.message().body()).isEqualTo(body);
    assertThat(again.message().body()).isEqualTo(body);
    assertThat(again.redelivered()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(AckMode.class)
  void closingInTheMiddleOfTakingLosesAndDoublesNothing(AckMode mode) {
    for (int round = 0; round < 20; round++) {
      List<String> all = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
      all.forEach(body -> redis.push("jobs", envelope("jobs", body, body)));
      TransportConnection other =
          connector.connect(ConnectionOptions.defaults(), SilentListener.INSTANCE);
      RecordingSink sink = RecordingSink.acknowledging();
      ConsumeOptions options = new ConsumeOptions(null, mode, 0, false, Map.of());
      other.openChannel(ChannelPurpose.CONSUMING).consume("jobs", options, sink);
      sink.await(40);

      other.close();

      List<String> found = new ArrayList<>(sink.bodies());
      redis.list("jobs").forEach(json -> found.add(tagOf(json)));
      assertThat(found).containsExactlyInAnyOrderElementsOf(all);
      assertThat(redis.records()).isEmpty();
      channel.purgeQueue("jobs");
    }
  }

  @Test
  void whatIsNotedOfTheLastTakeExpiresAndIsGoneAfterwards() {
    redis.push("jobs", envelope("jobs", "t1", "one"));
    Delivery taken = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    String tag = redis.onlyTag();
    taken.receipt().ack();

    String note =
        redis.keys().stream()
            .filter(key -> key.startsWith("unacked.taken."))
            .findAny()
            .orElseThrow();
    assertThat(redis.jedis().get(redis.key(note))).isEqualTo(tag);
    assertThat(redis.jedis().pttl(redis.key(note))).isBetween(1L, 3_600_000L);
    connector.close();

    assertThat(redis.keys()).isEmpty();
  }

  private void publish(Destination to, TransportMessage message) throws Exception {
    channel.publish(to, message).get(20, TimeUnit.SECONDS);
  }

  private double redisTime() {
    List<String> time = redis.jedis().time();
    return Double.parseDouble(time.get(0) + "." + "%06d".formatted(Integer.parseInt(time.get(1))));
  }

  private static String tagOf(String envelope) {
    Map<?, ?> properties = (Map<?, ?>) ((Map<?, ?>) json(envelope)).get("properties");
    return (String) properties.get("delivery_tag");
  }
}
