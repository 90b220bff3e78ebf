package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.redis.RedisProbe.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.RedisServer;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Destination;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server without memory says so, and keeps what it has. */
@Timeout(60)
class RedisFullServerIT {

  private static RedisServer server;

  private final RedisProbe redis = new RedisProbe(server.uri(), "");
  private final RedisConnector connector = new RedisConnector(server.uri(), Map.of());
  private final Channel channel = connector.open();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void close() {
    memory("0");
    connector.close();
    redis.close();
  }

  @Test
  void aMessageThatFindsNoRoomIsRefusedForNowAndTheChannelStaysOpen() throws Exception {
    memory("1");

    assertThatThrownBy(() -> publish("one"))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContaining("OOM")
        .satisfies(e -> assertThat(((OperationalException) e).isRecoverable()).isTrue());

    assertThat(channel.isOpen()).isTrue();
    memory("0");
    publish("two");
    assertThat(redis.list("jobs")).hasSize(1);
  }

  @Test
  void messagesCanBeTakenSettledAndPutBackAllTheSame() {
    redis.push("jobs", envelope("jobs", "t1", "one"));
    redis.push("jobs", envelope("jobs", "t2", "two"));
    memory("1");

    var one = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    var two = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(redis.records()).hasSize(2);
    one.receipt().ack();
    two.receipt().requeue();

    await().until(() -> redis.list("jobs").size() == 1 && redis.records().isEmpty());
    assertThat(redis.list("jobs").get(0)).contains("\"t2\"", "\"redelivered\": true");
    assertThat(channel.isOpen()).isTrue();
  }

  private void publish(String body) throws Exception {
    channel.publish(Destination.queue("jobs"), message(bytes(body))).get(10, TimeUnit.SECONDS);
  }

  private void memory(String limit) {
    redis.jedis().configSet("maxmemory", limit);
  }
}
