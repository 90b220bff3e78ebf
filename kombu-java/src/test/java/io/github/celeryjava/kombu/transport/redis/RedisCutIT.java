package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.redis.RedisProbe.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.FaultProxy.Direction;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingListener;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection is cut after each number of bytes, or after some of them by default. What was
 * taken is in one place afterwards, long before the visibility timeout.
 */
@Timeout(1_800)
@Tag("B11")
class RedisCutIT {

  private static final int MESSAGES = 6;
  private static final int ROUNDS = 60;

  private final RedisProbe redis = new RedisProbe(Services.redis());
  private final FaultProxy proxy = FaultProxy.to(Services.redis());

  @AfterEach
  void close() {
    proxy.close();
    redis.close();
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void aConsumerThatIsCutOffAnywhereLosesNothingAndDoublesNothing(Direction direction) {
    long whole = consume(Long.MAX_VALUE, direction);

    for (long cut : cuts(whole)) {
      long unused = consume(cut, direction);
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void whatIsConfirmedToAPublisherThatIsCutOffAnywhereIsStored(Direction direction) {
    long whole = publish(Long.MAX_VALUE, direction);

    for (long cut : cuts(whole)) {
      long unused = publish(cut, direction);
    }
  }

  /** Takes and acknowledges all messages, or as many as the cut allows; counts the bytes. */
  private long consume(long cut, Direction direction) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      all.add("m" + i);
      redis.push("jobs", envelope("jobs", "tag" + i, "m" + i));
    }
    RecordingSink sink = RecordingSink.acknowledging();
    RecordingListener listener = new RecordingListener();
    try (RedisConnector connector = connector()) {
      TransportConnection connection = connector.connect(ConnectionOptions.defaults(), listener);
      Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
      long before = proxy.transferred(direction);
      if (cut != Long.MAX_VALUE) {
        proxy.resetAfter(cut, direction);
      }
      try {
        channel.consume("jobs", ConsumeOptions.prefetching(3), sink);
      } catch (OperationalException e) {
        await("the cut came before the consumer began").until(() -> !listener.losses().isEmpty());
      }

      await("cut after " + cut + " bytes " + direction)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> isSettled(sink, listener));
      proxy.restore();
      await("settled after a cut of " + cut + " bytes " + direction)
          .pollInterval(Duration.ofMillis(2))
          .untilAsserted(() -> assertThat(everywhere(sink)).isEqualTo(all));
      redis.jedis().del(redis.key("jobs"));
      return proxy.transferred(direction) - before;
    }
  }

  private boolean isSettled(RecordingSink sink, RecordingListener listener) {
    boolean lost = !listener.losses().isEmpty();
    return lost || (sink.deliveries().size() == MESSAGES && redis.records().isEmpty());
  }

  /** Every message, once for each place it is in. */
  private List<String> everywhere(RecordingSink sink) {
    List<String> found = new ArrayList<>(sink.bodies());
    for (String list : List.of("jobs")) {
      redis
          .list(list)
          .forEach(json -> found.add(json.replaceFirst("(?s).*\"body\": \"(m\\d).*", "$1")));
    }
    redis.records().keySet().forEach(tag -> found.add("held " + tag));
    redis.times().keySet().forEach(tag -> found.add("timed " + tag));
    found.sort(null);
    return found;
  }

  private long publish(long cut, Direction direction) {
    try (RedisConnector connector = connector()) {
      Channel channel = connector.connect().openChannel(ChannelPurpose.PUBLISHING);
      long before = proxy.transferred(direction);
      if (cut != Long.MAX_VALUE) {
        proxy.resetAfter(cut, direction);
      }
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        sent.add(channel.publish(Destination.queue("jobs"), message(bytes("m" + i))));
      }
      long confirmed = 0;
      for (CompletableFuture<Void> each : sent) {
        await().pollInterval(Duration.ofMillis(2)).until(each::isDone);
        confirmed += each.isCompletedExceptionally() ? 0 : 1;
      }
      proxy.restore();

      assertThat(redis.list("jobs").size()).isGreaterThanOrEqualTo((int) confirmed);
      redis.jedis().del(redis.key("jobs"));
      return proxy.transferred(direction) - before;
    }
  }

  private List<Long> cuts(long whole) {
    List<Long> cuts = new ArrayList<>();
    if (Boolean.getBoolean("celery.full")) {
      for (long cut = 0; cut < whole; cut++) {
        cuts.add(cut);
      }
      return cuts;
    }
    Random random = new Random(whole);
    for (int i = 0; i < ROUNDS; i++) {
      cuts.add(random.nextLong(whole));
    }
    return cuts;
  }

  private RedisConnector connector() {
    return new RedisConnector(proxy.uri(), Map.of("global_keyprefix", redis.prefix()));
  }
}
