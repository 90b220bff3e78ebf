package io.github.celeryjava.interop;

import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * One folder of messages with a Java connection and a Python program that both use it.
 *
 * @param received what Java's consumers got, as text
 */
record SharedFolder(
    Path messages, Connection connection, PythonClient python, List<String> received)
    implements AutoCloseable {

  /**
   * The Python program knows {@code connection}, {@code consume}, {@code drain}, {@code received}.
   */
  static SharedFolder open(Path folder, PythonClient python) {
    Path messages = folder.resolve("messages");
    Path control = folder.resolve("control");
    try {
      Files.createDirectories(messages);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Connection connection =
        Connection.builder("filesystem://")
            .options(
                ConnectionOptions.builder()
                    .transportOption("data_folder_in", messages)
                    .transportOption("data_folder_out", messages)
                    .transportOption("control_folder", control)
                    .build())
            .build();
    python.exec(
        """
        import socket, time
        import kombu
        connection = kombu.Connection('filesystem://', transport_options={
            'data_folder_in': '%s', 'data_folder_out': '%s', 'control_folder': '%s',
            'polling_interval': 0.05})
        received = []

        def receive(body, message):
            received.append(body)
            message.ack()

        def consume(*queues):
            global consumer
            consumer = kombu.Consumer(connection, queues, callbacks=[receive])
            consumer.consume()

        def drain(count, seconds=20):
            deadline = time.monotonic() + seconds
            while len(received) < count and time.monotonic() < deadline:
                try:
                    connection.drain_events(timeout=0.2)
                except socket.timeout:
                    pass
            return sorted(received, key=str)
        """
            .formatted(messages, messages, control));
    return new SharedFolder(messages, connection, python, new CopyOnWriteArrayList<>());
  }

  /** How a client is set up that uses no broker of Celery's. */
  static PeerSetup setup() {
    return PeerSetup.over(Services.amqp());
  }

  /** Consumes on the Java side. */
  void consume(Queue... queues) {
    connection
        .consumer()
        .queue(queues)
        .prefetch(1)
        .handler(
            (body, message) -> {
              received.add(String.valueOf(body));
              message.ack();
            })
        .build()
        .consume();
  }

  /** Handles messages on the Java side until so many have come in all. */
  void drainUntil(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> connection.drainEvents(Duration.ofMillis(50)) >= 0 && received.size() >= count);
  }

  /** The message files there are. */
  List<String> files() {
    connection.defaultChannel().inspectQueue("jobs"); // waits for what was settled
    try (Stream<Path> files = Files.list(messages)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PublishOptions to(String exchange, String routingKey) {
    return PublishOptions.builder().exchange(exchange).routingKey(routingKey).build();
  }

  @Override
  public void close() {
    connection.close();
  }
}
