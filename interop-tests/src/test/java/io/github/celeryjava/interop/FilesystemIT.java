package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.AckMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Java and Python put messages into the same folder and take them. */
@EachPeer
@Timeout(120)
class FilesystemIT {

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private PythonClient python;
  private SharedFolder folder;

  @BeforeEach
  void open(@TempDir Path directory) {
    python = processes.client(peer, SharedFolder.setup());
    folder = SharedFolder.open(directory, python);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void messagesOfJavaReachAPythonConsumerInOrder() {
    Producer producer = folder.connection().producer().build();
    for (int i = 0; i < 50; i++) {
      producer.publish(Map.of("n", i), PublishOptions.to("jobs"));
    }

    python.exec("consume(kombu.Queue('jobs')); drain(50)");

    assertThat(python.eval("[body['n'] for body in received] == list(range(50))"))
        .hasToString("True");
    assertThat(folder.files()).isEmpty();
  }

  @Test
  void messagesOfPythonReachAJavaConsumer() {
    folder.consume(Queue.named("jobs"));

    python.exec(
        """
        producer = kombu.Producer(connection)
        for n in range(50):
            producer.publish({'n': n}, routing_key='jobs', headers={'trace': 'k7', 'n': n})
        """);

    folder.drainUntil(50);
    assertThat(folder.received()).contains("{n=0}", "{n=49}").doesNotHaveDuplicates();
    assertThat(folder.files()).isEmpty();
  }

  @Test
  void aMessageThatJavaGivesBackIsMarkedForPython() {
    folder.connection().producer().build().publish("again", PublishOptions.to("jobs"));
    try (var channel = folder.connection().channel()) {
      channel.get("jobs", AckMode.MANUAL).orElseThrow().receipt().requeue();
    }

    python.exec(
        """
        message = kombu.Queue('jobs')(connection.default_channel).get()
        info, headers = message.delivery_info, message.headers
        """);

    assertThat(python.eval("(info.get('redelivered'), headers.get('redelivered'))"))
        .hasToString("(True, True)");
  }

  @Test
  void consumersOfBothLanguagesShareAQueueAndEachMessageIsServedOnce() {
    Connection sending = folder.connection().copy();
    Producer producer = sending.producer().build();
    folder.consume(Queue.named("jobs"));
    python.exec(
        """
        consume(kombu.Queue('jobs'))
        consumer.qos(prefetch_count=1)

        def drain_beside_others(seconds):
            try:
                drain(10**9, seconds)
            except kombu.exceptions.ChannelError:
                pass  # kombu 5.2 raises this for a file that somebody else has taken first
        """);

    for (int i = 0; i < 200; i++) {
      producer.publish("m" + i, PublishOptions.to("jobs"));
      if (i % 20 == 0) {
        folder.connection().drainEvents(Duration.ZERO);
      }
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              folder.connection().drainEvents(Duration.ofMillis(20));
              python.exec("drain_beside_others(0.1)");
              return folder.received().size() + python.eval("len(received)").json().asInt() >= 200;
            });

    List<String> all =
        Stream.concat(
                folder.received().stream(),
                Stream.of(python.eval("' '.join(received)").json().asText().split(" ")))
            .filter(body -> !body.isEmpty())
            .toList();
    assertThat(all).hasSize(200).doesNotHaveDuplicates();
    sending.close();
  }
}
