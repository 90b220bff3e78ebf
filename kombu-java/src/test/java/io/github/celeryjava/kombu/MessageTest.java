package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTest {

  enum Settling {
    ACK,
    REJECT,
    REQUEUE;

    void apply(Message message) {
      switch (this) {
        case ACK -> message.ack();
        case REJECT -> message.reject();
        case REQUEUE -> message.requeue();
      }
    }
  }

  private record Point(int x, int y) {}

  private final Connection connection = new FakeBroker().connection().build();
  private final List<String> settled = new ArrayList<>();

  @Test
  void decodesItsBodyOnceWhenAsked() {
    Message message = json("[1, \"two\"]");

    assertThat(message.payload()).isEqualTo(List.of(1L, "two"));
    assertThat(message.payload()).isSameAs(message.payload());
  }

  @Test
  void tooManyHeadersAreRefusedBeforeTheBodyIsLookedAt() {
    Map<String, Object> headers = new HashMap<>();
    for (int i = 0; i <= 1000; i++) {
      headers.put("h" + i, i);
    }
    Message message = message(headers, "application/json", "[1]", null);

    assertThatThrownBy(message::requireAccepted)
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("more headers than the limit of 1000");
    assertThatThrownBy(message::payload).isInstanceOf(DecodeException.class);
    assertThat(message.headers()).hasSize(1001);
  }

  @Test
  void tellsLogsWhatItsBrokerKnowsItBy() {
    assertThat(json("1").deliveryTag()).isEqualTo("7");
  }

  @Test
  void knowsTheNullOfJson() {
    assertThat(json("null").payload()).isNull();
  }

  @Test
  void turnsItsBodyIntoAJavaType() {
    assertThat(json("{\"x\": 1, \"y\": 2}").as(Point.class)).isEqualTo(new Point(1, 2));
  }

  @Test
  void turnsItsBodyIntoATypeWithParameters() {
    Message message = json("{\"a\": [{\"x\": 1, \"y\": 2}]}");

    Map<String, List<Point>> points = message.as(new TypeRef<Map<String, List<Point>>>() {});

    assertThat(points).isEqualTo(Map.of("a", List.of(new Point(1, 2))));
    assertThatThrownBy(() -> json("[1]").as(new TypeRef<List<Point>>() {}))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  @SuppressWarnings("rawtypes") // the mistake that is told
  void refusesATypeThatNobodyNames() {
    assertThatThrownBy(() -> new TypeRef() {})
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("new TypeRef<List<Order>>() {}");
  }

  @Test
  void refusesWhatItsReaderDoesNotAcceptBeforeItLooksAtTheBody() {
    Message message = message("application/json", "{broken", Set.of("msgpack-is-not-here/x"));

    assertThatThrownBy(message::payload).isInstanceOf(ContentDisallowedException.class);
    assertThatThrownBy(() -> message.as(Point.class))
        .isInstanceOf(ContentDisallowedException.class);
  }

  @ParameterizedTest
  @EnumSource
  void isSettledOnce(Settling first) {
    for (Settling second : Settling.values()) {
      Message message = json("1");
      assertThat(message.isSettled()).isFalse();

      first.apply(message);

      assertThat(message.isSettled()).isTrue();
      assertThatThrownBy(() -> second.apply(message))
          .isInstanceOf(MessageStateException.class)
          .hasMessageContaining("settled before");
    }
    assertThat(settled).hasSize(3).containsOnly(first.name());
  }

  @RepeatedTest(20)
  void isSettledByOneOfManyThreads() throws Exception {
    Message message = json("1");
    int threads = 4;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    Callable<Boolean> settling =
        () -> {
          together.await();
          try {
            message.ack();
            return true;
          } catch (MessageStateException e) {
            return false;
          }
        };

    int successes = 0;
    for (Future<Boolean> each :
        executor.invokeAll(List.of(settling, settling, settling, settling))) {
      successes += each.get() ? 1 : 0;
    }
    executor.shutdown();

    assertThat(successes).isEqualTo(1);
    assertThat(settled).hasSize(1);
  }

  @Test
  void printsWhereItCameFromButNothingOfItsBody() {
    assertThat(json("\"secret\"").toString()).contains("queue=jobs").doesNotContain("secret");
  }

  private Message json(String body) {
    return message("application/json", body, null);
  }

  private Message message(String contentType, String body, Set<String> accept) {
    return message(Map.of(), contentType, body, accept);
  }

  private Message message(
      Map<String, Object> headers, String contentType, String body, Set<String> accept) {
    MessageProperties properties =
        MessageProperties.builder().contentType(contentType).contentEncoding("utf-8").build();
    TransportMessage transported =
        new TransportMessage(properties, headers, body.getBytes(StandardCharsets.UTF_8));
    Delivery.Receipt receipt =
        new Delivery.Receipt() {
          @Override
          public void ack() {
            settled.add(Settling.ACK.name());
          }

          @Override
          public void reject() {
            settled.add(Settling.REJECT.name());
          }

          @Override
          public void requeue() {
            settled.add(Settling.REQUEUE.name());
          }

          @Override
          public String deliveryTag() {
            return "7";
          }
        };
    return new Message(
        new Delivery("", "jobs", false, transported, receipt),
        "jobs",
        new BodyReader(connection, accept));
  }
}
