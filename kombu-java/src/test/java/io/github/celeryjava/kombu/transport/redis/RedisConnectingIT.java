package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.RedisServer;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.net.PasswordAuthentication;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Ways to a server, and what is said of those that lead nowhere. */
@Timeout(120)
class RedisConnectingIT {

  private static final String SECRET = "s3cret/%2F";
  private static final String IN_URL = "s3cret%2F%252F";

  @Test
  void aServerMayBeReachedByAUnixSocket() throws Exception {
    try (RedisProcess server = RedisProcess.server("unixsocket %s/redis.sock")) {
      String url = "redis+socket://" + server.folder() + "/redis.sock?virtual_host=3";

      assertWorks(url, Map.of());

      try (Jedis jedis = server.client()) {
        assertThat(jedis.info("keyspace")).doesNotContain("db0");
      }
    }
  }

  @Test
  void aLargeMessagePassesAUnixSocketAndAFrozenServerIsNoticed() throws Exception {
    try (RedisProcess server = RedisProcess.server("unixsocket %s/redis.sock")) {
      String url = "redis+socket://" + server.folder() + "/redis.sock";
      try (TransportConnection connection = open(url, Map.of("socket_timeout", 1))) {
        Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);
        channel
            .publish(Destination.queue("jobs"), message(new byte[5_000_000]))
            .get(20, TimeUnit.SECONDS);
        assertThat(channel.get("jobs", AckMode.NONE).orElseThrow().message().body())
            .hasSize(5_000_000);
        try (Jedis jedis = server.client()) {
          jedis.clientPause(2_500);

          assertThatExceptionOfType(OperationalException.class)
              .isThrownBy(() -> channel.inspectQueue("jobs"))
              .withMessageContaining("timed out");
        }
      }
    }
  }

  @Test
  void tlsVerifiesChainAndHostNameUnlessToldOtherwise() throws Exception {
    try (RedisServer server = RedisServer.start();
        RedisProcess free = RedisProcess.server()) {
      int port = free.port();
      free.kill();
      speakTls(server, port);
      String url = "rediss://127.0.0.1:" + port + "/0?ssl_ca_certs=" + file("server.pem");

      assertWorks(url + "&ssl_check_hostname=false", Map.of());
      assertWorks("rediss://127.0.0.1:" + port + "?ssl_cert_reqs=none", Map.of());
      assertThat(failure(url, Map.of())).hasMessageContaining("127.0.0.1");
      assertThat(failure("rediss://127.0.0.1:" + port, Map.of()).isRecoverable()).isTrue();
      assertThat(failure("redis://127.0.0.1:" + port, Map.of()).isRecoverable()).isTrue();
    }
  }

  @Test
  void sentinelsLeadToTheMasterAndToTheNextOne() throws Exception {
    try (RedisProcess master = RedisProcess.server();
        RedisProcess replica = RedisProcess.server("replicaof 127.0.0.1 " + master.port());
        RedisProcess sentinel =
            RedisProcess.sentinel(
                "sentinel monitor mymaster 127.0.0.1 " + master.port() + " 1",
                "sentinel down-after-milliseconds mymaster 1000",
                "sentinel failover-timeout mymaster 5000")) {
      String url = "sentinel://127.0.0.1:1/2;sentinel://127.0.0.1:" + sentinel.port() + "/2";
      Map<String, Object> options = Map.of("master_name", "mymaster");
      assertWorks(url, options);
      assertThat(failure(url, Map.of("master_name", "another")).getMessage())
          .contains("another", "127.0.0.1:1", "No such master");
      assertThat(failure(url, Map.of("master_name", "mymaster", "min_other_sentinels", 2)))
          .hasMessageContaining("0 other sentinels of 2");
      awaitReplica(sentinel);

      master.kill();

      await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptions()
          .untilAsserted(() -> assertWorks(url, options));
      try (Jedis jedis = replica.client()) {
        assertThat(jedis.info("replication")).contains("role:master");
      }
    }
  }

  @Test
  void aPasswordIsNeededWhereTheServerWantsOneAndIsShownNowhere() throws Exception {
    try (RedisProcess server =
        RedisProcess.server(
            "user default on >%s ~* &* +@all".replace("%s", SECRET.replace("%", "%%")),
            "user worker on >worker-pw ~* &* +@all")) {
      String at = "@127.0.0.1:" + server.port() + "/1";
      LogCapture log = new LogCapture();

      assertWorks("redis://:" + IN_URL + at, Map.of());
      assertWorks("redis://default:" + IN_URL + at, Map.of());
      assertWorks("redis://worker:worker-pw" + at, Map.of());
      Supplier<PasswordAuthentication> login =
          () -> new PasswordAuthentication("worker", "worker-pw".toCharArray());
      assertWorks("redis://ignored:ignored" + at, Map.of("credential_provider", login));
      List<OperationalException> failures =
          List.of(
              failure("redis://worker:" + IN_URL + at, Map.of()),
              failure("redis://127.0.0.1:" + server.port(), Map.of()),
              failure("redis://:" + IN_URL + "@127.0.0.1:1", Map.of()));
      server.kill();
      OperationalException gone = failure("redis://:" + IN_URL + at, Map.of());

      assertThat(failures.get(0).isRecoverable()).isFalse();
      assertThat(failures.get(0)).hasMessageContaining("worker:**@127.0.0.1");
      assertThat(failures.get(1).isRecoverable()).isFalse();
      assertThat(failures.get(2).isRecoverable()).isTrue();
      assertThat(gone.isRecoverable()).isTrue();
      log.close();
      assertThat(log.text()).contains("WRONGPASS", "redis://worker:**@127.0.0.1");
      assertThat(log.text()).doesNotContain("s3cret").doesNotContain("worker-pw");
      for (OperationalException failure : failures) {
        assertThat(failure.toString() + failure.getCause()).doesNotContain("s3cret");
      }
    }
  }

  @Test
  @Tag("V11")
  void noSecretOfTheOptionsIsShownInAnError() {
    Map<String, Object> options =
        Map.of(
            "master_name", "m", "sentinel_kwargs", Map.of("password", SECRET, "pasword", SECRET));

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> open("sentinel://localhost", options))
        .withMessageContaining("'pasword'")
        .withMessageNotContaining("s3cret");
  }

  @Test
  void theNameOfTheClientIsSeenByTheServer() throws Exception {
    try (RedisServer server = RedisServer.start();
        TransportConnection connection =
            open(server.uri().toString(), Map.of("client_name", "orders"));
        Jedis jedis = new Jedis(server.uri())) {
      connection.openChannel(ChannelPurpose.CONSUMING).declareQueue(Queue.named("jobs"));

      assertThat(jedis.clientList()).contains("name=orders");
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsRefused() {
    try (RedisServer server = RedisServer.start()) {
      String url = "redis://127.0.0.1:" + server.port() + "/9999";

      OperationalException failure = failure(url, Map.of());

      assertThat(failure.isRecoverable()).isFalse();
      assertThat(failure).hasMessageContaining("out of range");
    }
  }

  @Test
  void connectingToAServerThatIsFrozenTakesNoLongerThanItMay() {
    try (RedisServer server = RedisServer.start()) {
      server.pause();
      long start = System.nanoTime();

      OperationalException failure =
          catchThrowableOfType(
              OperationalException.class,
              () ->
                  new RedisTransport()
                      .open(
                          ConnectionUrl.parse(server.uri().toString()),
                          ConnectionOptions.builder().connectTimeout(Duration.ofSeconds(1)).build(),
                          SilentListener.INSTANCE));

      server.resume();
      assertThat(failure.isRecoverable()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void everythingThatAConnectionHasOpenedIsClosedWithIt() throws Exception {
    try (RedisServer server = RedisServer.start();
        Jedis jedis = new Jedis(server.uri())) {
      long before = jedis.clientList().lines().count();
      for (int i = 0; i < 20; i++) {
        assertWorks(server.uri().toString(), Map.of());
      }

      await().until(() -> jedis.clientList().lines().count() == before);
    }
  }

  /** Publishes, takes and settles, by consumer and by subscription too. */
  private static void assertWorks(String url, Map<String, Object> options) throws Exception {
    try (TransportConnection connection = open(url, options)) {
      Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
      channel.declareQueue(Queue.named("jobs"));
      channel.publish(Destination.queue("jobs"), message(bytes("work"))).get(5, TimeUnit.SECONDS);
      var delivery = channel.get("jobs", AckMode.MANUAL).orElseThrow();
      delivery.receipt().ack();
      assertThat(text(delivery)).isEqualTo("work");
      assertThat(connection.description()).doesNotContain("s3cret");
    }
  }

  private static OperationalException failure(String url, Map<String, Object> options) {
    return catchThrowableOfType(OperationalException.class, () -> open(url, options));
  }

  private static TransportConnection open(String url, Map<String, Object> transportOptions) {
    ConnectionUrl parsed = ConnectionUrl.parseAll(url).get(0);
    ConnectionOptions.Builder options =
        ConnectionOptions.builder().connectTimeout(Duration.ofSeconds(3));
    transportOptions.forEach(options::transportOption);
    return new RedisTransport()
        .open(parsed, parsed.applyTo(options.build()), SilentListener.INSTANCE);
  }

  private static void speakTls(RedisServer server, int port) throws URISyntaxException {
    try (Jedis jedis = new Jedis(server.uri())) {
      jedis.configSet("tls-cert-file", file("server.pem").toString());
      jedis.configSet("tls-key-file", file("server.key").toString());
      jedis.configSet("tls-ca-cert-file", file("server.pem").toString());
      jedis.configSet("tls-auth-clients", "no");
      jedis.configSet("tls-port", Integer.toString(port));
    }
  }

  private static void awaitReplica(RedisProcess sentinel) {
    try (Jedis jedis = sentinel.client()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  jedis.sentinelReplicas("mymaster").stream()
                      .anyMatch(replica -> "ok".equals(replica.get("master-link-status"))));
    }
  }

  private static Path file(String name) throws URISyntaxException {
    return Path.of(RedisConnectingIT.class.getResource("/tls/" + name).toURI());
  }
}
