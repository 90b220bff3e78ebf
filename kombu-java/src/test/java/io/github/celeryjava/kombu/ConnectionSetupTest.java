package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a connection leads, and how that changes. */
@Timeout(30)
class ConnectionSetupTest {

  private final FakeBroker broker = new FakeBroker();
  private final List<ConnectionUrl> attempted = new ArrayList<>();

  @Test
  void settingsFillInWhatTheUrlLeavesOut() {
    watchAttempts(2);
    Connection connection =
        broker
            .connection()
            .url("fake://;fake://u:p@h:7/v")
            .host("elsewhere")
            .port(99)
            .user("me")
            .password("secret")
            .virtualHost("mine")
            .build();

    connection.connect();
    broker.last().lose(FakeBroker.down());
    connection.connect();

    assertThat(attempted)
        .extracting(ConnectionUrl::asUriWithPassword)
        .containsExactly("fake://me:secret@elsewhere:99/mine", "fake://u:p@h:7/v");
    assertThatIllegalArgumentException().isThrownBy(() -> broker.connection().port(70_000));
  }

  @Test
  void credentialsAreAskedForAtEachAttempt() {
    watchAttempts(2);
    Deque<Credentials> tokens =
        new ArrayDeque<>(List.of(new Credentials("app", "one"), new Credentials("app", "two")));
    Connection connection =
        broker.connection().url("fake://old:old@host").credentials(tokens::remove).build();

    connection.connect();
    broker.last().lose(FakeBroker.down());
    connection.connect();

    assertThat(attempted).extracting(ConnectionUrl::password).containsExactly("one", "two");
    assertThat(new Credentials("app", "one")).hasToString("Credentials[user=app, password=**]");
  }

  @Test
  void credentialsThatCannotBeHadAreAFailedAttempt() {
    Connection connection =
        broker
            .connection()
            .url("fake://app:pw@host")
            .credentials(
                () -> {
                  throw new IllegalStateException("the vault is sealed");
                })
            .build();

    assertThatThrownBy(() -> connection.connect(RetryPolicy.never(), Duration.ofSeconds(5)))
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("the vault is sealed")
        .hasMessageNotContaining("pw")
        .extracting("recoverable")
        .isEqualTo(true);
  }

  @Test
  void aSwitchedConnectionGoesElsewhereAndDeclaresAgain() {
    Connection connection = broker.connection().build();
    connection.declare(Queue.named("jobs"));

    connection.switchTo("fake://two;fake://three");

    assertThat(connection.isConnected()).isFalse();
    assertThat(broker.last().ending).isEqualTo("aborted");
    assertThat(connection.description()).isEqualTo("fake://two/");
    connection.declare(Queue.named("jobs"));
    assertThat(broker.attempted).containsExactly("one", "two");
    assertThat(broker.last().declared).contains("queue jobs");
    assertThat(connection.copy().description()).isEqualTo("fake://two/");
    assertThat(connection.toBuilder().build().description()).isEqualTo("fake://two/");
    assertThatThrownBy(() -> connection.switchTo("nowhere://"))
        .isInstanceOf(ConfigurationException.class);
    assertThat(connection.isConnected()).isTrue();
  }

  @Test
  void anAttemptThatWasUnderWayWhenTheConnectionWasSwitchedIsNotUsed() throws Exception {
    CountDownLatch connecting = new CountDownLatch(1);
    CountDownLatch switched = new CountDownLatch(1);
    broker.attempts.add(
        url -> {
          connecting.countDown();
          awaitQuietly(switched);
        });
    Connection connection = broker.connection().build();
    CompletableFuture<Void> user = CompletableFuture.runAsync(connection::connect);
    assertThat(connecting.await(10, TimeUnit.SECONDS)).isTrue();

    connection.switchTo("fake://two");
    switched.countDown();
    user.get(10, TimeUnit.SECONDS);

    assertThat(broker.attempted).containsExactly("one", "two");
    assertThat(broker.connections.get(0).ending).isEqualTo("aborted");
    assertThat(broker.last().open).isTrue();
  }

  @Test
  void aConnectionThatWasGivenUpIsOpenedAgainByItsNextUse() {
    Connection connection = broker.connection().url("fake://one;fake://two").build();
    connection.connect();

    connection.collect();

    assertThat(connection.isConnected()).isFalse();
    assertThat(broker.last().ending).isEqualTo("aborted");
    connection.connect();
    assertThat(broker.attempted).containsExactly("one", "two");
  }

  @Test
  void aBuilderOfAConnectionStartsFromItsSettings() {
    Connection connection =
        broker
            .connection()
            .options(ConnectionOptions.builder().clientName("me").build())
            .user("somebody")
            .build();

    Connection other =
        connection.toBuilder().options(ConnectionOptions.defaults()).url("fake://two").build();

    assertThat(connection.options().clientName()).isEqualTo("me");
    assertThat(other.options().clientName()).isNull();
    assertThat(other.info().user()).isEqualTo("somebody");
    assertThat(other.info().host()).isEqualTo("two");
  }

  @Test
  void infoHasDefaultsFilledInAndNoSecret() {
    Connection connection =
        Connection.builder("amqp://app:pw@rabbit/shop", "amqps://other:pw2@second")
            .options(
                ConnectionOptions.builder()
                    .transportOption("client_properties", Map.of("password", "pw3", "x", 1))
                    .transportOption("token", "pw4")
                    .build())
            .build();

    ConnectionInfo info = connection.info();

    assertThat(info.transport()).isEqualTo("amqp");
    assertThat(info.hostPort()).isEqualTo("rabbit:5672");
    assertThat(info.user()).isEqualTo("app");
    assertThat(info.virtualHost()).isEqualTo("shop");
    assertThat(info.tls()).isFalse();
    assertThat(info.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(info.heartbeat()).isEqualTo(Duration.ofSeconds(30));
    assertThat(info.alternates()).containsExactly("amqps://other:**@second/");
    assertThat(info.transportOptions())
        .containsEntry("client_properties", Map.of("password", "**", "x", 1))
        .containsEntry("token", "**");
    assertThat(info.toString()).doesNotContain("pw");
    assertThat(Connection.open("amqp://[::1]").info().hostPort()).isEqualTo("[::1]:5672");
  }

  @Test
  void saysWhichTypesOfExchangeItsTransportHas() {
    Connection memory = Connection.open("memory://");

    assertThat(memory.supports(ExchangeType.DIRECT)).isTrue();
    assertThat(memory.supports(ExchangeType.TOPIC)).isTrue();
    assertThat(memory.supports(ExchangeType.FANOUT)).isTrue();
    assertThat(memory.supports(ExchangeType.HEADERS)).isFalse();
    assertThat(memory.supports(new ExchangeType("x-random"))).isFalse();
    assertThat(Connection.open("amqp://").supports(ExchangeType.HEADERS)).isTrue();
  }

  @Test
  void hasNoDriverAndNoHeartbeatWhereTheTransportHasNone() {
    Connection connection = broker.connection().build();

    assertThat(connection.heartbeat()).isZero();
    assertThat(connection.unwrap(String.class)).isEmpty();
    assertThat(connection.isConnected()).isTrue();
  }

  private void watchAttempts(int count) {
    for (int i = 0; i < count; i++) {
      broker.attempts.add(attempted::add);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
