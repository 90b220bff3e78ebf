package io.github.celeryjava.kombu.transport.redis;

import static io.github.celeryjava.kombu.transport.redis.RedisProbe.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.RecordingSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Consumers that are killed with {@code kill -9} in the middle of their work. */
@Timeout(300)
@Tag("B11")
class RedisCrashIT {

  private static final int ROUNDS = Boolean.getBoolean("celery.full") ? 20 : 3;
  private static final int EACH = 300;

  private final RedisProbe redis = new RedisProbe(Services.redis());
  private final RedisConnector connector =
      new RedisConnector(
          Services.redis(), Map.of("global_keyprefix", redis.prefix(), "visibility_timeout", 2));

  @AfterEach
  void close() {
    connector.close();
    redis.close();
  }

  @Test
  void nothingIsLostWhateverAProcessWasDoingWhenItWasKilled(@TempDir Path folder) throws Exception {
    Random random = new Random(3);
    Set<String> all = new TreeSet<>();
    ExecutionLedger done = ExecutionLedger.at(folder.resolve("done"));
    for (int round = 0; round < ROUNDS; round++) {
      ServerProcess consumer = startConsumer(done);
      int before = done.executions().size();
      int until = 1 + random.nextInt(EACH / 2);
      for (int i = 0; i < EACH; i++) {
        String body = "r" + round + "-" + i;
        redis.push("jobs", envelope("jobs", body, body));
        all.add(body);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> done.executions().size() - before >= Math.min(until, 60));
      consumer.kill();
    }

    RecordingSink sink = RecordingSink.acknowledging();
    connector.open().consume("jobs", ConsumeOptions.prefetching(50), sink);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              Set<String> missing = new TreeSet<>(all);
              missing.removeAll(done.executions());
              missing.removeAll(sink.bodies());
              assertThat(missing).isEmpty();
            });
    await().until(() -> redis.records().isEmpty() && redis.list("jobs").isEmpty());
    assertThat(sink.bodies()).doesNotHaveDuplicates();
  }

  private ServerProcess startConsumer(ExecutionLedger done) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CrashingConsumer.class.getName(),
            Services.redis().toString(),
            redis.prefix(),
            done.file().toString());
    ServerProcess consumer = ServerProcess.start("consumer", command);
    assertThat(consumer.output().awaitLine("ready"::equals, Duration.ofSeconds(30)))
        .as(consumer.report())
        .isTrue();
    return consumer;
  }
}
