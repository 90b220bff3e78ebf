package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.testing.Services;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The examples of messaging without tasks, each on three brokers by changing the URL alone, and
 * each half of them with the other half in Python.
 */
@EachPeer
@Timeout(180)
@Tag("JAV-39")
@Tag("JAV-40")
class PatternExamplesIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final List<String> ANSWERS =
      List.of("the answer is 55", "the answer is 6765", "the answer is 2880067194370816120");

  @TempDir private static Path classes;

  private static ExamplePrograms examples;

  @Parameter PythonPeer peer;

  enum Shared {
    RABBITMQ(Services::amqp),
    REDIS(Services::redis);

    private final Supplier<URI> uri;

    Shared(Supplier<URI> uri) {
      this.uri = uri;
    }

    String url() {
      return uri.get().toString();
    }
  }

  enum Any {
    MEMORY,
    RABBITMQ,
    REDIS;

    String[] urls() {
      return this == MEMORY ? new String[0] : new String[] {Shared.valueOf(name()).url()};
    }
  }

  @BeforeAll
  static void compile() {
    examples =
        ExamplePrograms.compile(
            classes, "WorkQueue", "PublishSubscribe", "RequestReply", "RetryLater");
  }

  @AfterEach
  void deleteQueues() {
    for (Shared broker : Shared.values()) {
      try (Connection connection = Connection.open(broker.url())) {
        for (String name :
            List.of(
                "thumbnails",
                "thumbnails.dead",
                "sport desk",
                "oslo desk",
                "fibonacci",
                "webhooks",
                "webhooks.dead",
                "webhooks.retry.500",
                "webhooks.retry.60000")) {
          connection.defaultChannel().deleteQueue(name);
        }
        connection.defaultChannel().deleteExchange("news");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void jobsAreConfirmedSharedAndPutAside(Any broker) {
    assertThat(lines(java("WorkQueue", broker.urls())))
        .contains("confirmed 3 of 3", "made a.png 80 wide", "made c.png 120 wide")
        .contains("put aside: {file=broken.png, width=80}, rejected");
  }

  @ParameterizedTest
  @EnumSource
  void pythonSendsJobs(Shared broker) {
    assertThat(lines(python("work_queue.py", broker.url(), "send"))).containsExactly("sent 3");

    assertThat(lines(java("WorkQueue", broker.url(), "work")))
        .contains("made a.png 80 wide", "made c.png 120 wide")
        .contains("put aside: {file=broken.png, width=80}, rejected");
  }

  @ParameterizedTest
  @EnumSource
  void pythonWorks(Shared broker) {
    assertThat(lines(java("WorkQueue", broker.url(), "send"))).contains("confirmed 3 of 3");

    assertThat(lines(python("work_queue.py", broker.url(), "work")))
        .containsExactlyInAnyOrder("made a.png 80 wide", "made c.png 120 wide");
  }

  @ParameterizedTest
  @EnumSource
  void newsReachWhomTheyConcern(Any broker) {
    assertThat(lines(java("PublishSubscribe", broker.urls())))
        .containsExactlyInAnyOrder(
            "listening",
            "sport desk: {title=Skiing} about sport.oslo",
            "oslo desk: {title=Skiing} about sport.oslo",
            "sport desk: {title=Football} about sport.rome.late",
            "oslo desk: {title=Trams} about traffic.oslo");
  }

  @ParameterizedTest
  @EnumSource
  void pythonPublishesNews(Shared broker) throws Exception {
    ServerProcess subscriber =
        ServerProcess.start("subscriber", java("PublishSubscribe", broker.url(), "subscribe"));

    beside(subscriber, python("publish_subscribe.py", broker.url(), "publish"));

    assertThat(lines(subscriber))
        .contains(
            "oslo desk: {title=Skiing} about sport.oslo",
            "oslo desk: {title=Trams} about traffic.oslo",
            "sport desk: {title=Football} about sport.rome.late",
            "sport desk: {title=Skiing} about sport.oslo");
  }

  @ParameterizedTest
  @EnumSource
  void pythonSubscribesToNews(Shared broker) throws Exception {
    ServerProcess subscriber =
        ServerProcess.start(
            "subscriber", python("publish_subscribe.py", broker.url(), "subscribe"));

    beside(subscriber, java("PublishSubscribe", broker.url(), "publish"));

    assertThat(lines(subscriber))
        .containsExactlyInAnyOrder(
            "listening",
            "Football about sport.rome.late",
            "Skiing about sport.oslo",
            "Skiing about sport.oslo",
            "Trams about traffic.oslo");
  }

  @ParameterizedTest
  @EnumSource
  void questionsAreAnswered(Any broker) {
    assertThat(lines(java("RequestReply", broker.urls())))
        .containsSubsequence(ANSWERS)
        .contains("listening");
  }

  @ParameterizedTest
  @EnumSource
  void pythonAsks(Shared broker) throws Exception {
    ServerProcess server =
        ServerProcess.start("server", java("RequestReply", broker.url(), "answer"));

    List<String> printed = beside(server, python("request_reply.py", broker.url(), "ask"));

    assertThat(printed).containsAll(ANSWERS);
    assertThat(lines(server)).contains("listening");
  }

  @ParameterizedTest
  @EnumSource
  void pythonAnswers(Shared broker) throws Exception {
    ServerProcess server =
        ServerProcess.start("server", python("request_reply.py", broker.url(), "answer"));

    List<String> printed = beside(server, java("RequestReply", broker.url(), "ask"));

    assertThat(printed).containsSubsequence(ANSWERS);
    assertThat(lines(server)).containsExactly("listening");
  }

  @Test
  void aMessageThatCouldNotBeHandledComesAgain() {
    assertThat(lines(java("RetryLater", Shared.RABBITMQ.url()))).contains("delivered {order=7}");
  }

  /** What the program prints that runs once the other is ready. */
  private static List<String> beside(ServerProcess other, ProcessBuilder program)
      throws InterruptedException {
    boolean ready = other.output().awaitLine(line -> line.equals("listening"), LIMIT);
    assertThat(ready).as(other.report()).isTrue();
    return lines(program);
  }

  private static List<String> lines(ProcessBuilder program) {
    return lines(ServerProcess.start(program.command().get(0), program));
  }

  private static List<String> lines(ServerProcess program) {
    return program.result(LIMIT).lines().toList();
  }

  private ProcessBuilder python(String... arguments) {
    return examples.python(peer, arguments);
  }

  private static ProcessBuilder java(String name, String... arguments) {
    return examples.example(name, arguments);
  }
}
