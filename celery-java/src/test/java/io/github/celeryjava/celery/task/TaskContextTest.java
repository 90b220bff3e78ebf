package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.protocol.SignatureData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TaskContextTest {

  private final Tracing tracing = new Tracing();

  @Test
  void tellsWhatTheMessageSays() {
    Requests request =
        Requests.of("t", "id-1")
            .header("lang", "py")
            .header("shadow", "shown")
            .header("argsrepr", "(1,)")
            .header("kwargsrepr", "{'secret': '***'}")
            .header("replaced_task_nesting", 2)
            .header("stamped_headers", List.of("tenant"))
            .header("stamps", Map.of("tenant", "a"));

    TaskContext context = contextOf(request);

    assertThat(context.lang()).isEqualTo("py");
    assertThat(context.shadow()).isEqualTo("shown");
    assertThat(context.argsrepr()).isEqualTo("(1,)");
    assertThat(context.kwargsrepr()).isEqualTo("{'secret': '***'}");
    assertThat(context.replacedTaskNesting()).isEqualTo(2);
    assertThat(context.stampedHeaders()).containsExactly("tenant");
    assertThat(context.stamps()).isEqualTo(Map.of("tenant", "a"));
  }

  @Test
  void tellsWhatFollows() {
    Map<String, Object> last = Requests.signature("last", Map.of());
    Map<String, Object> next = Requests.signature("next", Map.of());
    Requests request =
        Requests.of("t", "id-1")
            .link("callbacks", List.of(Requests.signature("callback", Map.of())))
            .link("errbacks", List.of(Requests.signature("errback", Map.of())))
            .link("chain", List.of(last, next));

    TaskContext context = contextOf(request);

    assertThat(context.callbacks()).extracting(SignatureData::task).containsExactly("callback");
    assertThat(context.errbacks()).extracting(SignatureData::task).containsExactly("errback");
    assertThat(context.chain()).extracting(SignatureData::task).containsExactly("last", "next");
    assertThat(context.chord()).isNull();
    assertThatThrownBy(() -> context.chain().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> context.callbacks().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void hasNothingToTellOfAPlainMessage() {
    TaskContext context = contextOf(Requests.of("t", "id-1"));

    assertThat(context.lang()).isNull();
    assertThat(context.shadow()).isNull();
    assertThat(context.argsrepr()).isNull();
    assertThat(context.kwargsrepr()).isNull();
    assertThat(context.replacedTaskNesting()).isZero();
    assertThat(context.stampedHeaders()).isEmpty();
    assertThat(context.stamps()).isEmpty();
    assertThat(context.callbacks()).isEmpty();
    assertThat(context.errbacks()).isEmpty();
    assertThat(context.chain()).isEmpty();
    assertThat(context.chord()).isNull();
    assertThat(context.children()).isEmpty();
    assertThat(context.ignoreResult()).isFalse();
  }

  @Test
  void theMessageSaysWhetherTheResultIsWantedElseTheTaskDoes() {
    tracing.options(options -> options.ignoreResult(true));

    assertThat(contextOf(Requests.of("t", "id-1")).ignoreResult()).isTrue();
    assertThat(contextOf(Requests.of("t", "id-1").header("ignore_result", false)).ignoreResult())
        .isFalse();
  }

  @Test
  void knowsWhatItHasSentUntilNow() {
    inTask(
        Requests.of("t", "id-1"),
        context -> {
          List<ResultTree> before = context.children();
          tracing.sender.send(TaskSignature.of("other", List.of()));

          assertThat(before).isEmpty();
          assertThat(context.children()).containsExactly(ResultTree.task("new-1"));
        });
  }

  private TaskContext contextOf(Requests request) {
    AtomicReference<TaskContext> seen = new AtomicReference<>();
    inTask(request, seen::set);
    return seen.get();
  }

  private void inTask(Requests request, Consumer<TaskContext> code) {
    Outcome outcome =
        tracing.run(
            request,
            (context, args, kwargs) -> {
              code.accept(context);
              return null;
            });
    assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
  }
}
