package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.redis.RedisProbe.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.RedisServer;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an idle process asks of the server, counted by the server, and how soon it wakes. */
@Timeout(120)
@Tag("long")
class RedisIdleIT {

  private static final Logger log = LoggerFactory.getLogger(RedisIdleIT.class);

  private static final int SECONDS = 5;
  private static final String SEP = "\u0006\u0016";

  private final RedisServer server = RedisServer.start();
  private final RedisProbe redis = new RedisProbe(server.uri(), "");
  private final RedisConnector connector = new RedisConnector(server.uri(), Map.of());

  @AfterEach
  void close() {
    connector.close();
    redis.close();
    server.close();
  }

  @Test
  void aProcessWithFiftyIdleConsumersOnFiftyConnectionsSendsLessThanTwentyCommandsASecond() {
    for (int i = 0; i < 50; i++) {
      connector.open().consume("jobs", ConsumeOptions.prefetching(4), RecordingSink.holding());
    }

    assertThat(commandsWhileIdle(1)).isLessThan(20 * SECONDS);
    assertThat(blockedClients()).isEqualTo(1);
  }

  @Test
  void aConnectionWithFiftyIdleQueuesAndSubscriptionsSendsLessThanTwentyCommandsASecond() {
    Channel channel = connector.open();
    for (int i = 0; i < 50; i++) {
      channel.declare(Queue.bound("jobs" + i, Exchange.direct("d"), "k" + i));
      channel.consume("jobs" + i, ConsumeOptions.prefetching(4), RecordingSink.holding());
    }
    channel.declare(Queue.bound("news", Exchange.fanout("f"), ""));
    channel.consume("news", ConsumeOptions.prefetching(4), RecordingSink.holding());

    assertThat(commandsWhileIdle(50)).isLessThan(20 * SECONDS);
  }

  @Test
  void aConsumerThatIsFullAsksForNothingButItsLease() {
    Channel channel = connector.open();
    RecordingSink sink = RecordingSink.holding();
    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);
    redis.push("jobs", envelope("jobs", "t1", "work"));
    redis.push("jobs", envelope("jobs", "t2", "work"));
    sink.await(1);

    assertThat(commandsWhileIdle(0)).isLessThan(2 * SECONDS);
  }

  @Test
  void aPushWakesOneConsumerAtOnceWhateverTheSizeOfTheBody() throws Exception {
    for (int size : new int[] {10, 1_000_000}) {
      Clocked sink = new Clocked();
      TransportConnection connection = connector.connect();
      Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
      channel.consume("jobs", ConsumeOptions.prefetching(1), sink);

      double median = medianMillis(sink, "jobs", size, 100);

      log.info("woken after {} ms (median) with bodies of {} bytes", median, size);
      assertThat(median).isLessThan(50);
      connection.close();
    }
  }

  @Test
  void messagesOfOtherPrioritiesAreFoundWithinATenthOfASecond() throws Exception {
    Clocked sink = new Clocked();
    connector.open().consume("jobs", ConsumeOptions.prefetching(1), sink);

    double median = medianMillis(sink, "jobs" + SEP + "6", 10, 30);

    log.info("a message of another priority was found after {} ms (median)", median);
    assertThat(median).isLessThan(150);
  }

  @Test
  void amongFiftyConsumersAPushFindsOneAsSoon() throws Exception {
    Clocked sink = new Clocked();
    for (int i = 0; i < 50; i++) {
      connector.open().consume("jobs", ConsumeOptions.prefetching(1), sink);
    }

    double median = medianMillis(sink, "jobs", 10, 100);

    log.info("woken after {} ms (median) among 50 consumers", median);
    assertThat(median).isLessThan(50);
  }

  private double medianMillis(Clocked sink, String list, int size, int rounds) throws Exception {
    double[] millis = new double[rounds];
    String body = "x".repeat(size);
    for (int i = 0; i < rounds; i++) {
      await().pollInterval(Duration.ofMillis(1)).until(() -> blockedClients() == 1);
      long start = System.nanoTime();
      redis.push(list, envelope("jobs", "t" + i, body));
      millis[i] = (sink.next() - start) / 1e6;
    }
    Arrays.sort(millis);
    return millis[rounds / 2];
  }

  /** Idling is what is measured, so it takes its time. */
  private long commandsWhileIdle(int waiters) {
    await().until(() -> blockedClients() == waiters);
    redis.jedis().configResetStat();
    await().pollDelay(Duration.ofSeconds(SECONDS)).until(() -> true);
    String stats = redis.jedis().info("commandstats");
    long count = 0;
    for (String line : stats.split("\r\n")) {
      if (line.startsWith("cmdstat_") && !line.contains("config") && !line.contains("info")) {
        count += Long.parseLong(line.replaceFirst(".*:calls=(\\d+),.*", "$1"));
      }
    }
    log.info("{} commands in {} s: {}", count, SECONDS, stats.replaceAll(",usec=[^\r]*", ""));
    return count;
  }

  private int blockedClients() {
    String clients = redis.jedis().info("clients");
    return Integer.parseInt(clients.replaceFirst("(?s).*blocked_clients:(\\d+).*", "$1"));
  }

  /** Notes when a delivery comes. */
  private static final class Clocked implements DeliverySink {

    private final BlockingQueue<Long> times = new LinkedBlockingQueue<>();

    @Override
    public void accept(Delivery delivery) {
      times.add(System.nanoTime());
      delivery.receipt().ack();
    }

    @Override
    public void ended(OperationalException cause) {}

    long next() throws InterruptedException {
      Long time = times.poll(10, TimeUnit.SECONDS);
      if (time == null) {
        throw new AssertionError("nothing was delivered");
      }
      return time;
    }
  }
}
