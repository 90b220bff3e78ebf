package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.exceptions.RemoteTypeException;
import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TaskTracerTest {

  private final Tracing tracing = new Tracing();

  @AfterEach
  void noTestLeavesTheThreadInterrupted() {
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aResultIsStoredForWhoeverTheMessageNames() {
    Outcome outcome =
        tracing.run(
            Requests.of("t", "id-1").header("parent_id", "p-1").header("group", "g-1").args(2L, 3L),
            (context, args, kwargs) -> (Long) args.get(0) + (Long) args.get(1));

    assertThat(outcome).isEqualTo(new Outcome.Succeeded(5L, Duration.ZERO));
    assertThat(tracing.results.metas())
        .containsExactly(
            new ResultMeta(
                "id-1", "SUCCESS", 5L, null, List.of(), Tracing.NOW, "g-1", "p-1", null));
    assertThat(tracing.results.lastTarget())
        .isEqualTo(new ResultTarget("replies", "correlation-1"));
  }

  @Test
  void stepsFollowInCelerysOrder() {
    tracing.options(options -> options.trackStarted(true)).listener(new Journaling(tracing));

    tracing.run(
        Requests.of("t", "id-1")
            .link("callbacks", List.of(Requests.signature("callback", Map.of())))
            .link("chain", List.of(Requests.signature("next", Map.of()))),
        tracing.handler("run"));

    assertThat(tracing.journal)
        .containsExactly(
            "store STARTED",
            "before",
            "run",
            "send callback",
            "send next",
            "store SUCCESS",
            "success",
            "after SUCCESS");
  }

  @Test
  void aFailureIsStoredBeforeErrbacksAndHooksHearOfIt() {
    tracing.listener(new Journaling(tracing));

    Outcome outcome =
        tracing.run(
            Requests.of("t", "id-1")
                .link("errbacks", List.of(Requests.signature("errback", Map.of()))),
            (context, args, kwargs) -> {
              throw new IllegalArgumentException("no");
            });

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.error()).isInstanceOf(IllegalArgumentException.class);
              assertThat(failed.traceback())
                  .startsWith("java.lang.IllegalArgumentException: no\n\tat ");
            });
    assertThat(tracing.journal)
        .containsExactly("before", "store FAILURE", "send errback", "failure", "after FAILURE");
    assertThat(tracing.results.last().result())
        .isEqualTo(
            Map.of(
                "exc_type", "ValueError", "exc_message", List.of("no"), "exc_module", "builtins"));
    assertThat(tracing.results.last().traceback())
        .startsWith("java.lang.IllegalArgumentException: no");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void whateverATaskThrowsFailsTheTaskAndNothingElse(Throwable thrown, String type) {
    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              throw Sneaky.of(thrown);
            });

    assertThat(outcome).asInstanceOf(type(Outcome.Failed.class)).isNotNull();
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
    assertThat(((Map<?, ?>) tracing.results.last().result()).get("exc_type")).isEqualTo(type);
  }

  static List<Arguments> errors() {
    return List.of(
        Arguments.of(new OutOfMemoryError("heap"), "MemoryError"),
        Arguments.of(new StackOverflowError(), "RecursionError"),
        Arguments.of(new NoClassDefFoundError("gone/Away"), "NoClassDefFoundError"),
        Arguments.of(new ExceptionInInitializerError("static"), "ExceptionInInitializerError"),
        Arguments.of(new Throwable("bare"), "Throwable"),
        Arguments.of(new TaskArgumentsException("wrong", null), "TypeError"),
        Arguments.of(new RemoteTypeException("proj", "OutOfStock", List.of("a")), "OutOfStock"),
        Arguments.of(new ExecutionException(new IllegalStateException("in")), "RuntimeError"),
        Arguments.of(new Undescribable(), "TaskTracerTest.Undescribable"));
  }

  @Test
  void aRealStackOverflowInATaskIsAFailureLikeAnyOther() {
    Outcome outcome = tracing.run((context, args, kwargs) -> endless(1));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error()).isInstanceOf(StackOverflowError.class));
  }

  @ParameterizedTest(name = "task {0}, message {1}")
  @CsvSource({
    "false, , id-1 SUCCESS",
    "true, ,",
    "true, false, id-1 SUCCESS",
    "false, true,",
  })
  void theMessagesWordOnIgnoringResultsWinsOverTheTasks(
      boolean task, Boolean message, String stored) {
    tracing.options(options -> options.ignoreResult(task).trackStarted(false));
    Requests request = Requests.of("t", "id-1").header("ignore_result", message);

    tracing.run(request, (context, args, kwargs) -> 1);

    assertThat(tracing.results.states())
        .containsExactlyElementsOf(stored == null ? List.of() : List.of(stored));
  }

  @Test
  void errorsOfATaskWhoseResultsAreIgnoredAreStoredOnlyOnDemand() {
    tracing.options(options -> options.ignoreResult(true)).run(failing());
    assertThat(tracing.results.states()).isEmpty();

    tracing
        .options(options -> options.ignoreResult(true).storeErrorsEvenIfIgnored(true))
        .run(failing());
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aTrackedStartNamesProcessAndNode() {
    tracing.options(options -> options.trackStarted(true));

    tracing.run((context, args, kwargs) -> null);

    ResultMeta started = tracing.results.metas().get(0);
    assertThat(started.status()).isEqualTo("STARTED");
    assertThat(started.result()).isEqualTo(Map.of("pid", 42L, "hostname", "celery@here"));
    assertThat(started.dateDone()).isNull();
  }

  @Test
  void anExtendedResultTellsHowTheTaskWasCalled() {
    tracing.extended();

    tracing.run(
        Requests.of("t", "id-1").header("retries", 2).args(1L).kwargs(Map.of("k", 2L)),
        (context, args, kwargs) -> 1);

    assertThat(tracing.results.last().extended())
        .isEqualTo(
            new ResultMeta.Extended(
                "t", List.of(1L), Map.of("k", 2L), "celery@here", 2, "jobs", null, Map.of()));
  }

  @Test
  void aTaskStoresStatesOfItsOwn() {
    tracing.run(
        (context, args, kwargs) -> {
          context.updateState("PROGRESS", Map.of("done", 1));
          return null;
        });

    assertThat(tracing.results.states()).containsExactly("id-1 PROGRESS", "id-1 SUCCESS");
    assertThat(tracing.results.metas().get(0).result()).isEqualTo(Map.of("done", 1));
  }

  @Test
  void whatATaskSendsIsAmongItsChildren() {
    tracing.run(
        (context, args, kwargs) -> {
          assertThat(tracing.current.get()).isSameAs(context);
          return tracing.sender.send(TaskSignature.of("other", List.of()));
        });

    assertThat(tracing.results.last().children()).containsExactly(ResultTree.task("new-1"));
    assertThat(tracing.current.get()).isNull();
  }

  @Test
  void aTaskThatReturnsAStageEndsWhenTheStageDoes() {
    CompletableFuture<Object> stage = new CompletableFuture<>();
    Thread completing = new Thread(() -> stage.complete("late"));

    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              completing.start();
              return stage;
            });

    assertThat(outcome).isEqualTo(new Outcome.Succeeded("late", Duration.ZERO));
  }

  @Test
  void aStageThatIsNoFutureIsWaitedForToo() {
    Outcome outcome =
        tracing.run(
            (context, args, kwargs) ->
                CompletableFuture.supplyAsync(() -> "late").minimalCompletionStage());

    assertThat(outcome).isEqualTo(new Outcome.Succeeded("late", Duration.ZERO));
  }

  @Test
  void theErrorOfAStageArrivesWithoutItsWrappers() {
    Outcome failed =
        tracing.run(
            (context, args, kwargs) ->
                CompletableFuture.failedStage(
                    new CompletionException(new IllegalStateException("in"))));
    Outcome cancelled =
        tracing.run(
            (context, args, kwargs) -> {
              CompletableFuture<Object> stage = new CompletableFuture<>();
              stage.cancel(false);
              return stage;
            });

    assertThat(((Outcome.Failed) failed).error()).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(((Outcome.Failed) cancelled).error()).isInstanceOf(CancellationException.class);
  }

  @Test
  void aStageThatAsksForARetryGetsOne() {
    Outcome outcome =
        tracing.run((context, args, kwargs) -> CompletableFuture.failedStage(context.retry(null)));

    assertThat(outcome).isInstanceOf(Outcome.Retried.class);
  }

  @Test
  void anInterruptReachesNothingButTheTasksOwnCode() {
    tracing.results.checking(meta -> assertThat(Thread.currentThread().isInterrupted()).isFalse());

    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              Thread.currentThread().interrupt();
              return "done";
            });

    assertThat(outcome).isEqualTo(new Outcome.Succeeded("done", Duration.ZERO));
    assertThat(tracing.results.states()).containsExactly("id-1 SUCCESS");
  }

  @Test
  void aTaskThatLetsAnInterruptOutHasFailed() {
    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              Thread.currentThread().interrupt();
              return new CompletableFuture<>();
            });

    assertThat(((Outcome.Failed) outcome).error()).isInstanceOf(InterruptedException.class);
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aLateTaskThatItsWorkerInterruptedLeavesNoTrace() {
    tracing
        .options(options -> options.acksLate(true))
        .listener(new Journaling(tracing))
        .cancelled();

    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              Thread.currentThread().interrupt();
              return new CompletableFuture<>();
            });

    assertThat(outcome).isEqualTo(new Outcome.Cancelled());
    assertThat(tracing.journal).containsExactly("before");
  }

  @Test
  void anEarlyTaskThatItsWorkerInterruptedIsToBeTriedAgainAndCallsNoErrback() {
    tracing.listener(new Journaling(tracing)).cancelled();
    Requests request =
        Requests.of("t", "id-1").link("errbacks", List.of(Requests.signature("e", Map.of())));

    Outcome outcome =
        tracing.run(
            request,
            (context, args, kwargs) -> {
              Thread.currentThread().interrupt();
              return new CompletableFuture<>();
            });

    assertThat(outcome).isEqualTo(new Outcome.Cancelled());
    assertThat(tracing.journal).containsExactly("before", "store RETRY", "retry");
    assertThat(tracing.results.last().result())
        .isEqualTo(
            Map.of(
                "exc_type", "Retry",
                "exc_message", List.of("cancelled by Celery"),
                "exc_module", "celery.exceptions"));
    assertThat(tracing.results.last().traceback()).isNull();
    assertThat(tracing.results.last().dateDone()).isNull();
  }

  @Test
  void anInterruptedEarlyTaskMayStillSayThatItRunsAgain() {
    tracing.cancelled();

    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              throw context.retry(null);
            });

    assertThat(outcome).isInstanceOf(Outcome.Retried.class);
    assertThat(tracing.sender.onlyCall().options().taskId()).isEqualTo("id-1");
  }

  @Test
  void anInterruptedLateTaskRunsAgainByItsMessageAlone() {
    tracing.options(options -> options.acksLate(true)).cancelled();

    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              throw context.retry(null);
            });

    assertThat(outcome).isEqualTo(new Outcome.Cancelled());
    assertThat(tracing.sender.calls()).isEmpty();
  }

  @Test
  void aTaskThatEndsWellThoughTheWorkerStopsHasSucceeded() {
    tracing.cancelled();

    assertThat(tracing.run((context, args, kwargs) -> 1)).isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void anIgnoredRunLeavesNoTrace() {
    tracing.listener(new Journaling(tracing));

    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              throw new IgnoreException("not now");
            });

    assertThat(outcome).isEqualTo(new Outcome.Ignored());
    assertThat(tracing.journal).containsExactly("before");
  }

  @Test
  void aMessageThatIsRejectedForGoodIsAFailureForWhoeverWaits() {
    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              throw RejectException.dropped("broken");
            });

    assertThat(outcome).isEqualTo(new Outcome.Rejected("broken", false));
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
    assertThat(((Map<?, ?>) tracing.results.last().result()).get("exc_type")).isEqualTo("Reject");
  }

  @Test
  void aMessageThatGoesBackToItsQueueIsNoFailure() {
    Outcome outcome =
        tracing.run(
            (context, args, kwargs) -> {
              throw RejectException.requeued("later");
            });

    assertThat(outcome).isEqualTo(new Outcome.Rejected("later", true));
    assertThat(tracing.journal).isEmpty();
  }

  @Test
  void anErrorBeforeTheStartFailsTheTask() {
    tracing.listener(
        new TaskListener() {
          @Override
          public void beforeStart(TaskContext context) {
            throw new IllegalStateException("not ready");
          }
        });

    Outcome outcome = tracing.run(tracing.handler("run"));

    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    assertThat(tracing.journal).containsExactly("store FAILURE");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whatAHookThrowsChangesNoOutcome(boolean succeeds) {
    tracing.listener(new Failing());

    Outcome outcome = tracing.run(succeeds ? tracing.handler("run") : failing());

    assertThat(outcome).isInstanceOf(succeeds ? Outcome.Succeeded.class : Outcome.Failed.class);
    assertThat(tracing.results.states())
        .containsExactly(succeeds ? "id-1 SUCCESS" : "id-1 FAILURE");
  }

  @Test
  void interceptorsStandAroundTheRunTheFirstOneOutermost() {
    tracing.interceptors.add(tracing.interceptor("outer"));
    tracing.interceptors.add(tracing.interceptor("inner"));

    Outcome outcome = tracing.run((context, args, kwargs) -> CompletableFuture.completedStage("x"));

    assertThat(outcome).isEqualTo(new Outcome.Succeeded("outer(inner(x))", Duration.ZERO));
    assertThat(tracing.journal)
        .containsExactly(
            "outer begins", "inner begins", "inner ends", "outer ends", "store SUCCESS");
  }

  @Test
  void anInterceptorMayFailARunOrRescueIt() {
    tracing.interceptors.add(
        new TaskInterceptor() {
          @Override
          public Object aroundRun(TaskContext context, Running next) throws Exception {
            try {
              return next.proceed();
            } catch (IllegalArgumentException e) {
              return "rescued";
            }
          }
        });

    assertThat(tracing.run(failing())).isEqualTo(new Outcome.Succeeded("rescued", Duration.ZERO));
  }

  @Test
  void aResultThatCannotBeEncodedFailsTheTask() {
    tracing.results.checking(
        meta -> {
          if (meta.result() instanceof Thread) {
            throw new EncodeException("no form for Thread at $", null);
          }
        });

    Outcome outcome = tracing.run((context, args, kwargs) -> Thread.currentThread());

    assertThat(((Outcome.Failed) outcome).error()).isInstanceOf(EncodeException.class);
    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void anArgumentOfAnErrorThatCannotBeEncodedBecomesText() {
    tracing.results.checking(
        meta -> {
          if (String.valueOf(meta.result()).contains("Thread[")) {
            throw new EncodeException("no form for Thread", null);
          }
        });

    tracing.run(
        (context, args, kwargs) -> {
          throw new RemoteTypeException("proj", "Odd", List.of(Map.of("a", 1L)));
        });

    assertThat(tracing.results.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aStoreThatCannotBeReachedDoesNotFailATaskThatHasRun() {
    tracing.results.checking(
        meta -> {
          throw new BackendException("down", null);
        });

    assertThat(tracing.run(tracing.handler("run"))).isInstanceOf(Outcome.Succeeded.class);
    assertThat(tracing.run(failing())).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void aStoreThatBreaksItsContractDoesNotEndTheThread() {
    tracing.results.checking(
        meta -> {
          throw new IllegalStateException("a bug");
        });

    assertThat(tracing.run(tracing.handler("run"))).isInstanceOf(Outcome.Failed.class);
  }

  private static TaskHandler failing() {
    return (context, args, kwargs) -> {
      throw new IllegalArgumentException("no");
    };
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static int endless(int depth) {
    return endless(depth + 1) + 1;
  }

  private static final class Sneaky {

    @SuppressWarnings("unchecked")
    static <T extends Throwable> RuntimeException of(Throwable thrown) throws T {
      throw (T) thrown;
    }
  }

  private static final class Undescribable extends RuntimeException {

    @Override
    public String getMessage() {
      throw new IllegalStateException("and again");
    }
  }

  private static final class Failing implements TaskListener {

    @Override
    public void onSuccess(TaskContext context, Object result) {
      throw new AssertionError("hook");
    }

    @Override
    public void onFailure(TaskContext context, Throwable error) throws Exception {
      throw new Exception("hook");
    }

    @Override
    public void afterReturn(TaskContext context, String state, Object result) {
      throw new IllegalStateException("hook");
    }
  }
}
