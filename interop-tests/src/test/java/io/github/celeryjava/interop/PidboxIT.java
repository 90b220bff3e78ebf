package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.pidbox.Command;
import io.github.celeryjava.kombu.pidbox.Mailbox;
import io.github.celeryjava.kombu.pidbox.Node;
import io.github.celeryjava.kombu.pidbox.NodeListening;
import io.github.celeryjava.kombu.pidbox.Reply;
import io.github.celeryjava.kombu.testing.Services;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands of one language carried out and answered by nodes of the other. */
@EachPeer
@Timeout(120)
class PidboxIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private enum Broker {
    RABBITMQ(Services::amqp),
    REDIS(Services::redis);

    private final Supplier<URI> url;

    Broker(Supplier<URI> url) {
      this.url = url;
    }
  }

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private final String namespace = "pidbox-" + UUID.randomUUID();
  private final LamportClock clock = new LamportClock();
  private final List<Object> told = new CopyOnWriteArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void tidyUp() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void aPythonNodeAnswersAJavaCallerThatNamesIt(Broker broker) {
    pythonNodes(broker, "mail@a", "mail@b");
    Mailbox mailbox = mailbox(broker);

    List<Reply> replies = mailbox.call(List.of("mail@b"), "greet", Map.of("name", "Øy"), LIMIT);

    assertThat(replies).containsExactly(new Reply("mail@b", Map.of("ok", "hello Øy")));
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void allPythonNodesAnswerAJavaBroadcast(Broker broker) {
    pythonNodes(broker, "mail@a", "mail@b");
    Mailbox mailbox = mailbox(broker);

    List<Reply> replies =
        mailbox.call(
            Command.builder("greet").argument("name", "all").timeout(LIMIT).limit(2).build());

    assertThat(replies).extracting(Reply::hostname).containsExactlyInAnyOrder("mail@a", "mail@b");
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void pythonNodesWhoseNamesMatchAnswerAJavaPattern(Broker broker) {
    pythonNodes(broker, "mail@a", "mail@b", "image@a");
    Mailbox mailbox = mailbox(broker);

    List<Reply> byGlob = mailbox.call(matching("glob", "mail@*", 2));
    List<Reply> byRegex = mailbox.call(matching("pcre", ".+@a$", 2));

    assertThat(byGlob).extracting(Reply::hostname).containsExactlyInAnyOrder("mail@a", "mail@b");
    assertThat(byRegex).extracting(Reply::hostname).containsExactlyInAnyOrder("mail@a", "image@a");
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void aFailureOfAPythonNodeIsAnAnswerInJava(Broker broker) {
    pythonNodes(broker, "mail@a");
    Mailbox mailbox = mailbox(broker);

    List<Reply> replies = mailbox.call(List.of("mail@a"), "fail", Map.of(), LIMIT);

    assertThat(replies)
        .singleElement()
        .extracting(Reply::error)
        .asString()
        .startsWith("ValueError('too warm'");
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void clocksOfBothSidesGrowWithEachQuestionOfJava(Broker broker) {
    PythonClient python = pythonNodes(broker, "mail@a");
    Mailbox mailbox = mailbox(broker);
    python.exec("clock.value = 100");

    mailbox.call(List.of("mail@a"), "greet", Map.of("name", "x"), LIMIT);
    long afterReply = clock.value();
    clock.adjust(1_000);
    mailbox.call(List.of("mail@a"), "greet", Map.of("name", "x"), LIMIT);

    assertThat(afterReply).isGreaterThan(101);
    assertThat(python.eval("clock.value").json().asLong()).isGreaterThan(1_001);
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void aJavaNodeAnswersAPythonCallerThatNamesIt(Broker broker) {
    javaNodes(broker, "mail@a", "mail@b");
    PythonClient python = pythonCaller(broker);

    String replies =
        python.eval("box.call(['mail@b'], 'greet', {'name': 'Øy'}, timeout=20)").toString();

    assertThat(replies).isEqualTo("[{'mail@b': {'ok': 'hello Øy'}}]");
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void allJavaNodesAnswerAPythonBroadcast(Broker broker) {
    javaNodes(broker, "mail@a", "mail@b");
    PythonClient python = pythonCaller(broker);

    String names =
        python
            .eval("names_in(box.multi_call('greet', {'name': 'all'}, timeout=20, limit=2))")
            .toString();

    assertThat(names).isEqualTo("['mail@a', 'mail@b']");
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void javaNodesWhoseNamesMatchAnswerAPythonPattern(Broker broker) {
    javaNodes(broker, "mail@a", "mail@b", "image@a");
    PythonClient python = pythonCaller(broker);

    String byGlob = python.eval("matching('mail@*', 'glob', 2)").toString();
    String byRegex = python.eval("matching('.+@a$', 'pcre', 2)").toString();

    assertThat(byGlob).isEqualTo("['mail@a', 'mail@b']");
    assertThat(byRegex).isEqualTo("['image@a', 'mail@a']");
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void javaNodesHearWhatPythonTellsThemWithoutAsking(Broker broker) {
    javaNodes(broker, "mail@a", "mail@b");
    PythonClient python = pythonCaller(broker);

    python.exec("box.cast(['mail@a'], 'note', {'word': 'one'})");
    python.exec("box.abcast('note', {'word': 'all'})");

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(told)
                    .containsExactlyInAnyOrder("mail@a one", "mail@a all", "mail@b all"));
  }

  @ParameterizedTest
  @EnumSource(Broker.class)
  void clocksOfBothSidesGrowWithEachQuestionOfPython(Broker broker) {
    clock.adjust(100);
    javaNodes(broker, "mail@a");
    PythonClient python = pythonCaller(broker);

    python.exec("box.call(['mail@a'], 'greet', {'name': 'x'}, timeout=20)");
    long afterReply = python.eval("clock.value").json().asLong();
    python.exec("clock.value = 1000");
    python.exec("box.call(['mail@a'], 'greet', {'name': 'x'}, timeout=20)");

    assertThat(afterReply).isGreaterThan(101);
    assertThat(clock.value()).isGreaterThan(1_001);
  }

  private static Command matching(String matcher, String pattern, int limit) {
    return Command.builder("greet")
        .argument("name", "some")
        .matching(matcher, pattern)
        .timeout(LIMIT)
        .limit(limit)
        .build();
  }

  private Connection connection(Broker broker) {
    Connection connection = Connection.open(broker.url.get().toString());
    open.push(connection);
    return connection;
  }

  private Mailbox mailbox(Broker broker) {
    Mailbox mailbox =
        Mailbox.builder(namespace, connection(broker))
            .type(ExchangeType.FANOUT)
            .clock(clock)
            .build();
    open.push(mailbox);
    return mailbox;
  }

  private void javaNodes(Broker broker, String... hostnames) {
    Mailbox mailbox = mailbox(broker);
    for (String hostname : hostnames) {
      Node<String> node = mailbox.node(hostname, hostname);
      node.handler("greet", (state, arguments) -> Map.of("ok", "hello " + arguments.get("name")));
      node.handler("note", (state, arguments) -> told.add(state + " " + arguments.get("word")));
      Connection connection = connection(broker);
      NodeListening listening = node.listen(connection);
      Thread drain = new Thread(() -> drain(connection), "commands of " + hostname);
      drain.start();
      open.push(
          () -> {
            drain.interrupt();
            drain.join();
          });
      open.push(listening);
      assertThat(listening.ready().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .succeedsWithin(LIMIT);
    }
  }

  private static void drain(Connection connection) {
    while (!Thread.currentThread().isInterrupted()) {
      connection.drainEvents(Duration.ofSeconds(1));
    }
  }

  private PythonClient pythonCaller(Broker broker) {
    PythonClient python = processes.client(peer, PeerSetup.over(broker.url.get()));
    python.exec(
        """
        import kombu
        from kombu.clocks import LamportClock
        from kombu.pidbox import Mailbox

        clock = LamportClock()
        mailbox = Mailbox('%s', type='fanout', clock=clock)
        box = mailbox(kombu.Connection('%s'))

        def names_in(replies):
            return sorted(name for reply in replies for name in reply)

        def matching(pattern, matcher, limit):
            return names_in(box._broadcast('greet', {'name': 'some'}, reply=True, timeout=20,
                                           limit=limit, pattern=pattern, matcher=matcher))
        """
            .formatted(namespace, broker.url.get()));
    return python;
  }

  private PythonClient pythonNodes(Broker broker, String... hostnames) {
    PythonClient python = pythonCaller(broker);
    python.exec(
        """
        import socket
        import threading

        def greet(state, name):
            return {'ok': 'hello ' + name}

        def fail(state):
            raise ValueError('too warm')

        def serve(hostname):
            connection = kombu.Connection('%s')
            node = mailbox(connection).Node(hostname, channel=connection.channel())
            node.handler(greet)
            node.handler(fail)
            node.listen()

            def drain():
                while True:
                    try:
                        connection.drain_events(timeout=1)
                    except socket.timeout:
                        pass

            threading.Thread(target=drain, daemon=True).start()
        """
            .formatted(broker.url.get()));
    for (String hostname : hostnames) {
      python.exec("serve('%s')".formatted(hostname));
    }
    return python;
  }
}
