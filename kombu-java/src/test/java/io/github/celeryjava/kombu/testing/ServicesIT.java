package io.github.celeryjava.kombu.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

@Timeout(180)
@Tag("long")
class ServicesIT {

  private static final byte[] BODY = "kept".getBytes(StandardCharsets.UTF_8);

  @Test
  void theSharedRabbitAnswersAndIsTheSameForAll() throws Exception {
    URI uri = Services.amqp();

    try (Connection connection = connect(uri)) {
      assertThat(connection.isOpen()).isTrue();
    }
    assertThat(Services.amqp()).isEqualTo(uri);
  }

  @Test
  void theSharedRedisAnswersAndIsTheSameForAll() {
    URI uri = Services.redis();

    try (Jedis jedis = new Jedis(uri)) {
      assertThat(jedis.ping()).isEqualTo("PONG");
    }
    assertThat(Services.redis()).isEqualTo(uri);
  }

  @Test
  void aKilledRabbitComesBackOnItsPortWithConfirmedMessages() throws Exception {
    try (RabbitServer rabbit = RabbitServer.start()) {
      URI before = rabbit.uri();
      publishConfirmed(before, "jobs");

      rabbit.syncDeclarations();
      rabbit.kill();
      assertThat(rabbit.serves()).isFalse();
      rabbit.startAgain();

      assertThat(rabbit.uri()).isEqualTo(before);
      try (Connection connection = connect(rabbit.uri());
          Channel channel = connection.createChannel()) {
        GetResponse message = channel.basicGet("jobs", true);
        assertThat(message.getBody()).isEqualTo(BODY);
      }
    }
  }

  @Test
  void aPausedRabbitAnswersNobodyUntilResumedAndStopsInOrderlyWay() throws Exception {
    try (RabbitServer rabbit = RabbitServer.start()) {
      Connection connection = connect(rabbit.uri());

      rabbit.pause();
      assertThat(rabbit.serves()).isFalse();

      rabbit.resume();
      assertThat(rabbit.serves()).isTrue();
      assertThat(connection.isOpen()).isTrue();
      assertThat(rabbit.ctl("list_connections", "state")).contains("running");

      rabbit.stop();
      assertThat(rabbit.serves()).isFalse();
      assertThat(connection.isOpen()).isFalse();
    }
  }

  @Test
  void aKilledRedisComesBackOnItsPortWithItsData() {
    try (RedisServer redis = RedisServer.start()) {
      URI before = redis.uri();
      try (Jedis jedis = new Jedis(before)) {
        jedis.set("key", "kept");
      }

      redis.kill();
      assertThat(redis.serves()).isFalse();
      redis.startAgain();

      assertThat(redis.uri()).isEqualTo(before);
      try (Jedis jedis = new Jedis(redis.uri())) {
        assertThat(jedis.get("key")).isEqualTo("kept");
      }
    }
  }

  @Test
  void aPausedRedisAnswersNobodyUntilResumed() {
    try (RedisServer redis = RedisServer.start()) {
      redis.pause();
      assertThat(redis.serves()).isFalse();

      redis.resume();
      assertThat(redis.serves()).isTrue();

      redis.stop();
      assertThat(redis.serves()).isFalse();
    }
  }

  private static void publishConfirmed(URI uri, String queue) throws Exception {
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(queue, true, false, false, null);
      channel.confirmSelect();
      channel.basicPublish("", queue, MessageProperties.MINIMAL_PERSISTENT_BASIC, BODY);
      channel.waitForConfirmsOrDie(10_000);
    }
  }

  private static Connection connect(URI uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }
}
