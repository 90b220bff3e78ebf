package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A test's own way to a broker: what is there, and what is sent. */
final class BrokerView implements AutoCloseable {

  private final Connection connection;
  private final Channel channel;

  BrokerView(Connection connection) {
    this.connection = connection;
    channel = connection.channel();
  }

  /** Where rejected messages of that queue go. */
  static String dead(String queue) {
    return queue + ".dead";
  }

  /** A queue whose dead letters are kept, both declared. */
  Queue jobs(String name) {
    Queue jobs =
        Queue.builder(name)
            .argument("x-dead-letter-exchange", "")
            .argument("x-dead-letter-routing-key", dead(name))
            .build();
    channel.declare(Queue.named(dead(name)));
    channel.declare(jobs);
    return jobs;
  }

  void post(String queue, TaskPost... posts) {
    for (TaskPost post : posts) {
      channel.publish(Destination.queue(queue), post.message()).join();
    }
  }

  /** Messages that wait in the queue; those delivered and not settled do not count. */
  int waiting(String queue) {
    return (int) channel.inspectQueue(queue).map(QueueStatus::messages).orElse(0L).longValue();
  }

  /** How many consumers the queue has. */
  int consumers(String queue) {
    return (int) channel.inspectQueue(queue).map(QueueStatus::consumers).orElse(0L).longValue();
  }

  /** Takes what waits in the queue out of it; the correlation ids, in order. */
  List<String> take(String queue) {
    List<String> ids = new ArrayList<>();
    for (Optional<Delivery> next = get(queue); next.isPresent(); next = get(queue)) {
      ids.add(String.valueOf(next.get().message().properties().correlationId()));
    }
    return ids;
  }

  void delete(String queue) {
    channel.deleteQueue(queue);
  }

  void declare(Queue queue) {
    channel.declare(queue);
  }

  @Override
  public void close() {
    connection.close();
  }

  private Optional<Delivery> get(String queue) {
    try {
      return channel.get(queue, AckMode.NONE);
    } catch (OperationalException e) {
      throw new AssertionError("no queue " + queue, e);
    }
  }
}
