package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.protocol.IncomingTask;
import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.protocol.TaskMessages;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskHandler;
import io.github.celeryjava.celery.task.TaskOptionsBuilder;
import io.github.celeryjava.celery.worker.WorkerBench.Fate;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RequestTest {

  private static final UnaryOperator<TaskOptionsBuilder> EARLY = options -> options;
  private static final UnaryOperator<TaskOptionsBuilder> LATE = options -> options.acksLate(true);
  private static final UnaryOperator<TaskOptionsBuilder> LATE_AND_STRICT =
      options -> options.acksLate(true).acksOnFailure(false);

  private final WorkerBench bench = new WorkerBench();
  private final CapturedLog log = new CapturedLog();
  private Message message;

  @AfterEach
  void close() {
    log.close();
    bench.close();
  }

  /** A way for a task to end, and what becomes of a message acknowledged late. */
  private enum Ending {
    RETURNS((context, args, kwargs) -> 1, Fate.ACKNOWLEDGED, Fate.ACKNOWLEDGED),
    FAILS(
        (context, args, kwargs) -> {
          throw new IllegalStateException("broken");
        },
        Fate.ACKNOWLEDGED,
        Fate.REJECTED),
    ENDS_WITH_AN_ERROR_OF_THE_JVM(
        (context, args, kwargs) -> {
          throw new StackOverflowError();
        },
        Fate.ACKNOWLEDGED,
        Fate.REJECTED),
    RETRIES(
        (context, args, kwargs) -> {
          throw context.retry(null, Duration.ofSeconds(1));
        },
        Fate.ACKNOWLEDGED,
        Fate.ACKNOWLEDGED),
    IGNORES(
        (context, args, kwargs) -> {
          throw new IgnoreException();
        },
        Fate.ACKNOWLEDGED,
        Fate.ACKNOWLEDGED),
    REJECTS(
        (context, args, kwargs) -> {
          throw RejectException.dropped("no");
        },
        Fate.REJECTED,
        Fate.REJECTED),
    REQUEUES(
        (context, args, kwargs) -> {
          throw RejectException.requeued("not now");
        },
        Fate.REQUEUED,
        Fate.REQUEUED);

    private final TaskHandler handler;
    private final Fate late;
    private final Fate lateAndStrict;

    Ending(TaskHandler handler, Fate late, Fate lateAndStrict) {
      this.handler = handler;
      this.late = late;
      this.lateAndStrict = lateAndStrict;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEarlyMessageIsAcknowledgedHoweverItsTaskEnds(Ending ending) {
    Request request = reserved(bench.task("t", EARLY, ending.handler));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertOver();
  }

  @ParameterizedTest
  @EnumSource
  void aLateMessageIsSettledByTheOutcome(Ending ending) {
    Request request = reserved(bench.task("t", LATE, ending.handler));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(ending.late);
    assertOver();
  }

  @ParameterizedTest
  @EnumSource
  void aLateMessageOfAFailureIsRejectedWhereTheTaskWantsThat(Ending ending) {
    Request request = reserved(bench.task("t", LATE_AND_STRICT, ending.handler));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(ending.lateAndStrict);
    assertOver();
  }

  @ParameterizedTest
  @EnumSource
  void aMessageWhoseRetryCannotBeSentIsRejectedIfItStillCanBe(Acks acks) {
    bench.breakSender(new IllegalArgumentException("too far away"));
    Request request = reserved(bench.task("t", acks.options, Ending.RETRIES.handler));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(acks.whenBroken);
    assertThat(bench.backend.states()).containsExactly("id-1 RETRY", "id-1 FAILURE");
    assertOver();
  }

  @Test
  void anEarlyMessageIsAcknowledgedBeforeItsTaskStarts() {
    List<Fate> seen = new ArrayList<>();
    Request request = reserved(task(EARLY, () -> seen.add(bench.fate(message))));

    request.run();

    assertThat(seen).containsExactly(Fate.ACKNOWLEDGED);
  }

  @Test
  void aLateMessageIsSettledAfterTheResultIsStored() {
    List<Fate> seen = new ArrayList<>();
    bench.backend.before(meta -> seen.add(bench.fate(message)));
    Request request = reserved(task(LATE, () -> seen.add(bench.fate(message))));

    request.run();

    assertThat(seen).containsExactly(Fate.UNSETTLED, Fate.UNSETTLED);
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
  }

  @Test
  void countsAsActiveWhileItRuns() {
    List<Integer> seen = new ArrayList<>();
    Request request = reserved(task(EARLY, () -> seen.add(bench.state.active().size())));

    request.run();

    assertThat(seen).containsExactly(1);
    assertThat(bench.state.totals()).isEqualTo(Map.of("t", 1L));
    assertOver();
  }

  @Test
  void aTaskThatHasExpiredMeanwhileDoesNotRun() {
    Request request =
        reserved(
            bench.registry.find("noop"),
            TaskPost.of("noop", "id-1").expires(ManualClock.START.plusSeconds(5)));
    bench.clock.advance(Duration.ofSeconds(6));

    request.run();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.backend.states()).containsExactly("id-1 REVOKED");
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertOver();
  }

  @Test
  void aTaskRunsUpToTheInstantAtWhichItExpires() {
    Request request =
        reserved(
            bench.registry.find("noop"),
            TaskPost.of("noop", "id-1").expires(ManualClock.START.plusSeconds(5)));
    bench.clock.advance(Duration.ofSeconds(5));

    request.run();

    assertThat(bench.ran).containsExactly("id-1");
  }

  @Test
  void aForgottenTaskDoesNotRunAndItsMessageIsLeftToTheBroker() {
    Request request = reserved(bench.registry.find("noop"));

    request.forget();
    request.run();
    request.discard(Verdict.Reason.EXPIRED);
    request.giveBack();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.backend.states()).isEmpty();
    assertThat(bench.fate(message)).isEqualTo(Fate.UNSETTLED);
    assertOver();
  }

  @Test
  void aTaskGivenBackDoesNotRunAndWaitsInItsQueue() {
    Request request = reserved(bench.registry.find("noop"));

    request.giveBack();
    request.run();
    request.forget();

    assertThat(bench.ran).isEmpty();
    assertThat(bench.fate(message)).isEqualTo(Fate.REQUEUED);
    assertOver();
  }

  @Test
  void aDiscardedTaskDoesNotRunAndItsCallerIsTold() {
    Request request = reserved(bench.registry.find("noop"));

    request.discard(Verdict.Reason.REVOKED);
    request.run();
    request.discard(Verdict.Reason.REVOKED);

    assertThat(bench.ran).isEmpty();
    assertThat(bench.backend.states()).containsExactly("id-1 REVOKED");
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertOver();
  }

  @Test
  void runsOnceOnly() {
    Request request = reserved(bench.registry.find("noop"));

    request.run();
    request.run();

    assertThat(bench.ran).containsExactly("id-1");
    assertThat(bench.state.processedCount()).isEqualTo(1);
  }

  @Test
  void aTaskThatRunsIsNeitherForgottenNorGivenBack() {
    AtomicReference<Request> running = new AtomicReference<>();
    TaskDefinition task =
        task(
            LATE,
            () -> {
              running.get().forget();
              running.get().giveBack();
              running.get().discard(Verdict.Reason.REVOKED);
            });
    running.set(reserved(task));

    running.get().run();

    assertThat(bench.backend.states()).containsExactly("id-1 SUCCESS");
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
  }

  @Test
  void runningAndForgettingAtTheSameTimeIsDecidedOnce() throws Exception {
    for (int round = 0; round < 200; round++) {
      try (WorkerBench own = new WorkerBench()) {
        Message taken = own.receive(TaskPost.of("noop", "id-1")).get(0);
        Request request = request(own, own.registry.find("noop"), taken);
        CyclicBarrier together = new CyclicBarrier(2);
        Thread forgetting =
            new Thread(
                () -> {
                  meet(together);
                  request.forget();
                });
        forgetting.start();
        meet(together);
        request.run();
        forgetting.join();

        assertThat(taken.isSettled()).isEqualTo(own.ran.size() == 1);
        assertThat(own.state.reserved()).isEmpty();
      }
    }
  }

  @Test
  void leavesNoInterruptToTheNextTaskOfItsThread() {
    Request request = reserved(task(LATE, () -> Thread.currentThread().interrupt()));

    request.run();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
  }

  @Test
  void aLateTaskThatTheWorkerInterruptsGoesBackToItsQueue() {
    Request request = reserved(interrupted(LATE));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(Fate.REQUEUED);
    assertThat(bench.backend.states()).isEmpty();
    assertOver();
  }

  @Test
  void anEarlyTaskThatTheWorkerInterruptsIsStoredAsOneToTryAgain() {
    Request request = reserved(interrupted(EARLY));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertThat(bench.backend.states()).containsExactly("id-1 RETRY");
    assertOver();
  }

  @Test
  void anEarlyTaskThatDoesNotEndWithItsWorkerIsStoredAsOneToTryAgain() {
    AtomicReference<Request> running = new AtomicReference<>();
    running.set(reserved(task(EARLY, () -> running.get().abandon())));

    running.get().run();

    assertThat(bench.backend.states()).containsExactly("id-1 RETRY", "id-1 SUCCESS");
    assertThat(log.errors()).singleElement().asString().contains("t[id-1] is left");
  }

  @Test
  void aLateTaskThatDoesNotEndWithItsWorkerIsLeftToTheBroker() {
    AtomicReference<Request> running = new AtomicReference<>();
    List<Fate> seen = new ArrayList<>();
    Runnable code =
        () -> {
          running.get().abandon();
          seen.add(bench.fate(message));
        };
    running.set(reserved(task(LATE, code)));

    running.get().run();

    assertThat(bench.backend.states()).containsExactly("id-1 SUCCESS");
    assertThat(seen).containsExactly(Fate.UNSETTLED);
  }

  @Test
  void aBodyThatCannotBeReadIsRefused() {
    Request request =
        reserved(
            bench.registry.find("noop"),
            () -> {
              throw new DecodeException("no JSON", null);
            });

    request.run();

    assertRefused("no JSON");
    assertThat(bench.state.poisonousCount()).isEqualTo(1);
  }

  @Test
  void aSerializerThatBreaksItsContractIsABodyThatCannotBeRead() {
    Request request =
        reserved(
            bench.registry.find("noop"),
            () -> {
              throw new IllegalStateException("serializer is broken");
            });

    request.run();

    assertRefused("serializer is broken");
  }

  @Test
  void anErrorOfTheJvmWhileReadingTheBodyIsNoLossOfTheMessage() {
    Request request =
        reserved(
            bench.registry.find("noop"),
            () -> {
              throw new StackOverflowError("too deep");
            });

    request.run();

    assertRefused("could not be brought to an end");
  }

  @ParameterizedTest
  @EnumSource
  void aTracerThatBreaksItsContractLosesNoMessageAndTellsTheCaller(Acks acks) {
    bench.breakTracer(new AssertionError("tracer is broken"));
    Request request = reserved(bench.task("t", acks.options, (context, args, kwargs) -> 1));

    request.run();

    assertThat(bench.fate(message)).isEqualTo(acks.whenBroken);
    assertThat(bench.backend.states()).containsExactly("id-1 FAILURE");
    assertThat(log.errors()).hasSize(1);
    assertOver();
  }

  private enum Acks {
    EARLY(RequestTest.EARLY, Fate.ACKNOWLEDGED),
    LATE(RequestTest.LATE, Fate.REJECTED);

    private final UnaryOperator<TaskOptionsBuilder> options;
    private final Fate whenBroken;

    Acks(UnaryOperator<TaskOptionsBuilder> options, Fate whenBroken) {
      this.options = options;
      this.whenBroken = whenBroken;
    }
  }

  private void assertRefused(String why) {
    assertThat(bench.ran).isEmpty();
    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    assertThat(bench.backend.states()).containsExactly("id-1 FAILURE");
    assertThat(log.errors()).hasSize(1).allMatch(line -> line.contains(why));
    assertOver();
  }

  private void assertOver() {
    assertThat(bench.state.reserved()).isEmpty();
    assertThat(bench.state.active()).isEmpty();
  }

  private TaskDefinition task(UnaryOperator<TaskOptionsBuilder> options, Runnable code) {
    return bench.task(
        "t",
        options,
        (context, args, kwargs) -> {
          code.run();
          return null;
        });
  }

  private TaskDefinition interrupted(UnaryOperator<TaskOptionsBuilder> options) {
    return bench.task(
        "t",
        options,
        (context, args, kwargs) -> {
          bench.interrupting.set(true);
          Thread.currentThread().interrupt();
          return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
        });
  }

  private Request reserved(TaskDefinition task) {
    return reserved(task, TaskPost.of(task.name(), "id-1"));
  }

  private Request reserved(TaskDefinition task, TaskPost post) {
    message = bench.receive(post).get(0);
    return request(bench, task, message);
  }

  private Request reserved(TaskDefinition task, Supplier<IncomingTask> content) {
    message = bench.receive(TaskPost.of(task.name(), "id-1")).get(0);
    TaskHeaders headers = TaskHeaders.read(message.headers());
    Request request = new Request(message, task, headers, content, bench.context());
    bench.state.reserve(request);
    return request;
  }

  private static Request request(WorkerBench bench, TaskDefinition task, Message message) {
    TaskHeaders headers = TaskHeaders.read(message.headers());
    Request request =
        new Request(
            message,
            task,
            headers,
            () ->
                new IncomingTask(
                    TaskMessages.Version.V2, headers, TaskBody.read(message.payload())),
            bench.context());
    bench.state.reserve(request);
    return request;
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
