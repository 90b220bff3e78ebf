package io.github.celeryjava.kombu.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConsumerLoop;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.MessageHandler;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests and answers over any transport. */
@Tag("JAV-40")
@Timeout(60)
abstract class RequestClientContract {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int SECONDS = 20;

  private final Queue questions = Queue.builder("questions-" + UUID.randomUUID()).build();
  private final PublishOptions toQuestions = PublishOptions.to(questions.name());
  private final BlockingQueue<Message> unanswered = new LinkedBlockingQueue<>();
  private final List<ConsumerLoop> servers = new ArrayList<>();
  private Connection connection;
  private Producer replies;
  private RequestClient client;

  /** A connection that shares queues with the others that this makes. */
  abstract Connection connect();

  @BeforeEach
  void connectAll() {
    connection = connect();
    connection.declare(questions);
    replies = connection.producer().build();
    client = RequestClient.of(connection);
  }

  @AfterEach
  void closeAll() {
    client.close();
    servers.forEach(ConsumerLoop::close);
    connection.defaultChannel().deleteQueue(questions.name());
    connection.close();
  }

  @Test
  void eachRequestGetsItsOwnAnswer() throws Exception {
    serve((body, message) -> reply(message, "re: " + body));

    List<CompletableFuture<Message>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(client.request("q" + i, toQuestions, LONG));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(answers.get(i).get(SECONDS, TimeUnit.SECONDS).payload()).isEqualTo("re: q" + i);
    }
    assertThat(client.pending()).isZero();
  }

  @Test
  void anAnswerCanHaveAType() throws Exception {
    serve((body, message) -> reply(message, 42));

    CompletableFuture<Integer> number = client.request(null, toQuestions, LONG, Integer.class);
    CompletableFuture<UUID> id = client.request(null, toQuestions, LONG, UUID.class);

    assertThat(number.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(42);
    assertThatThrownBy(() -> id.get(SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void aRequestWithoutAnswerEndsInTime() {
    CompletableFuture<Message> answer =
        client.request("hello?", toQuestions, Duration.ofMillis(300));

    assertThatThrownBy(() -> answer.get(SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(TimeoutException.class)
        .hasMessage("no answer to the request to '" + questions.name() + "' came within PT0.3S");
    assertThat(client.pending()).isZero();
  }

  @Test
  void aLateOrStrangeAnswerHarmsNobody() throws Exception {
    serve((body, message) -> unanswered.add(message));
    CompletableFuture<Message> given = client.request("first", toQuestions, LONG);
    CompletableFuture<Message> second = client.request("second", toQuestions, LONG);
    Message first = unanswered.poll(SECONDS, TimeUnit.SECONDS);
    Message last = unanswered.poll(SECONDS, TimeUnit.SECONDS);

    given.cancel(false);
    reply(first, "too late");
    replies.publish(
        "whose?", PublishOptions.builder().routingKey(first.properties().replyTo()).build());
    reply(last, "in time");

    assertThat(second.get(SECONDS, TimeUnit.SECONDS).payload()).isEqualTo("in time");
    assertThat(client.pending()).isZero();
  }

  @Test
  void requestsOfOneThreadAreSentInOrder() throws Exception {
    serve((body, message) -> unanswered.add(message));

    for (int i = 0; i < 30; i++) {
      CompletableFuture<Message> unused = client.request(i, toQuestions, LONG);
    }

    for (int i = 0; i < 30; i++) {
      assertThat(unanswered.poll(SECONDS, TimeUnit.SECONDS).payload()).isEqualTo((long) i);
    }
  }

  @Test
  void aRequestThatCannotBeEncodedFailsAlone() {
    CompletableFuture<Message> answer = client.request(new Object(), toQuestions, LONG);

    assertThatThrownBy(() -> answer.get(SECONDS, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(EncodeException.class);
    assertThat(client.pending()).isZero();
  }

  @Test
  void aRequestExpiresWithItsTimeOut() throws Exception {
    serve((body, message) -> unanswered.add(message));

    CompletableFuture<Message> unused = client.request("q", toQuestions, Duration.ofSeconds(7));

    Message request = unanswered.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(request.properties().expiration()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void closingFailsWhatWaitsAndDeletesTheQueue() throws Exception {
    serve((body, message) -> unanswered.add(message));
    CompletableFuture<Message> waiting = client.request("q", toQuestions, LONG);
    Message request = unanswered.poll(SECONDS, TimeUnit.SECONDS);

    client.close();

    assertThatThrownBy(() -> waiting.get(SECONDS, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(OperationalException.class)
        .hasMessageContaining("is closed");
    await()
        .atMost(LONG)
        .until(
            () ->
                connection.defaultChannel().inspectQueue(request.properties().replyTo()).isEmpty());
    assertThatThrownBy(() -> client.request("q", toQuestions, LONG).get(SECONDS, TimeUnit.SECONDS))
        .cause()
        .hasMessageContaining("is closed");
  }

  private void reply(Message request, Object body) {
    replies.reply(request, body, PublishOptions.defaults());
  }

  private void serve(MessageHandler handler) {
    ConsumerLoop server =
        ConsumerLoop.builder(connection)
            .queue(questions)
            .handler(handler.andThen((body, message) -> message.ack()))
            .build();
    servers.add(server);
    server.start("server");
  }
}
