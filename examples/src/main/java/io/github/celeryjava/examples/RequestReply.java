package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConsumerLoop;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.patterns.RequestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Questions with answers. Takes the URL of a broker, which may be RabbitMQ, Redis, a folder or
 * memory, and the half to run: {@code ask} or {@code answer}, both if none is given. {@code
 * request_reply.py} is the other half in Python.
 */
public final class RequestReply {

  /** What is asked for. */
  private record Question(int n) {}

  /** The n-th number of Fibonacci. */
  private record Answer(int n, long value) {}

  private static final int QUESTIONS = 3;

  private RequestReply() {}

  /** Runs the example: {@code RequestReply [amqp://user:password@host/vhost [ask|answer]]}. */
  public static void main(String[] args) throws InterruptedException {
    String url = args.length > 0 ? args[0] : "memory://fibonacci";
    String half = args.length > 1 ? args[1] : "both";
    Queue questions = Queue.named("fibonacci");
    try (Connection connection = Connection.open(url)) {
      connection.declare(questions);
      if (half.equals("ask")) {
        ask(connection);
        return;
      }
      CountDownLatch answered = new CountDownLatch(QUESTIONS);
      ConsumerLoop server = answer(connection, questions, answered);
      System.out.println("listening");
      if (half.equals("both")) {
        ask(connection);
      } else if (!answered.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not all questions came within 20 s");
      }
      boolean unused = server.stop(Duration.ofSeconds(10));
    }
  }

  private static void ask(Connection connection) {
    // tag::ask[]
    try (RequestClient client = RequestClient.of(connection)) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int n : List.of(10, 20, 90)) {
        answers.add(
            client.request(
                new Question(n),
                PublishOptions.to("fibonacci"),
                Duration.ofSeconds(20), // for the answer to come
                Answer.class));
      }
      for (CompletableFuture<Answer> answer : answers) {
        System.out.println("the answer is " + answer.join().value());
      }
    }
    // end::ask[]
  }

  private static ConsumerLoop answer(
      Connection connection, Queue questions, CountDownLatch answered) {
    // tag::answer[]
    Producer producer = connection.producer().build();
    ConsumerLoop server =
        ConsumerLoop.builder(connection)
            .queue(questions)
            .accept("json")
            .settling()
            .handler(
                Question.class,
                (question, message) -> {
                  Answer answer = new Answer(question.n(), fibonacci(question.n()));
                  producer.reply(message, answer, PublishOptions.defaults());
                  answered.countDown();
                })
            .build();
    server.start("fibonacci");
    // end::answer[]
    return server;
  }

  private static long fibonacci(int n) {
    long last = 0;
    long next = 1;
    for (int i = 0; i < n; i++) {
      long sum = last + next;
      last = next;
      next = sum;
    }
    return last;
  }
}
