package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and answers by hand. */
@Timeout(30)
class ReplyTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final Connection connection =
      Connection.builder("memory://").transport(new MemoryTransport()).build();
  private final Queue answers = Queue.named("answers");
  private final SimpleQueue questions = connection.simpleQueue("questions");
  private final SimpleQueue answered = SimpleQueue.of(connection, answers);
  private final Producer producer =
      connection.producer().exchange(Exchange.direct("elsewhere")).build();

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void anAnswerGoesWhereTheRequestSaysAndBearsItsId() {
    questions.put(
        List.of(2, 3), PublishOptions.builder().replyTo(answers).correlationId("c1").build());
    Message request = questions.take(LONG);

    producer.reply(request, "five", PublishOptions.defaults());

    Message answer = answered.take(LONG);
    assertThat(answer.payload()).isEqualTo("five");
    assertThat(answer.properties().correlationId()).isEqualTo("c1");
    assertThat(answer.properties().contentType()).isEqualTo("application/json");
    assertThat(answer.exchange()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "json, application/json",
    "msgpack, application/x-msgpack",
    "yaml, application/x-yaml",
    "raw, application/json"
  })
  void anAnswerIsEncodedAsTheRequestWas(String serializer, String contentType) {
    Object question = serializer.equals("raw") ? new byte[] {1} : Map.of("x", 1);
    questions.put(
        question, PublishOptions.builder().replyTo(answers).serializer(serializer).build());
    Message request = questions.take(LONG);

    producer.reply(request, List.of("five"), PublishOptions.defaults());

    assertThat(answered.take(LONG).properties().contentType()).isEqualTo(contentType);
  }

  @Test
  void optionsOfTheAnswerWin() {
    Queue other = Queue.bound("other", Exchange.direct("others"), "key");
    questions.put("?", PublishOptions.builder().replyTo(answers).correlationId("c1").build());
    Message request = questions.take(LONG);

    producer
        .replyAsync(
            request,
            "!",
            PublishOptions.builder()
                .exchange("others")
                .routingKey("key")
                .declare(other)
                .correlationId("c2")
                .header("h", 1)
                .build())
        .join();

    Message answer = SimpleQueue.of(connection, other).take(LONG);
    assertThat(answer.payload()).isEqualTo("!");
    assertThat(answer.properties().correlationId()).isEqualTo("c2");
    assertThat(answer.properties().contentType()).isEqualTo("text/plain");
    assertThat(answer.headers()).containsEntry("h", 1);
  }

  @Test
  void aRequestThatWantsNoAnswerGetsNone() {
    questions.put("?");
    Message request = questions.take(LONG);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> producer.reply(request, "!", PublishOptions.defaults()))
        .withMessageStartingWith("the request wants no answer: Message[queue=questions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublishOptions.builder().replyTo(Queue.named("")));
  }
}
