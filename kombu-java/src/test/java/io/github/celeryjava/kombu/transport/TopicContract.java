package io.github.celeryjava.kombu.transport;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What topic patterns mean: AMQP's meaning and that of kombu's virtual transports differ, and each
 * transport has one of the two. The table is also on the page of the user guide about transports.
 */
@Timeout(60)
public abstract class TopicContract {

  /** Whose meaning a transport has. */
  protected enum Dialect {
    AMQP,
    KOMBU
  }

  /**
   * One question with both answers.
   *
   * @param amqp whether the key reaches a queue bound with the pattern, on AMQP
   * @param kombu whether it does on kombu's virtual transports, since 5.7
   */
  record Row(String pattern, String key, boolean amqp, boolean kombu) {

    boolean answer(Dialect dialect) {
      return dialect == Dialect.AMQP ? amqp : kombu;
    }
  }

  static final List<Row> TABLE =
      List.of(
          new Row("a.b", "a.b", true, true),
          new Row("a.b", "a.bc", false, false),
          new Row("*", "a", true, true),
          new Row("*", "a.b", false, false),
          new Row("*", "", false, false),
          new Row("a.*", "a.b", true, true),
          new Row("a.*", "a.b.c", false, false),
          new Row("a.*", "a", false, false),
          new Row("a.*", "a.", true, false),
          new Row("a.*.c", "a.b.c", true, true),
          new Row("a.*.c", "a.c", false, false),
          new Row("#", "a.b.c", true, true),
          new Row("#", "", true, true),
          new Row("a.#", "a.b", true, true),
          new Row("a.#", "a.b.c", true, true),
          new Row("a.#", "a", true, false),
          new Row("#.b", "x.b", true, true),
          new Row("#.b", "x.y.b", true, true),
          new Row("#.b", "b", true, false),
          new Row("a.#.c", "a.b.b.c", true, true),
          new Row("a.#.c", "a.c", true, false),
          new Row("a-b_c.*", "a-b_c.z", true, true),
          new Row("a#.b", "a#.b", true, true),
          new Row("a*.b", "a*.b", true, false),
          new Row("a*.b", "aaa.b", false, true));

  private ContractBroker broker;

  /** A new connection, always to the same broker. */
  protected abstract TransportConnection connect();

  protected abstract Dialect dialect();

  @BeforeEach
  void prepare() {
    broker = new ContractBroker(this::connect);
  }

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void everyPatternSelectsWhatTheTableSays() throws Exception {
    Channel channel = broker.open();
    Exchange events = Exchange.topic(broker.exchangeName("events"));
    Map<String, Queue> queues = new LinkedHashMap<>();
    for (Row row : TABLE) {
      queues.computeIfAbsent(
          row.pattern(),
          pattern ->
              broker.declared(
                  channel, Queue.bound(broker.name("queue-" + queues.size()), events, pattern)));
    }

    for (String key : TABLE.stream().map(Row::key).distinct().toList()) {
      broker.publish(Destination.exchange(events.name(), key), message(bytes("body")));
    }

    for (Map.Entry<String, Queue> bound : queues.entrySet()) {
      List<Row> rows = TABLE.stream().filter(row -> row.pattern().equals(bound.getKey())).toList();
      long expected = rows.stream().filter(row -> row.answer(dialect())).count();
      List<String> keys = keysIn(channel, bound.getValue(), expected);
      for (Row row : rows) {
        assertThat(keys.contains(row.key())).as(row.toString()).isEqualTo(row.answer(dialect()));
      }
    }
  }

  /** Every key that reached a queue, once at least so many have. */
  private static List<String> keysIn(Channel channel, Queue queue, long least) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                channel.inspectQueue(queue.name()).map(QueueStatus::messages).orElse(0L) >= least);
    return Stream.generate(() -> channel.get(queue.name(), AckMode.NONE))
        .takeWhile(Optional::isPresent)
        .map(delivery -> delivery.orElseThrow().routingKey())
        .collect(ArrayList::new, List::add, List::addAll);
  }
}
