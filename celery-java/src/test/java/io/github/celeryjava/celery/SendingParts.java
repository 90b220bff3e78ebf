package io.github.celeryjava.celery;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.internal.Ids;
import io.github.celeryjava.celery.protocol.MessageStyle;
import io.github.celeryjava.celery.task.CurrentTask;
import io.github.celeryjava.celery.task.TaskRegistry;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Delivery;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What sends tasks, with a queue for answers that a test controls, on a memory broker. */
final class SendingParts implements AutoCloseable {

  final ManualClock clock = new ManualClock(MemoryApp.NOW);
  final AnswerQueue answers = new AnswerQueue();
  final TaskPublisher publisher;
  final BatchSender batches;
  private final Connection connection = Connection.open("memory://" + UUID.randomUUID());

  SendingParts() {
    CeleryConfig config = CeleryConfig.builder().build();
    Producer producer = connection.producer().withoutDeclaring().build();
    Amqp amqp =
        new Amqp(
            config,
            MessageStyle.of("gen1@here"),
            new Amqp.Encoding(SerializerRegistry.standard(), CompressorRegistry.standard(), clock),
            () -> producer);
    publisher =
        new TaskPublisher(
            amqp,
            new TaskPublisher.Sources(
                new TaskRegistry(), new CurrentTask(), answers, false, new Ids(), clock, clock),
            List.of());
    batches = new BatchSender(publisher, () -> producer, amqp.batchOptions());
  }

  Optional<Delivery> poll() {
    return connection.defaultChannel().get("celery", AckMode.NONE);
  }

  @Override
  public void close() {
    connection.close();
  }
}
