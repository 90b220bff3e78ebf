package io.github.celeryjava.celery;

import io.github.celeryjava.celery.protocol.Golden;
import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.task.DeliveryInfo;
import io.github.celeryjava.celery.task.Outcome;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskHandler;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.celery.task.TaskRequest;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** An app on a memory broker of its own, whose time stands still, and what is in its queues. */
final class MemoryApp implements AutoCloseable {

  static final Instant NOW = Instant.parse("2030-01-02T03:04:05.678900Z");

  final ManualClock clock = new ManualClock(NOW);
  final Celery app;
  private final ManualClock brokerClock = new ManualClock(NOW);
  private final Connection connection;

  private MemoryApp(CeleryBuilder builder) {
    app =
        builder
            .clock(clock)
            .nanos(clock)
            .set("broker_transport_options", Map.of("clock", brokerClock))
            .build();
    connection = app.connectionForRead("test");
  }

  static MemoryApp create() {
    return with(builder -> builder);
  }

  static MemoryApp with(UnaryOperator<CeleryBuilder> settings) {
    return new MemoryApp(
        settings.apply(
            Celery.builder()
                .withoutEnvironment()
                .broker("memory://" + UUID.randomUUID())
                .backend("memory://" + UUID.randomUUID())));
  }

  static MemoryApp with(String setting, Object value) {
    return with(builder -> builder.set(setting, value));
  }

  /** A task that does nothing. */
  static TaskDefinition task(String name, TaskOptions options) {
    return task(name, options, (context, args, kwargs) -> null);
  }

  static TaskDefinition task(String name, TaskOptions options, TaskHandler handler) {
    return new TaskDefinition(name, Object.class, handler, options, TaskDefinition.NOBODY);
  }

  void declare(Queue queue) {
    String unused = connection.declare(queue);
  }

  /** Takes the next message of a queue; fails if there is none. */
  Delivery take(String queue) {
    return poll(queue).orElseThrow(() -> new AssertionError("no message in " + queue));
  }

  /** Takes the next message of a queue, if there is one, also if it was to expire at once. */
  Optional<Delivery> poll(String queue) {
    brokerClock.advance(Duration.ofSeconds(-1));
    return connection.defaultChannel().get(queue, AckMode.NONE);
  }

  boolean isEmpty(String queue) {
    return connection.declare(Queue.named(queue)).equals(queue) && poll(queue).isEmpty();
  }

  /** The headers of a message, as a peer decodes them. */
  @SuppressWarnings("unchecked") // text keys
  static Map<String, Object> headers(Delivery delivery) {
    return (Map<String, Object>) Golden.throughJson(delivery.message().headers());
  }

  /** Runs code inside task {@code parent-1} of workflow {@code root-1}, on the calling thread. */
  Outcome inTask(TaskHandler handler) {
    TaskHeaders headers =
        TaskHeaders.read(
            Map.of(
                "task", "proj.parent",
                "id", "parent-1",
                "root_id", "root-1",
                "origin", "gen1@there"));
    TaskRequest request =
        new TaskRequest(
            headers,
            TaskBody.read(List.of(List.of(), Map.of(), Map.of())),
            null,
            null,
            new DeliveryInfo("", "celery", 0, false),
            "celery@here");
    return app.tracer()
        .trace(task("proj.parent", TaskOptions.builder().build(), handler), request, () -> false);
  }

  @Override
  public void close() {
    connection.close();
    app.close();
  }
}
