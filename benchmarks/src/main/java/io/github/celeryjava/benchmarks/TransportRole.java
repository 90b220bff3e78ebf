package io.github.celeryjava.benchmarks;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.Channel;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Messages without tasks by kombu-java, on the broker of the URL. */
final class TransportRole extends Role {

  /** As long as the body of a task without arguments. */
  private static final List<Object> BODY =
      List.of(
          List.of(),
          Map.of(),
          Map.of("callbacks", "null", "errbacks", "null", "chain", "null", "chord", "null"));

  private static final Duration TURN = Duration.ofSeconds(1);

  private final String url;
  private final Connection publishing;
  private final Producer producer;

  // Mutable state
  private int left;

  private TransportRole(String url) {
    this.url = url;
    publishing = Connection.open(url);
    producer = publishing.producer().build();
  }

  public static void main(String[] args) throws Exception {
    serve(() -> new TransportRole(args[0]));
  }

  @Override
  void sample() {
    publishing.declare(Queue.named(SAMPLE_QUEUE));
    try (Channel channel = publishing.channel()) {
      long ignored = channel.purgeQueue(SAMPLE_QUEUE);
    }
    producer.publish(BODY, PublishOptions.to(SAMPLE_QUEUE));
  }

  @Override
  void pipeline(int count) {
    PublishOptions options = PublishOptions.to(QUEUE).declaring(Queue.named(QUEUE));
    producer.publishAll(Collections.nCopies(count, BODY), options).orThrow();
  }

  @Override
  void confirmed(int threads, int count) throws Exception {
    PublishOptions options = PublishOptions.to(QUEUE).declaring(Queue.named(QUEUE));
    onThreads(
        threads,
        () -> {
          for (int i = 0; i < count / threads; i++) {
            producer.publish(BODY, options);
          }
        });
  }

  @Override
  void consume(int count) {
    left = count;
    try (Connection consuming = Connection.open(url);
        Consumer consumer =
            consuming
                .consumer()
                .queue(Queue.named(QUEUE))
                .prefetch(PREFETCH)
                .handler(
                    (body, message) -> {
                      message.ack();
                      left--;
                    })
                .build()) {
      consumer.consume();
      while (left > 0) {
        consuming.drainEvents(TURN);
      }
    }
  }
}
