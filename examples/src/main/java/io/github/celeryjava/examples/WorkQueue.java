package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConsumerLoop;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.PublishReport;
import io.github.celeryjava.kombu.SimpleQueue;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.patterns.DeadLetters;
import io.github.celeryjava.kombu.patterns.Death;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Jobs that the broker confirms, workers that share them, and a place for those that nobody can do.
 * Takes the URL of a broker, which may be RabbitMQ, Redis, a folder or memory, and the half to run:
 * {@code send} or {@code work}, both if none is given. {@code work_queue.py} is the other half in
 * Python.
 */
public final class WorkQueue {

  private record Job(String file, int width) {}

  private WorkQueue() {}

  /** Runs the example: {@code WorkQueue [amqp://user:password@host/vhost [send|work]]}. */
  public static void main(String[] args) throws InterruptedException {
    String url = args.length > 0 ? args[0] : "memory://work";
    String half = args.length > 1 ? args[1] : "both";
    // tag::declare[]
    DeadLetters thumbnails = DeadLetters.of(Queue.named("thumbnails"));
    // end::declare[]
    try (Connection connection = Connection.open(url)) {
      Producer producer = connection.producer().build();
      thumbnails.declare(connection);
      if (!half.equals("work")) {
        send(producer, thumbnails);
      }
      if (!half.equals("send")) {
        work(connection, producer, thumbnails);
      }
    }
  }

  private static void send(Producer producer, DeadLetters thumbnails) {
    // tag::send[]
    List<Job> jobs =
        List.of(new Job("a.png", 80), new Job("broken.png", 80), new Job("c.png", 120));
    PublishReport report = producer.publishAll(jobs, PublishOptions.to(thumbnails.queue().name()));
    System.out.println("confirmed " + report.confirmed() + " of " + report.size());
    // end::send[]
  }

  private static void work(Connection connection, Producer producer, DeadLetters thumbnails)
      throws InterruptedException {
    CountDownLatch handled = new CountDownLatch(3);
    // tag::work[]
    ConsumerLoop workers =
        ConsumerLoop.builder(connection)
            .queue(thumbnails.queue())
            .accept("json")
            .threads(2)
            .settling()
            .handler(
                Job.class,
                (job, message) -> {
                  if (job.file().startsWith("broken")) {
                    throw new IllegalArgumentException("no image: " + job.file());
                  }
                  System.out.println("made " + job.file() + " " + job.width() + " wide");
                  handled.countDown();
                })
            .onFailure(
                (message, error) -> {
                  thumbnails.putAside(message, producer);
                  handled.countDown();
                })
            .build();
    workers.start("thumbnails");
    // end::work[]
    if (!handled.await(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("not all jobs came within 20 s");
    }
    boolean unused = workers.stop(Duration.ofSeconds(10));
    // tag::aside[]
    try (SimpleQueue aside = SimpleQueue.of(connection, thumbnails.deadQueue())) {
      Message message = aside.take(Duration.ofSeconds(5));
      for (Death death : Death.of(message)) {
        System.out.println("put aside: " + message.payload() + ", " + death.reason());
      }
      message.ack();
    }
    // end::aside[]
  }
}
