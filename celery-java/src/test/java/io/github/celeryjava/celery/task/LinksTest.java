package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultSource;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {

  private final Tracing tracing = new Tracing();

  @Test
  void aCallbackGetsTheResultBeforeItsOwnArguments() {
    succeed(
        Requests.of("t", "id-1")
            .header("root_id", "root-1")
            .link("callbacks", List.of(Requests.signature("cb", Map.of("task_id", "cb-1"), 4L))));

    TaskSignature call = tracing.sender.onlyCall();
    assertThat(call.task()).isEqualTo("cb");
    assertThat(call.args()).containsExactly("result", 4L);
    assertThat(call.options().taskId()).isEqualTo("cb-1");
    assertThat(call.options().rootId()).isEqualTo("root-1");
    assertThat(call.options().parentId()).isEqualTo("id-1");
    assertThat(call.options().groupId()).isNull();
    assertThat(tracing.results.last().children()).containsExactly(ResultTree.task("cb-1"));
  }

  @Test
  void anImmutableCallbackKeepsItsArguments() {
    Map<String, Object> callback = Requests.signature("cb", Map.of(), 4L);
    callback.put("immutable", true);

    succeed(Requests.of("t", "id-1").link("callbacks", List.of(callback)));

    assertThat(tracing.sender.onlyCall().args()).containsExactly(4L);
  }

  @Test
  void aTaskThatIsTheRootOfItsWorkflowSaysSoToWhatFollows() {
    succeed(
        Requests.of("t", "id-1").link("callbacks", List.of(Requests.signature("cb", Map.of()))));

    assertThat(tracing.sender.onlyCall().options().rootId()).isEqualTo("id-1");
  }

  @Test
  void aCallbackKeepsItsOptions() {
    succeed(
        Requests.of("t", "id-1")
            .link(
                "callbacks",
                List.of(
                    Requests.signature(
                        "cb",
                        Map.of(
                            "queue",
                            "slow",
                            "countdown",
                            1.5,
                            "priority",
                            7,
                            "time_limit",
                            30,
                            "reply_to",
                            "answers",
                            "headers",
                            Map.of("x-own", 1L),
                            "stamped_headers",
                            List.of("tenant"),
                            "tenant",
                            "a")))));

    CallOptions options = tracing.sender.onlyCall().options();
    assertThat(options.queue()).isEqualTo("slow");
    assertThat(options.countdown()).isEqualTo(Duration.ofMillis(1500));
    assertThat(options.priority()).isEqualTo(7);
    assertThat(options.timeLimit()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.replyTo()).isEqualTo("answers");
    assertThat(options.headers()).isEqualTo(Map.of("x-own", 1L));
    assertThat(options.workflow().stampedHeaders()).containsExactly("tenant");
    assertThat(options.workflow().stamps()).isEqualTo(Map.of("tenant", "a"));
  }

  @Test
  void severalCallbacksAreSentAsOneGroup() {
    succeed(
        Requests.of("t", "id-1")
            .link(
                "callbacks",
                List.of(
                    Requests.signature("a", Map.of()),
                    Requests.signature("b", Map.of("group_id", "frozen")))));

    CallOptions first = tracing.sender.calls().get(0).options();
    CallOptions second = tracing.sender.calls().get(1).options();
    assertThat(first.groupId()).hasSize(36);
    assertThat(first.groupIndex()).isEqualTo(0);
    assertThat(second.groupId()).isEqualTo("frozen");
    assertThat(second.groupIndex()).isEqualTo(1);
  }

  @Test
  void theNextStepOfAChainGetsTheResultAndTheRestOfTheChain() {
    Map<String, Object> last = Requests.signature("last", Map.of("task_id", "s-3"));
    Map<String, Object> middle = Requests.signature("middle", Map.of("task_id", "s-2"));
    Map<String, Object> next =
        Requests.signature(
            "next",
            Map.of(
                "task_id", "s-1",
                "link", List.of(Requests.signature("own", Map.of())),
                "link_error", List.of(Requests.signature("err", Map.of()))));

    succeed(Requests.of("t", "id-1").link("chain", List.of(last, middle, next)));

    TaskSignature call = tracing.sender.onlyCall();
    assertThat(call.task()).isEqualTo("next");
    assertThat(call.args()).containsExactly("result");
    assertThat(call.options().taskId()).isEqualTo("s-1");
    assertThat(call.options().parentId()).isEqualTo("id-1");
    assertThat(call.options().workflow().links().chain())
        .extracting(SignatureData::toMap)
        .containsExactly(last, middle);
    assertThat(call.options().workflow().links().callbacks()).hasSize(1);
    assertThat(call.options().workflow().links().errbacks()).hasSize(1);
  }

  @Test
  void aHandleGoesOnAsItsTuple() {
    AsyncResult<Object> handle =
        new AsyncResult<>(
            "child",
            Object.class,
            new ResultSource(
                tracing.results, SerializerRegistry.standard(), () -> false, Runnable::run));

    tracing.run(
        Requests.of("t", "id-1").link("callbacks", List.of(Requests.signature("c", Map.of()))),
        (context, args, kwargs) -> handle);

    assertThat(tracing.sender.onlyCall().args())
        .containsExactly(ResultTree.task("child").toTuple());
  }

  @Test
  void theLastStepOfAChainHasNothingAfterIt() {
    succeed(Requests.of("t", "id-1").link("chain", List.of(Requests.signature("next", Map.of()))));

    assertThat(tracing.sender.onlyCall().options().workflow().links().chain()).isNull();
  }

  @Test
  void aCallbackThatCannotBeSentFailsTheTask() {
    tracing.sender.failWith(OperationalException.lost("socket closed", null));

    Outcome outcome =
        succeed(
            Requests.of("t", "id-1")
                .link("callbacks", List.of(Requests.signature("cb", Map.of()))));

    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aCallbackThatIsNoCallFailsTheTask() {
    Outcome outcome =
        succeed(
            Requests.of("t", "id-1")
                .link("callbacks", List.of(Requests.signature("cb", Map.of("eta", "soon")))));

    assertThat(((Outcome.Failed) outcome).error())
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("body[2].callbacks[0].options.eta");
  }

  @Test
  void errbacksGetTheIdOfTheFailedTaskAsOneGroup() {
    fail(
        Requests.of("t", "id-1")
            .header("root_id", "root-1")
            .link(
                "errbacks",
                List.of(
                    Requests.signature("e1", Map.of(), 9L), Requests.signature("e2", Map.of()))));

    assertThat(tracing.sender.calls()).extracting(TaskSignature::task).containsExactly("e1", "e2");
    TaskSignature first = tracing.sender.calls().get(0);
    assertThat(first.args()).containsExactly("id-1", 9L);
    assertThat(first.options().parentId()).isEqualTo("id-1");
    assertThat(first.options().rootId()).isEqualTo("root-1");
    assertThat(first.options().groupId())
        .isEqualTo(tracing.sender.calls().get(1).options().groupId())
        .hasSize(36);
  }

  @Test
  void neitherRetryNorIgnoreNorRequeueCallsErrbacks() {
    Requests request =
        Requests.of("t", "id-1").link("errbacks", List.of(Requests.signature("e", Map.of())));

    tracing.run(
        request,
        (context, args, kwargs) -> {
          throw context.retry(null);
        });
    tracing.run(
        request,
        (context, args, kwargs) -> {
          throw new IgnoreException();
        });
    tracing.run(
        request,
        (context, args, kwargs) -> {
          throw RejectException.requeued(null);
        });

    assertThat(tracing.sender.calls()).extracting(TaskSignature::task).containsExactly("t");
  }

  @Test
  void errbacksThatCannotBeSentDoNotHideTheFailure() {
    tracing.sender.failWith(OperationalException.lost("socket closed", null));

    Outcome outcome =
        fail(Requests.of("t", "id-1").link("errbacks", List.of(Requests.signature("e", Map.of()))));

    assertThat(((Outcome.Failed) outcome).error()).hasMessage("no");
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aFailureFailsTheStepsThatWillNotRun() {
    fail(
        Requests.of("t", "id-1")
            .link(
                "chain",
                List.of(
                    Requests.signature(
                        "last",
                        Map.of("task_id", "s-3", "reply_to", "answers", "parent_id", "s-2")),
                    Requests.signature("unnamed", Map.of()),
                    Requests.signature("quiet", Map.of("task_id", "s-2", "ignore_result", true)),
                    Requests.signature("next", Map.of("task_id", "s-1")))));

    assertThat(tracing.results.states())
        .containsExactly("id-1 FAILURE", "s-3 FAILURE", "s-1 FAILURE");
    assertThat(tracing.results.metas().get(1).result())
        .isEqualTo(tracing.results.metas().get(0).result());
    assertThat(tracing.results.metas().get(1).parentId()).isEqualTo("s-2");
    assertThat(tracing.sender.calls()).isEmpty();
  }

  @Test
  void theFailureOfAStepGoesToWhoeverWaitsForThatStep() {
    fail(
        Requests.of("t", "id-1")
            .link(
                "chain",
                List.of(
                    Requests.signature("last", Map.of("task_id", "s-1", "reply_to", "answers")))));

    assertThat(tracing.results.lastTarget()).isEqualTo(new ResultTarget("answers", null));
  }

  @Test
  void theFailureOfAStepThatIsAChordReachesItsBody() {
    Map<String, Object> chord = composite("chord", Map.of("task_id", "c-1"));
    chord.put("kwargs", Map.of("body", Requests.signature("body", Map.of("task_id", "b-1"))));

    fail(
        Requests.of("t", "id-1")
            .link("chain", List.of(chord, Requests.signature("next", Map.of("task_id", "s-1")))));

    assertThat(tracing.results.states())
        .containsExactly("id-1 FAILURE", "c-1 FAILURE", "b-1 FAILURE", "s-1 FAILURE");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("composites")
  void aTaskIsRefusedBeforeItRunsIfWhatFollowsCannotBeServed(
      String kind, Object value, String where) {
    Outcome outcome =
        tracing.run(Requests.of("t", "id-1").link(kind, value), tracing.handler("run"));

    assertThat(((Outcome.Failed) outcome).error())
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageStartingWith("invalid task message: " + where)
        .hasMessageEndingWith(
            ", which this worker cannot serve yet: send the task to a Python worker");
    assertThat(tracing.journal).doesNotContain("run");
    assertThat(tracing.results.states()).contains("id-1 FAILURE");
  }

  static List<Arguments> composites() {
    Map<String, Object> plain = Requests.signature("plain", Map.of());
    return List.of(
        Arguments.of(
            "callbacks", List.of(composite("group", Map.of())), "body[2].callbacks holds a group"),
        Arguments.of(
            "callbacks",
            List.of(plain, composite("chain", Map.of())),
            "body[2].callbacks holds a chain"),
        Arguments.of(
            "errbacks", List.of(composite("xmap", Map.of())), "body[2].errbacks holds a xmap"),
        Arguments.of(
            "chain",
            List.of(plain, composite("chord", Map.of())),
            "body[2].chain[1] holds a chord"),
        Arguments.of("chord", plain, "body[2].chord makes the task a part of a chord"));
  }

  @Test
  void aCompositeFurtherDownTheChainIsLeftToTheWorkerOfTheNextStep() {
    Outcome outcome =
        succeed(
            Requests.of("t", "id-1")
                .link(
                    "chain",
                    List.of(composite("group", Map.of()), Requests.signature("next", Map.of()))));

    assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
    assertThat(tracing.sender.onlyCall().options().workflow().links().chain()).hasSize(1);
  }

  @Test
  void aRefusedPartOfAChordFailsTheChordForWhoeverWaits() {
    tracing.run(
        Requests.of("t", "id-1")
            .link(
                "chord",
                Requests.signature("body", Map.of("task_id", "b-1", "reply_to", "answers"))),
        tracing.handler("run"));

    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE", "b-1 FAILURE");
    Map<?, ?> error = (Map<?, ?>) tracing.results.last().result();
    assertThat(error.get("exc_type")).isEqualTo("ChordError");
    assertThat(error.get("exc_message").toString())
        .startsWith("[Dependency id-1 raised InvalidTaskError(");
    assertThat(tracing.results.lastTarget().replyTo()).isEqualTo("answers");
  }

  private Outcome succeed(Requests request) {
    return tracing.run(request, (context, args, kwargs) -> "result");
  }

  private Outcome fail(Requests request) {
    return tracing.run(
        request,
        (context, args, kwargs) -> {
          throw new IllegalArgumentException("no");
        });
  }

  private static Map<String, Object> composite(String kind, Map<String, Object> options) {
    Map<String, Object> signature =
        new LinkedHashMap<>(Requests.signature("celery." + kind, new HashMap<>(options)));
    signature.put("subtask_type", kind);
    return signature;
  }
}
