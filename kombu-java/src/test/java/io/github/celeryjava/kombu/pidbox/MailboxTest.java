package io.github.celeryjava.kombu.pidbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.ProducerPool;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.SimpleQueue;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Callers and nodes over a broker in memory. */
@Timeout(30)
class MailboxTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(100);

  private final Connection connection =
      Connection.builder("memory://").transport(new MemoryTransport()).build();
  private final List<String> carriedOut = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> closeables = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() throws Exception {
    threads.shutdownNow();
    for (AutoCloseable each : closeables) {
      each.close();
    }
    connection.close();
  }

  @Test
  void oneNodeAnswersForItself() {
    startNodes("w1", "w2");
    Mailbox mailbox = mailbox(settings -> settings);

    List<Reply> replies = mailbox.call(List.of("w2"), "add", Map.of("x", 2, "y", 3), LONG);

    assertThat(replies).containsExactly(new Reply("w2", 5L));
    assertThat(carriedOut).containsExactly("w2 add");
  }

  @Test
  void aNodeWhoseTransportIsBrokenSaysSo() {
    TransportProvider broken =
        new TransportProvider() {
          @Override
          public Set<String> schemes() {
            return Set.of("broken");
          }

          @Override
          public int defaultPort(String scheme) {
            return 0;
          }

          @Override
          public Set<Capability> capabilities() {
            return Set.of();
          }

          @Override
          public TransportConnection open(
              ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
            throw new IllegalStateException("a mistake of its author");
          }
        };
    Connection apart = Connection.builder("broken://").transport(broken).build();
    closeables.add(apart);

    NodeListening listening = node(mailbox(settings -> settings), "w1").listen(apart);
    closeables.add(listening);

    assertThat(listening.ready())
        .failsWithin(LONG)
        .withThrowableOfType(ExecutionException.class)
        .havingRootCause()
        .withMessage("a mistake of its author");
  }

  @Test
  void aSecondNodeOfTheSameNameIsWarnedOf() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Node.class);
    log.start();
    logger.addAppender(log);
    closeables.add(() -> logger.detachAppender(log));

    Mailbox shared = mailbox(MailboxBuilder::sharedQueues);
    ready(start(shared, "w1"));
    ready(start(shared, "w2"));
    assertThat(log.list).isEmpty();

    ready(start(shared, "w1"));

    assertThat(log.list)
        .singleElement()
        .satisfies(warning -> assertThat(warning.getLevel()).isEqualTo(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage, STRING)
        .contains("A node named w1 is already using its mailbox");
  }

  @Test
  void allNodesAnswerUntilNoneHasAnsweredForAWhile() {
    startNodes("w1", "w2", "w3");
    Mailbox mailbox = mailbox(settings -> settings);

    List<Reply> replies = mailbox.multiCall("add", Map.of("x", 1, "y", 1), Duration.ofMillis(500));

    assertThat(replies)
        .containsExactlyInAnyOrder(new Reply("w1", 2L), new Reply("w2", 2L), new Reply("w3", 2L));
  }

  @Test
  void patternsSelectNodes() {
    startNodes("web1", "web2", "db1");
    Mailbox mailbox = mailbox(settings -> settings);

    List<Reply> globbed =
        mailbox.call(add().matching("glob", "web*").limit(2).timeout(LONG).build());
    List<Reply> matched =
        mailbox.call(add().matching("pcre", "db\\d").limit(1).timeout(LONG).build());

    assertThat(globbed).extracting(Reply::hostname).containsExactlyInAnyOrder("web1", "web2");
    assertThat(matched).extracting(Reply::hostname).containsExactly("db1");
  }

  @Test
  void aDestinationCountsBeforeAPattern() {
    startNodes("web1", "db1");
    Mailbox mailbox = mailbox(settings -> settings);

    List<Reply> replies =
        mailbox.call(add().to("db1").matching("glob", "web*").timeout(LONG).build());

    assertThat(replies).extracting(Reply::hostname).containsExactly("db1");
  }

  @Test
  void castsAreCarriedOutAndNotAnswered() {
    startNodes("w1", "w2");
    Mailbox mailbox = mailbox(settings -> settings);

    mailbox.cast(List.of("w1"), "note", Map.of());
    mailbox.broadcast("note", Map.of());

    await().until(() -> carriedOut.size() == 3);
    assertThat(carriedOut).containsExactlyInAnyOrder("w1 note", "w1 note", "w2 note");
  }

  @Test
  void failuresAreAnsweredAsPythonShowsThem() {
    startNodes("w1");
    Mailbox mailbox = mailbox(settings -> settings);

    Reply unknown = mailbox.call(List.of("w1"), "nonsense", Map.of(), LONG).get(0);
    Reply failed = mailbox.call(List.of("w1"), "fail", Map.of(), LONG).get(0);
    Reply unencodable = mailbox.call(List.of("w1"), "odd", Map.of(), LONG).get(0);
    Reply fine = mailbox.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG).get(0);

    assertThat(unknown.value()).isEqualTo(Map.of("error", "KeyError('nonsense')"));
    assertThat(failed.error()).isEqualTo("IllegalStateException('not today')");
    assertThat(unencodable.error()).startsWith("EncodeError('");
    assertThat(fine.error()).isNull();
  }

  @Test
  void nodesSurviveWhatIsNoCommand() {
    startNodes("w1");
    Mailbox mailbox = mailbox(settings -> settings);
    Exchange exchange = Exchange.fanout("shop.pidbox").notDurable();
    PublishOptions toAll = PublishOptions.builder().exchange(exchange).declare(exchange).build();

    connection.producer().build().publish(List.of("no command"), toAll);
    connection.producer().build().publish("refused text", toAll);
    mailbox.cast(add().matching("nonsense", "*").build());
    mailbox.cast(add().matching("pcre", "(").build());

    assertThat(mailbox.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG)).hasSize(1);
    assertThat(carriedOut).containsExactly("w1 add");
  }

  @RepeatedTest(5)
  void answersFindTheirCallersAmongMany() throws Exception {
    startNodes("w1", "w2");
    Mailbox mailbox = mailbox(settings -> settings);
    List<Future<List<Reply>>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int x = i;
      calls.add(
          threads.submit(
              () -> mailbox.call(List.of("w1", "w2"), "add", Map.of("x", x, "y", 1000), LONG)));
    }

    for (int i = 0; i < 40; i++) {
      long sum = i + 1000;
      assertThat(calls.get(i).get(20, TimeUnit.SECONDS))
          .containsExactlyInAnyOrder(new Reply("w1", sum), new Reply("w2", sum));
    }
  }

  @Test
  void repliesAreToldWhenTheyCome() {
    startNodes("w1", "w2");
    Mailbox mailbox = mailbox(settings -> settings);
    List<String> told = new CopyOnWriteArrayList<>();

    CompletableFuture<List<Reply>> call =
        mailbox.callAsync(
            add()
                .to("w1", "w2")
                .timeout(LONG)
                .onReply(
                    reply -> {
                      told.add(reply.hostname());
                      throw new IllegalStateException("not my day");
                    })
                .build());

    assertThat(call.join()).hasSize(2);
    assertThat(new TreeSet<>(told)).containsExactly("w1", "w2");
  }

  @Test
  void noAnswerIsNoError() {
    Mailbox mailbox = mailbox(settings -> settings);

    assertThat(mailbox.call(List.of("nobody"), "add", Map.of(), BRIEF)).isEmpty();
  }

  @Test
  void anInterruptEndsTheWaitAndKeepsTheFlag() throws Exception {
    Mailbox mailbox = mailbox(settings -> settings);
    CountDownLatch calling = new CountDownLatch(1);
    Thread[] caller = new Thread[1];
    Future<Boolean> call =
        threads.submit(
            () -> {
              caller[0] = Thread.currentThread();
              calling.countDown();
              assertThat(mailbox.call(List.of("nobody"), "add", Map.of(), LONG)).isEmpty();
              return Thread.interrupted();
            });
    assertThat(calling.await(10, TimeUnit.SECONDS)).isTrue();

    caller[0].interrupt();

    assertThat(call.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingEndsCalls() throws Exception {
    Mailbox mailbox = mailbox(settings -> settings);
    CompletableFuture<List<Reply>> call =
        mailbox.callAsync(add().to("nobody").timeout(LONG).build());

    mailbox.close();

    assertThat(call.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThatThrownBy(() -> mailbox.call(List.of("nobody"), "add", Map.of(), LONG))
        .isInstanceOf(OperationalException.class)
        .hasMessage("the mailbox is closed");
  }

  @Test
  void clocksGrowWithEveryMessage() {
    LamportClock nodesClock = new LamportClock(100);
    Mailbox nodes = mailbox(settings -> settings.clock(nodesClock));
    start(nodes, "w1");
    Mailbox caller = mailbox(settings -> settings);

    assertThat(caller.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG)).hasSize(1);

    assertThat(nodesClock.value()).isEqualTo(102); // a request received, an answer sent
    assertThat(caller.clock().value()).isEqualTo(103);
  }

  @Test
  void aRequestLooksAsKombuMakesIt() {
    Instant now = Instant.parse("2031-07-09T08:05:06Z");
    Mailbox mailbox = mailbox(settings -> settings.time(Clock.fixed(now, ZoneOffset.UTC)));
    List<Message> requests = spyOn(Exchange.fanout("shop.pidbox").notDurable());

    mailbox.cast(List.of("w1"), "note", Map.of("a", 1));
    mailbox.call(List.of("w1"), "note", Map.of(), BRIEF);
    drain(requests, 2);

    Message told = requests.get(0);
    assertThat(told.routingKey()).isEmpty();
    assertThat(told.properties().deliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
    assertThat(told.properties().priority()).isZero();
    assertThat(told.properties().contentType()).isEqualTo("application/json");
    assertThat(told.headers())
        .containsEntry("clock", 1L)
        .containsEntry("expires", now.getEpochSecond() + 1.0);
    Map<?, ?> asked = (Map<?, ?>) requests.get(1).payload();
    assertThat(asked.get("reply_to"))
        .isEqualTo(Map.of("exchange", "reply.shop.pidbox", "routing_key", mailbox.oid()));
    assertThat(asked.get("ticket").toString()).hasSize(36);
    assertThat(requests.get(1).headers())
        .containsEntry("expires", now.getEpochSecond() + BRIEF.toMillis() / 1000.0);
  }

  @Test
  void anAnswerLooksAsKombuMakesIt() {
    startNodes("w1");
    Queue mine = Queue.bound("mine", Exchange.direct("reply.shop.pidbox").notDurable(), "my-oid");
    connection.declare(mine);
    Map<String, Object> request =
        Map.of(
            "method",
            "add",
            "arguments",
            Map.of("x", 1, "y", 2),
            "ticket",
            "t-1",
            "reply_to",
            Map.of("exchange", "reply.shop.pidbox", "routing_key", "my-oid"));

    connection
        .producer()
        .build()
        .publish(
            request, PublishOptions.builder().exchange("shop.pidbox").header("clock", 41).build());

    Message reply = SimpleQueue.of(connection, mine).take(LONG);
    assertThat(reply.payload()).isEqualTo(Map.of("w1", 3L));
    assertThat(reply.properties().deliveryMode()).isEqualTo(DeliveryMode.TRANSIENT);
    assertThat(reply.headers()).containsEntry("ticket", "t-1").containsEntry("clock", 43L);
  }

  @Test
  void answersOfVeryOldPeersWhichBearNoTicketGoToTheOldestCall() {
    Mailbox mailbox = mailbox(settings -> settings);
    CompletableFuture<List<Reply>> first = mailbox.callAsync(add().to("old").timeout(LONG).build());
    CompletableFuture<List<Reply>> second =
        mailbox.callAsync(add().to("old").timeout(LONG).build());

    for (int i = 0; i < 2; i++) {
      answer(mailbox, Map.of("old", i), Map.of());
    }

    assertThat(first.join()).containsExactly(new Reply("old", 0L));
    assertThat(second.join()).containsExactly(new Reply("old", 1L));
  }

  @Test
  void answersThatHaveExpiredOrThatNobodyWaitsForAreDropped() {
    Mailbox mailbox = mailbox(settings -> settings);
    CompletableFuture<List<Reply>> call = mailbox.callAsync(add().to("w").timeout(LONG).build());

    answer(mailbox, Map.of("w", "unknown ticket"), Map.of("ticket", "x"));
    answer(mailbox, Map.of("w", "expired"), Map.of("expires", 1.5));
    answer(mailbox, Map.of("w", "good"), Map.of());

    assertThat(call.join()).containsExactly(new Reply("w", "good"));
  }

  @Test
  void theReplyQueueExpiresAndGoesWhenNobodyCallsAnyMore() {
    Mailbox mailbox = mailbox(settings -> settings.sharedQueues().replyQueueExpires(BRIEF));
    String queue = mailbox.oid() + ".reply.shop.pidbox";

    mailbox.call(List.of("nobody"), "add", Map.of(), BRIEF);

    await().until(() -> connection.defaultChannel().inspectQueue(queue).isEmpty());
    startNodes("w1");
    assertThat(mailbox.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG)).hasSize(1);
  }

  @Test
  void queuesHaveTheFlagsAndLimitsAskedFor() {
    MailboxQueues exclusive =
        Mailbox.builder("celery", connection)
            .type(ExchangeType.FANOUT)
            .queueTtl(Duration.ofSeconds(300))
            .queueExpires(Duration.ofSeconds(10))
            .replyQueueTtl(Duration.ofSeconds(300))
            .queues();
    MailboxQueues durable = Mailbox.builder("shop", connection).durableQueues().queues();
    MailboxQueues shared = Mailbox.builder("shop", connection).sharedQueues().queues();

    Queue node = exclusive.node("w1@h");
    assertThat(node.name()).isEqualTo("w1@h.celery.pidbox");
    assertThat(node.exchange().name()).isEqualTo("celery.pidbox");
    assertThat(node.exchange().type()).isEqualTo(ExchangeType.FANOUT);
    assertThat(node.exchange().durable()).isFalse();
    assertThat(node.exchange().autoDelete()).isFalse();
    assertThat(node.routingKey()).isEmpty();
    assertThat(List.of(node.durable(), node.exclusive(), node.autoDelete()))
        .containsExactly(false, true, true);
    assertThat(node.declareArguments())
        .isEqualTo(Map.of("x-expires", 10_000L, "x-message-ttl", 300_000L));
    Queue replies = exclusive.replies("oid");
    assertThat(replies.name()).isEqualTo("oid.reply.celery.pidbox");
    assertThat(replies.routingKey()).isEqualTo("oid");
    assertThat(replies.declareArguments())
        .isEqualTo(Map.of("x-expires", 10_000L, "x-message-ttl", 300_000L));
    Queue lasting = durable.node("w1");
    assertThat(List.of(lasting.durable(), lasting.exclusive(), lasting.autoDelete()))
        .containsExactly(true, false, false);
    Queue older = shared.node("w1");
    assertThat(List.of(older.durable(), older.exclusive(), older.autoDelete()))
        .containsExactly(false, false, true);
    assertThat(shared.replies("oid").declareArguments()).containsEntry("x-expires", 10_000L);
  }

  @Test
  void aNodeWhoseQueueAnotherConnectionHoldsListensOnceThatIsGone() throws Exception {
    Connection holder = connection.copy();
    Mailbox mailbox = mailbox(settings -> settings);
    holder.declare(
        Mailbox.builder("shop", connection).type(ExchangeType.FANOUT).queues().node("w1"));

    NodeListening listening = start(mailbox, "w1");
    assertThatThrownBy(() -> listening.ready().get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    holder.close();

    listening.ready().get(10, TimeUnit.SECONDS);
    assertThat(mailbox.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG)).hasSize(1);
  }

  @Test
  void aNodeThatWasClosedListensNoMore() throws Exception {
    Mailbox mailbox = mailbox(settings -> settings);
    NodeListening listening = start(mailbox, "w1");
    listening.ready().get(10, TimeUnit.SECONDS);

    listening.close();

    await().until(() -> connection.defaultChannel().inspectQueue("w1.shop.pidbox").isEmpty());
    assertThat(mailbox.call(List.of("w1"), "add", Map.of(), BRIEF)).isEmpty();
  }

  @Test
  void aProgramMayDoSomethingAroundEachCommand() throws Exception {
    Mailbox mailbox = mailbox(settings -> settings);
    Node<List<String>> node = node(mailbox, "w1");
    Connection own = drained();
    NodeListening listening =
        node.listen(
            own,
            (body, message) -> {
              carriedOut.add("before");
              node.handleMessage(body, message);
              carriedOut.add("after");
            });
    closeables.add(listening);
    listening.ready().get(10, TimeUnit.SECONDS);

    mailbox.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG);

    await().until(() -> carriedOut.size() == 3);
    assertThat(carriedOut).containsExactly("before", "w1 add", "after");
  }

  @Test
  void publishesThroughAPoolThatItIsGivenAndLeavesItOpen() {
    ProducerPool pool = ProducerPool.of(connection);
    Mailbox mailbox = mailbox(settings -> settings.producers(pool));
    startNodes("w1");

    assertThat(mailbox.call(List.of("w1"), "add", Map.of("x", 1, "y", 1), LONG)).hasSize(1);
    mailbox.close();

    pool.publish("still open", PublishOptions.to("anywhere"));
    pool.close();
  }

  @Test
  void commandsThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> add().timeout(Duration.ZERO).build());
    assertThatIllegalArgumentException().isThrownBy(() -> add().limit(-1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Command("x", Map.of(), null, "*", null, LONG, 0, reply -> {}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mailbox.builder("shop", connection).replyQueueExpires(Duration.ZERO));
  }

  private static Command.Builder add() {
    return Command.builder("add").argument("x", 1).argument("y", 1);
  }

  private Mailbox mailbox(UnaryOperator<MailboxBuilder> settings) {
    Mailbox mailbox =
        settings.apply(Mailbox.builder("shop", connection).type(ExchangeType.FANOUT)).build();
    closeables.add(0, mailbox);
    return mailbox;
  }

  private void startNodes(String... hostnames) {
    Mailbox nodes = mailbox(settings -> settings);
    Arrays.stream(hostnames)
        .map(hostname -> start(nodes, hostname))
        .toList()
        .forEach(MailboxTest::ready);
  }

  private static void ready(NodeListening listening) {
    listening.ready().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private NodeListening start(Mailbox mailbox, String hostname) {
    NodeListening listening = node(mailbox, hostname).listen(drained());
    closeables.add(0, listening);
    return listening;
  }

  private Node<List<String>> node(Mailbox mailbox, String hostname) {
    return mailbox
        .node(hostname, carriedOut)
        .handler(
            "add",
            (state, arguments) -> {
              state.add(hostname + " add");
              return (long) number(arguments, "x") + number(arguments, "y");
            })
        .handler("note", (state, arguments) -> state.add(hostname + " note"))
        .handler("odd", (state, arguments) -> new Object())
        .handler(
            "fail",
            (state, arguments) -> {
              throw new IllegalStateException("not today");
            });
  }

  private static int number(Map<String, Object> arguments, String name) {
    return ((Number) arguments.get(name)).intValue();
  }

  /** A connection whose events are handled by a thread of the test. */
  private Connection drained() {
    Connection own = connection.copy();
    closeables.add(own);
    threads.execute(
        () -> {
          while (!Thread.currentThread().isInterrupted()) {
            own.drainEvents(BRIEF);
          }
        });
    return own;
  }

  private List<Message> spyOn(Exchange exchange) {
    List<Message> seen = new ArrayList<>();
    Queue queue = Queue.bound("spy", exchange, "");
    connection.consumer().queue(queue).noAck().onMessage(seen::add).build().consume();
    return seen;
  }

  private void drain(List<Message> seen, int count) {
    while (seen.size() < count) {
      assertThat(connection.drainEvents(LONG)).isPositive();
    }
  }

  private void answer(Mailbox mailbox, Map<String, ?> body, Map<String, ?> headers) {
    Exchange exchange = Exchange.direct("reply.shop.pidbox").notDurable();
    PublishOptions options =
        PublishOptions.builder()
            .exchange(exchange)
            .routingKey(mailbox.oid())
            .declare(exchange)
            .headers(headers)
            .mandatory(true)
            .build();
    await() // the mailbox listens from some moment on
        .ignoreExceptionsInstanceOf(MessageRefusedException.class)
        .until(
            () -> {
              connection.producer().build().publish(body, options);
              return true;
            });
  }
}
