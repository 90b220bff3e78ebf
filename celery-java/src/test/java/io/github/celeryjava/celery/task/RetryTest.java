package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.canvas.WorkflowOptions;
import io.github.celeryjava.celery.exceptions.MaxRetriesExceededException;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.exceptions.RetryOptions;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RetryTest {

  private final IllegalStateException busy = new IllegalStateException("busy");

  private static final Throwable NO_REASON = null;

  private final Tracing tracing = new Tracing();

  @Test
  void theMessageForAnotherTryCarriesAllThatTheFirstOneDid() {
    Requests request =
        Requests.of("t", "id-1")
            .header("retries", 1)
            .header("root_id", "root-1")
            .header("parent_id", "parent-1")
            .header("group", "group-1")
            .header("group_index", 4)
            .header("expires", "2031-01-01T00:00:00+00:00")
            .header("timelimit", List.of(20, 10))
            .header("shadow", "shown")
            .header("origin", "gen1@there")
            .header("replaced_task_nesting", 5)
            .header("stamped_headers", List.of("tenant"))
            .header("stamps", Map.of("tenant", "a"))
            .header("x-own", "kept")
            .header("x-death", List.of(Map.of()))
            .args(1L)
            .kwargs(Map.of("k", 2L))
            .link("callbacks", List.of(Requests.signature("callback", Map.of())))
            .link("errbacks", List.of(Requests.signature("errback", Map.of())))
            .link("chain", List.of(Requests.signature("next", Map.of())));

    Outcome outcome = tracing.run(request, retrying(NO_REASON));

    TaskSignature call = tracing.sender.onlyCall();
    CallOptions options = call.options();
    WorkflowOptions workflow = options.workflow();
    assertThat(outcome)
        .isEqualTo(new Outcome.Retried(null, Tracing.NOW.plus(Duration.ofMinutes(3))));
    assertThat(options.taskId()).isEqualTo("id-1");
    assertThat(workflow.retries()).isEqualTo(2);
    assertThat(options.eta()).isEqualTo(Tracing.NOW.plus(Duration.ofMinutes(3)));
    assertThat(call.args()).isEqualTo(List.of(1L));
    assertThat(call.kwargs()).isEqualTo(Map.of("k", 2L));
    assertThat(options.rootId()).isEqualTo("root-1");
    assertThat(options.parentId()).isEqualTo("parent-1");
    assertThat(options.groupId()).isEqualTo("group-1");
    assertThat(options.groupIndex()).isEqualTo(4);
    assertThat(options.expires()).isEqualTo(Instant.parse("2031-01-01T00:00:00Z"));
    assertThat(options.timeLimit()).isEqualTo(Duration.ofSeconds(20));
    assertThat(options.softTimeLimit()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.shadow()).isEqualTo("shown");
    assertThat(workflow.origin()).isEqualTo("gen1@there");
    assertThat(workflow.replacedTaskNesting()).isEqualTo(5);
    assertThat(workflow.stampedHeaders()).containsExactly("tenant");
    assertThat(workflow.stamps()).isEqualTo(Map.of("tenant", "a"));
    assertThat(options.replyTo()).isEqualTo("replies");
    assertThat(options.headers()).isEqualTo(Map.of("x-own", "kept"));
    assertThat(workflow.links()).isEqualTo(request.request().body().links());
  }

  @Test
  void theNextTryMayDifferFromThisOne() {
    Instant soon = Tracing.NOW.plusSeconds(60);
    RetryOptions changes =
        RetryOptions.builder()
            .countdown(Duration.ofSeconds(5))
            .args(2L, null)
            .kwargs(Map.of("k", 3L))
            .queue("slow")
            .priority(7)
            .expires(soon)
            .timeLimit(Duration.ofSeconds(30))
            .softTimeLimit(Duration.ofSeconds(20))
            .build();

    Outcome outcome =
        tracing.run(
            Requests.of("t", "id-1").exchange("topics").args(1L).kwargs(Map.of("other", 1L)),
            (context, args, kwargs) -> thrown(context.retry(busy, changes)));

    TaskSignature call = tracing.sender.onlyCall();
    assertThat(outcome).isEqualTo(new Outcome.Retried(busy, Tracing.NOW.plusSeconds(5)));
    assertThat(call.args()).containsExactly(2L, null);
    assertThat(call.kwargs()).isEqualTo(Map.of("k", 3L));
    assertThat(call.options().queue()).isEqualTo("slow");
    assertThat(call.options().exchange()).isNull();
    assertThat(call.options().routingKey()).isNull();
    assertThat(call.options().priority()).isEqualTo(7);
    assertThat(call.options().expires()).isEqualTo(soon);
    assertThat(call.options().timeLimit()).isEqualTo(Duration.ofSeconds(30));
    assertThat(call.options().softTimeLimit()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void argumentsThatAreNotReplacedStay() {
    Requests request = Requests.of("t", "id-1").args(1L).kwargs(Map.of("k", 2L));

    tracing.run(request, retrying(RetryOptions.builder().args().build()));
    tracing.run(request, retrying(RetryOptions.builder().kwargs(Map.of()).build()));

    assertThat(tracing.sender.calls().get(0).args()).isEmpty();
    assertThat(tracing.sender.calls().get(0).kwargs()).isEqualTo(Map.of("k", 2L));
    assertThat(tracing.sender.calls().get(1).args()).containsExactly(1L);
    assertThat(tracing.sender.calls().get(1).kwargs()).isEmpty();
  }

  @ParameterizedTest(name = "{0} retries, the task allows {1}, this retry {2}")
  @CsvSource({"3, 3, 4, true", "2, 3, 2, false", "0, 3, 0, false", "9, , 9, false"})
  void aRetryMaySetItsOwnLimit(int retries, Integer limit, int own, boolean again) {
    tracing.options(options -> options.maxRetries(limit));
    Requests request = Requests.of("t", "id-1").header("retries", retries);

    Outcome outcome =
        tracing.run(request, retrying(RetryOptions.builder().maxRetries(own).build()));

    assertThat(outcome).isInstanceOf(again ? Outcome.Retried.class : Outcome.Failed.class);
  }

  @Test
  void aTaskThatIsSentAgainIsNoChildOfItsOwn() {
    tracing.run(retrying(NO_REASON));

    assertThat(tracing.results.last().children()).isEmpty();
  }

  @Test
  void aTaskWithoutParentBecomesItsOwn() {
    tracing.run(retrying(NO_REASON));

    assertThat(tracing.sender.onlyCall().options().parentId()).isEqualTo("id-1");
  }

  @Test
  void theMessageGoesBackToTheQueueItCameFrom() {
    tracing.run(retrying(NO_REASON));

    assertThat(tracing.sender.onlyCall().options().queue()).isEqualTo("jobs");
    assertThat(tracing.sender.onlyCall().options().exchange()).isNull();
    assertThat(tracing.sender.onlyCall().options().priority()).isEqualTo(3);
  }

  @Test
  void theMessageGoesBackThroughTheExchangeItCameFrom() {
    tracing.run(Requests.of("t", "id-1").exchange("topics"), retrying(NO_REASON));

    assertThat(tracing.sender.onlyCall().options().queue()).isNull();
    assertThat(tracing.sender.onlyCall().options().exchange()).isEqualTo("topics");
    assertThat(tracing.sender.onlyCall().options().routingKey()).isEqualTo("jobs");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whetherTheResultIsWantedIsKept(boolean ignored) {
    tracing.options(options -> options.ignoreResult(ignored));

    tracing.run(retrying(NO_REASON));

    assertThat(tracing.sender.onlyCall().options().ignoreResult()).isEqualTo(ignored);
  }

  @Test
  void aRetryIsStoredWithItsReasonBeforeAnybodyMayBeDoneWithIt() {
    tracing.listener(new Journaling(tracing));

    tracing.run(retrying(busy));

    assertThat(tracing.journal).containsExactly("before", "store RETRY", "send again t", "retry");
    assertThat(tracing.results.last().result())
        .isEqualTo(
            Map.of(
                "exc_type", "RuntimeError",
                "exc_message", List.of("busy"),
                "exc_module", "builtins"));
    assertThat(tracing.results.last().traceback())
        .startsWith("java.lang.IllegalStateException: busy");
    assertThat(tracing.results.last().dateDone()).isNull();
  }

  @Test
  void aRetryWithoutReasonStoresNone() {
    tracing.run(retrying(NO_REASON));

    assertThat(tracing.results.states()).containsExactly("id-1 RETRY");
    assertThat(tracing.results.last().result()).isNull();
  }

  @Test
  void theWaitIsTheOneAskedForElseTheTasks() {
    tracing.options(options -> options.defaultRetryDelay(Duration.ofSeconds(7)));

    assertThat(dueAfter((context, args, kwargs) -> thrown(context.retry(null))))
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(
            dueAfter((context, args, kwargs) -> thrown(context.retry(null, Duration.ofHours(1)))))
        .isEqualTo(Duration.ofHours(1));
    assertThat(
            dueAfter(
                (context, args, kwargs) ->
                    thrown(RetryException.at(Tracing.NOW.plusSeconds(3), null))))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest(name = "{0} retries of at most {1}")
  @CsvSource({"2, 3, true", "3, 3, false", "0, 0, false", "1000, , true"})
  void aTaskIsRetriedAsOftenAsItMay(int retries, Integer limit, boolean again) {
    tracing.options(options -> options.maxRetries(limit));
    Requests request = Requests.of("t", "id-1").header("retries", retries);

    Outcome outcome = tracing.run(request, retrying(busy));

    assertThat(outcome).isInstanceOf(again ? Outcome.Retried.class : Outcome.Failed.class);
  }

  @Test
  void aTaskThatMayNotBeRetriedAnyMoreFailsWithTheReason() {
    tracing.options(options -> options.maxRetries(0));

    Outcome outcome = tracing.run(retrying(busy));

    assertThat(((Outcome.Failed) outcome).error()).isSameAs(busy);
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aTaskThatMayNotBeRetriedAnyMoreFailsForThatIfItGaveNoReason() {
    tracing.options(options -> options.maxRetries(0));

    Outcome outcome = tracing.run(retrying(NO_REASON));

    assertThat(((Outcome.Failed) outcome).error())
        .isInstanceOf(MaxRetriesExceededException.class)
        .hasMessage("can't retry t[id-1] more than 0 times");
  }

  @Test
  void aRetryThatCannotBeSentIsAFailureWhoseMessageIsRejected() {
    OperationalException lost = OperationalException.lost("socket closed", null);
    tracing.sender.failRetryWith(lost);

    Outcome outcome = tracing.run(retrying(busy));

    assertThat(outcome).isEqualTo(new Outcome.Rejected("socket closed", false));
    assertThat(tracing.results.states()).containsExactly("id-1 RETRY", "id-1 FAILURE");
    assertThat(tracing.results.last().result())
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("exc_type", "OperationalError")
        .containsEntry("exc_message", List.of("socket closed"));
    assertThat(lost.getSuppressed()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("errorsOfSending")
  void aRetryThatCannotBeSentIsAFailureWhateverTheError(Throwable error) {
    tracing.sender.failRetryWith(error);
    Requests request =
        Requests.of("t", "id-1")
            .link("errbacks", List.of(Requests.signature("errback", Map.of())))
            .link("chain", List.of(Requests.signature("next", Map.of("task_id", "id-2"))));

    tracing.run(request, retrying(busy));

    assertThat(tracing.results.states())
        .containsExactly("id-1 RETRY", "id-1 FAILURE", "id-2 FAILURE");
    assertThat(tracing.sender.onlyCall().task()).isEqualTo("errback");
    assertThat(tracing.sender.onlyCall().args()).containsExactly("id-1");
  }

  private static List<Throwable> errorsOfSending() {
    return List.of(
        new EncodeException("no wire form", null),
        new IllegalArgumentException("too far in the future"),
        new IllegalStateException("of an interceptor"),
        new NoClassDefFoundError("of a compressor"),
        new StackOverflowError());
  }

  private Duration dueAfter(TaskHandler handler) {
    Outcome.Retried outcome = (Outcome.Retried) tracing.run(handler);
    return Duration.between(Tracing.NOW, outcome.eta());
  }

  private static TaskHandler retrying(RetryOptions options) {
    return (context, args, kwargs) -> thrown(context.retry(null, options));
  }

  private static TaskHandler retrying(Throwable reason) {
    return (context, args, kwargs) -> thrown(context.retry(reason));
  }

  private static Object thrown(RetryException retry) {
    throw retry;
  }
}
