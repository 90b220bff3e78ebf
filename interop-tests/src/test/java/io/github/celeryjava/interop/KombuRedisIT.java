package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.RedisServer;
import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import redis.clients.jedis.Jedis;

/** kombu-java and Python's kombu on one Redis, in both directions. */
@EachPeer
@Timeout(120)
class KombuRedisIT {

  private static final String SEP = "\u0006\u0016";

  private static RedisServer server;

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private final List<Connection> connections = new ArrayList<>();
  private final List<Message> received = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void tidyUp() {
    connections.forEach(Connection::close);
    try (Jedis jedis = new Jedis(server.uri())) {
      jedis.flushAll();
    }
  }

  @Test
  void whatJavaPublishesPythonReceivesWithEverythingThatBelongsToIt() {
    PythonClient python = python("");
    python.exec("p.consume(Queue('jobs', Exchange('geo'), 'city.new'))");
    producer(java(Map.of()))
        .publish(
            Map.of("city", "Oslo", "n", 5),
            PublishOptions.builder()
                .exchange(Exchange.direct("geo"))
                .routingKey("city.new")
                .header("trace", "k7")
                .header("nested", Map.of("a", List.of(1, 2.5, true)))
                .correlationId("5c1f")
                .replyTo("answers")
                .messageId("m-1")
                .expiration(Duration.ofSeconds(90))
                .priority(3)
                .build());

    python.exec("p.drain(1)");
    Object seen = python.eval("p.describe()").json();

    Map<?, ?> described = (Map<?, ?>) plain(seen);
    Map<?, ?> properties = (Map<?, ?>) described.get("properties");
    assertThat(described.get("payload")).isEqualTo(Map.of("city", "Oslo", "n", 5));
    assertThat(described.get("headers"))
        .isEqualTo(Map.of("trace", "k7", "nested", Map.of("a", List.of(1, 2.5, true))));
    assertThat(described.get("content_type")).isEqualTo("application/json");
    assertThat(described.get("content_encoding")).isEqualTo("utf-8");
    assertThat(described.get("delivery_info"))
        .isEqualTo(Map.of("exchange", "geo", "routing_key", "city.new"));
    assertThat(properties.get("correlation_id")).isEqualTo("5c1f");
    assertThat(properties.get("reply_to")).isEqualTo("answers");
    assertThat(properties.get("message_id")).isEqualTo("m-1");
    assertThat(properties.get("expiration")).isEqualTo("90000");
    assertThat(properties.get("priority")).isEqualTo(3);
    assertThat(properties.get("delivery_mode")).isEqualTo(2);
    assertThat(properties.get("body_encoding")).isEqualTo("base64");
  }

  @Test
  void whatPythonPublishesJavaReceivesWithEverythingThatBelongsToIt() {
    consume(java(Map.of()), Queue.bound("jobs", Exchange.direct("geo"), "city.new"));
    python("")
        .exec(
            """
            p.publish({"city": "Oslo"}, exchange=Exchange("geo"), routing_key="city.new",
                      headers={"trace": "k7", "nested": {"a": [1, 2.5, None]}}, priority=4,
                      correlation_id="5c1f", reply_to="answers", expiration=1.5)
            """);

    Message message = receive(1).get(0);

    assertThat(message.payload()).isEqualTo(Map.of("city", "Oslo"));
    assertThat(message.headers().get("trace")).isEqualTo("k7");
    assertThat(message.headers().get("nested").toString()).isEqualTo("{a=[1, 2.5, null]}");
    assertThat(message.properties().correlationId()).isEqualTo("5c1f");
    assertThat(message.properties().replyTo()).isEqualTo("answers");
    assertThat(message.properties().priority()).isEqualTo(4);
    assertThat(message.properties().expiration()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(message.exchange()).isEqualTo("geo");
    assertThat(message.routingKey()).isEqualTo("city.new");
    assertThat(message.redelivered()).isFalse();
  }

  @Test
  void propertiesOfTheApplicationsOwnArriveOnBothSides() {
    PythonClient python = python("");
    python.exec("p.consume(Queue('for-python'))");
    Connection java = java(Map.of());
    consume(java, Queue.named("for-java"));

    producer(java)
        .publish(
            "x",
            PublishOptions.builder()
                .routingKey("for-python")
                .property("tenant", "acme")
                .property("attempt", 3)
                .build());
    python.exec("p.drain(1)");
    python.exec("p.publish('y', routing_key='for-java', tenant='acme', tags=['a', 'b'])");
    Message inJava = receive(1).get(0);

    Map<?, ?> inPython = (Map<?, ?>) plain(python.eval("p.describe()").json());
    Map<?, ?> properties = (Map<?, ?>) inPython.get("properties");
    assertThat(properties.get("tenant")).isEqualTo("acme");
    assertThat(properties.get("attempt")).isEqualTo(3);
    assertThat(inJava.properties().custom())
        .isEqualTo(Map.of("tenant", "acme", "tags", List.of("a", "b")));
  }

  @Test
  @Tag("S5")
  void bothSidesPutPrioritiesIntoTheSameListsAndServeZeroFirst() {
    Connection java = java(Map.of());
    PythonClient python = python("");
    java.declare(Queue.named("by-java"));
    python.exec("p.declare(Queue('by-python'))");
    for (int priority = 9; priority >= 0; priority--) {
      producer(java)
          .publish(
              priority, PublishOptions.builder().routingKey("by-java").priority(priority).build());
      python.exec(
          "p.publish(%d, routing_key='by-python', priority=%d)".formatted(priority, priority));
    }

    for (String step : List.of("", SEP + "3", SEP + "6", SEP + "9")) {
      assertThat(prioritiesIn("by-java" + step)).isEqualTo(prioritiesIn("by-python" + step));
    }
    assertThat(python.eval("[p.get('by-java') for _ in range(10)]").json().toString())
        .isEqualTo("[2,1,0,5,4,3,8,7,6,9]");
    consume(java, Queue.named("by-python"));
    assertThat(receive(10).stream().map(Message::payload).toList().toString())
        .isEqualTo("[2, 1, 0, 5, 4, 3, 8, 7, 6, 9]");
  }

  @Test
  void topicsAreStoredInTheWordsOfTheCurrentKombu() {
    List<String> keys =
        List.of(
            "a.*", "a.#", "#.b", "a.*.c", "a-b_c.*", "#", "*", "ä.b c/d", "a..b", "1.2²", "x+y");
    Connection java = java(Map.of());
    for (int i = 0; i < keys.size(); i++) {
      java.declare(Queue.bound("q" + i, Exchange.topic("t" + i), keys.get(i)));
    }
    PythonClient python = python("");

    for (int i = 0; i < keys.size(); i++) {
      String member = members("t" + i).iterator().next();
      python.exec("from kombu.transport.virtual.exchange import TopicExchange");
      String current =
          python
              .eval("TopicExchange(None).key_to_pattern('" + keys.get(i) + "')")
              .json()
              .asText()
              .replace(".*?[^\\.]", "[^\\.]+"); // as it was before 5.7
      assertThat(member).isEqualTo(keys.get(i) + SEP + current + SEP + "q" + i);
    }
  }

  @Test
  void whoeverBindsATopicIsUnderstoodByWhoeverPublishes() {
    boolean spansDots = !peer.isAtLeast("5.7");
    List<String> bindings = List.of("a.*", "a.#", "#.b", "a.*.c", "a-b_c.*");
    List<String> published =
        List.of("a", "a.", "a.b", "a.b.c", "a.c", "b", "x.b", "x.y.b", "a-b_c.z");
    Connection java = java(Map.of());
    PythonClient python = python("");
    for (int i = 0; i < bindings.size(); i++) {
      java.declare(Queue.bound("java" + i, Exchange.topic("t"), bindings.get(i)));
      python.exec(
          "p.declare(Queue('python%d', Exchange('t', 'topic'), '%s'))"
              .formatted(i, bindings.get(i)));
    }
    for (String key : published) {
      producer(java)
          .publish(
              "java " + key,
              PublishOptions.builder().exchange(Exchange.topic("t")).routingKey(key).build());
      python.exec(
          "p.publish('python %s', exchange=Exchange('t', 'topic'), routing_key='%s')"
              .formatted(key, key));
    }

    Map<String, String> oneWord =
        Map.of(
            "0",
            "a.b",
            "1",
            "a. a.b a.b.c a.c",
            "2",
            "a.b x.b x.y.b",
            "3",
            "a.b.c",
            "4",
            "a-b_c.z");
    for (int i = 0; i < bindings.size(); i++) {
      List<String> expected = new ArrayList<>(List.of(oneWord.get("" + i).split(" ")));
      if (i == 0) {
        expected.add("a.c");
      }
      assertThat(keysIn(python, "java" + i, "java ")).containsExactlyInAnyOrderElementsOf(expected);
      if (i == 0 && spansDots) {
        expected.add("a.b.c");
      }
      assertThat(keysIn(python, "python" + i, "java "))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void broadcastsReachBothSidesWithAndWithoutKeyAndStayInTheirDatabase() {
    Exchange news = Exchange.fanout("news");
    PythonClient python = python("");
    python.exec(
        """
        q = Peer(URL)
        other = Peer(URL[:-1] + "3")
        p.consume(Queue("python-all", Exchange("news", "fanout"), ""), no_ack=True)
        q.consume(Queue("python-sport", Exchange("news", "fanout"), "sport.#"), no_ack=True)
        other.consume(Queue("python-all", Exchange("news", "fanout"), ""), no_ack=True)
        assert p.quiet() and q.quiet() and other.quiet()
        """);
    Connection java = java(Map.of());
    consume(java, Queue.bound("java-all", news, ""), Queue.bound("java-sport", news, "sport.#"));

    producer(java).publish("j1", PublishOptions.builder().exchange(news).build());
    producer(java)
        .publish("j2", PublishOptions.builder().exchange(news).routingKey("sport.tennis").build());
    python.exec("p.publish('p1', exchange=Exchange('news', 'fanout'))");
    python.exec("p.publish('p2', exchange=Exchange('news', 'fanout'), routing_key='sport.golf')");

    assertThat(python.eval("p.drain(2)").json().toString()).isEqualTo("[\"j1\",\"p1\"]");
    assertThat(python.eval("q.drain(2)").json().toString()).isEqualTo("[\"j2\",\"p2\"]");
    assertThat(python.eval("other.quiet()").json().asBoolean()).isTrue();
    List<String> heard = new ArrayList<>();
    receive(6).forEach(message -> heard.add(String.valueOf(message.payload())));
    assertThat(heard).containsExactlyInAnyOrder("j1", "j2", "j2", "p1", "p2", "p2");
  }

  @Test
  void aGlobalPrefixIsSharedByBothSides() {
    Connection java = java(Map.of("global_keyprefix", "kp:", "visibility_timeout", 1));
    PythonClient python = python("global_keyprefix='kp:', visibility_timeout=1");
    Exchange geo = Exchange.direct("geo");
    consume(java, Queue.bound("java", geo, "j"), Queue.bound("news", Exchange.fanout("f"), ""));
    python.exec("p.consume(Queue('python', Exchange('geo'), 'p'))");

    python.exec("p.publish('to java', exchange=Exchange('geo'), routing_key='j')");
    python.exec("p.publish('to all', exchange=Exchange('f', 'fanout'))");
    producer(java)
        .publish("to python", PublishOptions.builder().exchange(geo).routingKey("p").build());

    assertThat(receive(2).stream().map(Message::payload))
        .containsExactlyInAnyOrder("to java", "to all");
    assertThat(python.eval("p.drain(1)").json().toString()).isEqualTo("[\"to python\"]");
    received.clear();
    python.exec("p.messages[0].requeue(); p.messages.clear()");
    assertThat(python.eval("p.drain(1)").json().toString()).isEqualTo("[\"to python\"]");
    try (Jedis jedis = new Jedis(server.uri())) {
      assertThat(jedis.keys("*")).allMatch(key -> key.startsWith("kp:"));
    }
  }

  @Test
  @Tag("B11")
  void whatAJavaProcessHeldWhenItWasKilledPythonPutsBack() throws Exception {
    Connection java = java(Map.of());
    PythonClient python = python("visibility_timeout=1");
    Exchange topic = Exchange.topic("t");
    java.declare(Queue.bound("jobs", topic, "a.*"));
    python.exec("p.declare(Queue('jobs', Exchange('t', 'topic'), 'a.*'))");
    for (int i = 0; i < 5; i++) {
      producer(java)
          .publish("m" + i, PublishOptions.builder().exchange(topic).routingKey("a.b").build());
    }
    ServerProcess taker = taker("jobs", 3);

    taker.kill();
    assertThat(unacked()).isEqualTo(3);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              python.exec("p.sweep()");
              return unacked() == 0;
            });
    python.exec("p.consume(Queue('jobs', Exchange('t', 'topic'), 'a.*'))");

    assertThat(python.eval("sorted(p.drain(5))").json().toString())
        .isEqualTo("[\"m0\",\"m1\",\"m2\",\"m3\",\"m4\"]");
    Object described = plain(python.eval("p.describe(0)").json());
    assertThat(((Map<?, ?>) described).get("headers")).isEqualTo(Map.of("redelivered", true));
    assertThat(((Map<?, ?>) described).get("delivery_info"))
        .isEqualTo(Map.of("exchange", "t", "routing_key", "a.b", "redelivered", true));
  }

  @Test
  @Tag("B11")
  void whatAPythonProcessHeldWhenItWasKilledJavaPutsBack() {
    PythonClient python = python("visibility_timeout=1");
    python.exec(
        """
        p.declare(Queue("jobs", Exchange("t", "topic"), "a.*"))
        for i in range(5):
            p.publish(f"m{i}", exchange=Exchange("t", "topic"), routing_key="a.b", priority=i)
        p.consume(Queue("jobs", Exchange("t", "topic"), "a.*"), prefetch=3)
        p.drain(3)
        """);
    assertThat(unacked()).isEqualTo(3);

    python.exec("die()");
    // A process that has declared nothing: it does not know that the exchange is a topic.
    Connection java = java(Map.of("visibility_timeout", 1));
    consume(java, Queue.builder("jobs").noDeclare().build());

    List<Message> messages = receive(5);
    assertThat(messages.stream().map(Message::payload))
        .containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "m4");
    assertThat(messages.stream().filter(Message::redelivered)).hasSize(3);
    assertThat(messages.stream().filter(message -> message.headers().containsKey("redelivered")))
        .hasSize(3);
    await().until(() -> unacked() == 0);
  }

  @Test
  void whatOneSideRequeuesTheOtherSeesAsRedelivered() {
    PythonClient python = python("");
    python.exec("p.publish('one', routing_key='jobs')");
    consume(java(Map.of()), Queue.named("jobs"));
    receive(1, Message::requeue);
    connections.get(0).close();
    python.exec("p.consume(Queue('jobs'), prefetch=1)");

    assertThat(python.eval("p.drain(1)").json().toString()).isEqualTo("[\"one\"]");
    assertThat(python.eval("p.messages[0].delivery_info['redelivered']").json().asBoolean())
        .isTrue();
    python.exec("p.messages[0].requeue(); p.close()");

    received.clear();
    consume(java(Map.of()), Queue.named("jobs"));
    assertThat(receive(1).get(0).redelivered()).isTrue();
  }

  @Test
  @Tag("B10")
  void whatJavaHoldsForLongIsNotGivenToPython() {
    PythonClient python = python("visibility_timeout=2");
    Connection java = java(Map.of("visibility_timeout", 2));
    python.exec("p.publish('long', routing_key='jobs')");
    List<Message> held = new ArrayList<>();
    Consumer consumer =
        java.consumer().queue(Queue.named("jobs")).prefetch(1).onMessage(held::add).build();
    consumer.consume();
    await().until(() -> java.drainEvents(Duration.ofMillis(100)) >= 0 && !held.isEmpty());
    python.exec("p.consume(Queue('jobs'))");

    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(6)) {
      python.exec("p.sweep(); assert p.quiet(0.3)");
    }
    held.get(0).ack();

    await().until(() -> unacked() == 0);
    assertThat(python.eval("p.quiet()").json().asBoolean()).isTrue();
  }

  @Test
  void aMixedCrewServesOneQueueAndEachMessageIsServedOnce() {
    int count = 600;
    PythonClient python = python("");
    python.exec("p.consume(Queue('jobs'), prefetch=10)");
    Connection java = java(Map.of());
    consume(java, Queue.named("jobs"));
    List<String> sent = IntStream.range(0, count).mapToObj(i -> "m" + i).toList();

    assertThat(producer(java).publishAll(sent, PublishOptions.to("jobs")).failures()).isEmpty();

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              python.exec(
                  """
                  while not p.quiet(0.05):
                      p.messages[-1].ack()
                  """);
              java.drainEvents(Duration.ofMillis(20));
              received.forEach(this::ackOnce);
              return received.size() + python.eval("len(p.messages)").json().asInt() >= count;
            });

    Set<String> all = new HashSet<>();
    python.eval("[m.payload for m in p.messages]").json().forEach(node -> all.add(node.asText()));
    received.forEach(message -> all.add(String.valueOf(message.payload())));
    assertThat(all).containsExactlyInAnyOrderElementsOf(sent);
    assertThat(received.size() + python.eval("len(p.messages)").json().asInt()).isEqualTo(count);
  }

  @Test
  void aBodyOfMoreThanTwentyMegabytesPassesBothWays() {
    int size = 21 * 1024 * 1024;
    PythonClient python = python("");
    Connection java = java(Map.of());
    producer(java)
        .publish(
            "x".repeat(size),
            PublishOptions.builder()
                .routingKey("to-python")
                .timeout(Duration.ofSeconds(60))
                .build());
    python.exec("p.consume(Queue('to-python')); p.drain(1, 60); p.messages[0].ack()");

    assertThat(python.eval("len(p.messages[0].payload)").json().asInt()).isEqualTo(size);
    python.exec("p.publish('y' * " + size + ", routing_key='to-java')");
    consume(java, Queue.named("to-java"));
    assertThat(String.valueOf(receive(1).get(0).payload())).hasSize(size);
  }

  @Test
  void whatJavaDeletesIsGoneForPython() {
    PythonClient python = python("");
    Connection java = java(Map.of());
    python.exec("p.declare(Queue('jobs', Exchange('geo'), 'k'))");
    python.exec("p.publish('one', exchange=Exchange('geo'), routing_key='k', priority=5)");

    long deleted = java.defaultChannel().deleteQueue("jobs");
    python.exec("p.publish('two', exchange=Exchange('geo'), routing_key='k')");

    assertThat(deleted).isEqualTo(1);
    try (Jedis jedis = new Jedis(server.uri())) {
      assertThat(jedis.keys("*")).isEmpty();
    }
  }

  @Test
  void pythonDoesNotSweepAwayWhatJavaHasBound() {
    assumeTrue(peer.isAtLeast("5.7"), "older peers sweep nothing away");
    PythonClient python = python("");
    Connection java = java(Map.of());
    java.declare(Queue.bound("lasting", Exchange.direct("geo"), "k"));
    java.declare(
        Queue.builder("fleeting")
            .exchange(Exchange.direct("geo"))
            .routingKey("f")
            .expires(Duration.ofSeconds(5))
            .build());
    try (Jedis jedis = new Jedis(server.uri())) {
      jedis.zadd("_kombu.binding_deadlines", 1, "geo");
    }

    assertThat(python.eval("p.channel.sweep_bindings()").json().asInt()).isEqualTo(1);

    assertThat(members("geo")).hasSize(2);
  }

  private PythonClient python(String options) {
    PythonClient client = processes.client(peer, PeerSetup.over(server.uri()));
    client.exec(
        "from kombu_redis import *\nURL = '%s'\np = Peer(URL, %s)"
            .formatted(server.uri(), options));
    return client;
  }

  private Connection java(Map<String, Object> transportOptions) {
    ConnectionOptions.Builder options = ConnectionOptions.builder();
    transportOptions.forEach(options::transportOption);
    Connection connection =
        Connection.builder(server.uri().toString()).options(options.build()).build();
    connections.add(connection);
    return connection;
  }

  private static Producer producer(Connection connection) {
    return connection.producer().build();
  }

  private void consume(Connection connection, Queue... queues) {
    connection
        .consumer()
        .queue(queues)
        .prefetch(50)
        .accept("json", "text/plain")
        .onMessage(received::add)
        .build()
        .consume();
  }

  private List<Message> receive(int count) {
    return receive(count, message -> {});
  }

  private List<Message> receive(int count, java.util.function.Consumer<Message> each) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              for (Connection connection : connections) {
                connection.drainEvents(Duration.ofMillis(20));
              }
              return received.size() >= count;
            });
    received.forEach(each);
    received.stream().filter(message -> !message.isSettled()).forEach(Message::ack);
    return List.copyOf(received);
  }

  private void ackOnce(Message message) {
    if (!message.isSettled()) {
      message.ack();
    }
  }

  private ServerProcess taker(String queue, int count) throws InterruptedException {
    ServerProcess taker =
        ServerProcess.start(
            "taker",
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DyingTaker.class.getName(),
                server.uri().toString(),
                queue,
                Integer.toString(count)));
    assertThat(taker.output().awaitLine(("took " + count)::equals, Duration.ofSeconds(30)))
        .as(taker.report())
        .isTrue();
    return taker;
  }

  private static long unacked() {
    try (Jedis jedis = new Jedis(server.uri())) {
      return jedis.hlen("unacked");
    }
  }

  private static Set<String> members(String exchange) {
    try (Jedis jedis = new Jedis(server.uri())) {
      return jedis.smembers("_kombu.binding." + exchange);
    }
  }

  private static long prioritiesIn(String list) {
    try (Jedis jedis = new Jedis(server.uri())) {
      return jedis.llen(list);
    }
  }

  /** Takes all messages of a queue; the routing keys of those by one publisher. */
  private static List<String> keysIn(PythonClient python, String queue, String publisher) {
    List<String> keys = new ArrayList<>();
    python
        .eval("list(iter(lambda: p.get('" + queue + "'), None))")
        .json()
        .forEach(node -> keys.add(node.asText()));
    List<String> ofOthers = keys.stream().filter(key -> !key.startsWith(publisher)).toList();
    List<String> own = keys.stream().filter(key -> key.startsWith(publisher)).toList();
    assertThat(ofOthers.stream().map(key -> key.substring(key.indexOf(' ') + 1)))
        .containsExactlyInAnyOrderElementsOf(
            own.stream().map(key -> key.substring(key.indexOf(' ') + 1)).toList());
    return own.stream().map(key -> key.substring(publisher.length())).toList();
  }

  private static Object plain(Object json) {
    return JsonMapper.builder().build().convertValue(json, Object.class);
  }
}
