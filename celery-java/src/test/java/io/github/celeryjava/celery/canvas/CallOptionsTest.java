package io.github.celeryjava.celery.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallOptionsTest {

  private static final CallOptions ALL =
      CallOptions.builder()
          .taskId("id")
          .countdown(Duration.ofSeconds(1))
          .eta(Instant.EPOCH)
          .expires(Instant.EPOCH.plusSeconds(1))
          .expiresIn(Duration.ofSeconds(2))
          .queue("queue")
          .exchange("exchange")
          .routingKey("key")
          .priority(3)
          .serializer("json")
          .compression("zlib")
          .timeLimit(Duration.ofSeconds(4))
          .softTimeLimit(Duration.ofSeconds(5))
          .ignoreResult(true)
          .shadow("shadow")
          .headers(Map.of("h", 1))
          .rootId("root")
          .parentId("parent")
          .groupId("group")
          .groupIndex(6)
          .link(List.of(TaskSignature.of("next", List.of())))
          .linkError(List.of(TaskSignature.of("failed", List.of())))
          .argsrepr("(args)")
          .kwargsrepr("{kwargs}")
          .replyTo("answers")
          .retryPolicy(RetryPolicy.never())
          .deliveryMode(DeliveryMode.TRANSIENT)
          .timeout(Duration.ofSeconds(7))
          .workflow(new WorkflowOptions(WorkflowOptions.NONE.links(), 1, 2, null, Map.of(), null))
          .build();

  @Test
  void everyChoiceIsOpenAtFirst() throws Exception {
    for (RecordComponent component : CallOptions.class.getRecordComponents()) {
      Object value = component.getAccessor().invoke(CallOptions.none());

      assertThat(value)
          .as(component.getName())
          .isIn(null, Map.of(), List.of(), WorkflowOptions.NONE);
    }
    assertThat(CallOptions.builder().build()).isEqualTo(CallOptions.none());
  }

  @Test
  void everyChoiceIsKeptAndCanBeChangedByItself() throws Exception {
    for (RecordComponent component : CallOptions.class.getRecordComponents()) {
      Object value = component.getAccessor().invoke(ALL);

      assertThat(value).as(component.getName()).isNotIn(null, Map.of(), List.of());
    }
    assertThat(ALL.toBuilder().build()).isEqualTo(ALL);
    assertThat(ALL.toBuilder().queue(null).build().queue()).isNull();
    assertThat(ALL.toBuilder().queue(null).build().toBuilder().queue("queue").build())
        .isEqualTo(ALL);
  }

  @Test
  void whatIsChangedAfterwardsChangesNoOptions() {
    Map<String, Object> headers = new HashMap<>(Map.of("h", 1));
    List<TaskSignature> links = new ArrayList<>();
    CallOptions options = CallOptions.builder().headers(headers).link(links).build();

    headers.put("h", 2);
    links.add(TaskSignature.of("next", List.of()));

    assertThat(options.headers()).isEqualTo(Map.of("h", 1));
    assertThat(options.link()).isEmpty();
    assertThatThrownBy(() -> options.headers().put("x", 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aHeaderMayBeNull() {
    Map<String, Object> headers = new HashMap<>();
    headers.put("nothing", null);

    assertThat(CallOptions.builder().headers(headers).build().headers())
        .containsEntry("nothing", null);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 256})
  void refusesAPriorityThatNoMessageCanHave(int priority) {
    CallOptionsBuilder builder = CallOptions.builder().priority(priority);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("priority must be 0 to 255, was " + priority);
  }

  @Test
  void aSignatureKeepsWhatItWasMadeOf() {
    List<Object> args = new ArrayList<>(Arrays.asList(1, null));
    Map<String, Object> kwargs = new HashMap<>();
    kwargs.put("x", null);
    TaskSignature signature = new TaskSignature("proj.add", args, kwargs, ALL, true);

    args.add(2);
    kwargs.put("y", 2);

    assertThat(signature.args()).containsExactly(1, null);
    assertThat(signature.kwargs()).containsOnlyKeys("x");
    assertThat(signature.withOptions(CallOptions.none()))
        .isEqualTo(
            new TaskSignature(
                "proj.add", signature.args(), signature.kwargs(), CallOptions.none(), true));
    assertThatThrownBy(() -> signature.args().add(3))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aSignatureNeedsTheNameOfATask() {
    assertThatThrownBy(() -> TaskSignature.of("", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of a task");
  }
}
