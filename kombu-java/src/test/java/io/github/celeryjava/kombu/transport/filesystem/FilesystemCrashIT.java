package io.github.celeryjava.kombu.transport.filesystem;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are killed while they use the folders. */
@Timeout(120)
class FilesystemCrashIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Path folder;
  private ExecutionLedger ledger;
  private TransportConnection connection;
  private Channel channel;

  @BeforeEach
  void open(@TempDir Path folder) {
    this.folder = folder;
    ledger = ExecutionLedger.at(folder.resolve("ledger"));
    connection = new FolderConnections(folder).open();
    channel = connection.openChannel(ChannelPurpose.CONSUMING);
  }

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void whatAKilledProgramHeldIsDeliveredToAnotherAndMarked() throws Exception {
    publish(List.of("a", "b", "c"));
    ServerProcess child = start("hold");
    ledger.awaitAll(List.of("a", "b", "c"), LIMIT);
    assertThat(channel.get("jobs", AckMode.MANUAL)).isEmpty();

    child.kill();

    RecordingSink sink = RecordingSink.acknowledging();
    channel.consume("jobs", ConsumeOptions.prefetching(10), sink);
    assertThat(sink.await(3)).extracting(Delivery::redelivered).containsOnly(true);
    assertThat(sink.bodies()).containsExactlyInAnyOrder("a", "b", "c");
    connection.close();
    try (Stream<Path> left = Files.list(folder.resolve("messages").resolve(".unacked"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void whatAProgramHoldsStaysItsOwnWhenAnotherOfItsConnectionsLooksForTheDead() throws Exception {
    publish(List.of("a", "b"));
    ServerProcess child = start("hold-beside-another");
    ledger.awaitAll(List.of("a", "b", "looked"), LIMIT);
    RecordingSink sink = RecordingSink.acknowledging();

    channel.consume("jobs", ConsumeOptions.prefetching(10), sink);

    // The sink is served after this connection has looked for messages of the dead itself.
    publish(List.of("c"));
    sink.await(1);
    assertThat(sink.bodies()).containsExactly("c");
    child.kill();
    sink.await(3);
    assertThat(sink.bodies()).containsExactlyInAnyOrder("c", "a", "b");
  }

  @RepeatedTest(3)
  void aConsumerThatIsKilledAtAnyMomentLosesNothing() throws Exception {
    List<String> sent = IntStream.range(0, 2_000).mapToObj(i -> "m" + i).toList();
    publish(sent);
    ServerProcess child = start("consume");
    await().atMost(LIMIT).until(() -> ledger.executions().size() > 100);

    child.kill();

    Set<String> done = new HashSet<>(ledger.executions());
    RecordingSink rest = RecordingSink.acknowledging();
    channel.consume("jobs", ConsumeOptions.prefetching(50), rest);
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              done.addAll(rest.bodies());
              return done.size() == sent.size();
            });
    assertThat(done).isEqualTo(new HashSet<>(sent));
    assertThat(rest.deliveries().size() + ledger.executions().size())
        .isBetween(sent.size(), sent.size() + 10); // at most what was held may come twice
  }

  @RepeatedTest(3)
  void aPublisherThatIsKilledAtAnyMomentLeavesAllThatWasConfirmed() throws Exception {
    ServerProcess child = start("publish");
    await().atMost(LIMIT).until(() -> ledger.executions().size() > 200);

    child.kill();

    Set<String> arrived = new HashSet<>();
    for (Optional<Delivery> next = take(); next.isPresent(); next = take()) {
      arrived.add(text(next.orElseThrow()));
    }
    assertThat(arrived).containsAll(ledger.executions());
  }

  private Optional<Delivery> take() {
    return channel.get("jobs", AckMode.NONE);
  }

  private void publish(List<String> bodies) throws Exception {
    for (String body : bodies) {
      channel.publish(Destination.queue("jobs"), message(bytes(body))).get(10, TimeUnit.SECONDS);
    }
  }

  private ServerProcess start(String what) throws InterruptedException {
    ServerProcess child =
        ServerProcess.start(
            what,
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FilesystemChild.class.getName(),
                what,
                folder.toString(),
                ledger.file().toString()));
    assertThat(child.output().awaitLine("ready"::equals, LIMIT)).isTrue();
    return child;
  }
}
