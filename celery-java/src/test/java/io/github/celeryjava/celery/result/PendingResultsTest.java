package io.github.celeryjava.celery.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.PendingResults.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PendingResultsTest {

  private static final ResultMeta DONE = ResultMeta.of("t1", TaskState.SUCCESS, 5);

  private final List<String> abandoned = new ArrayList<>();
  private final PendingResults pending = new PendingResults(abandoned::add);

  @Test
  void everybodyWhoWaitsForATaskIsTold() {
    Waiter first = pending.await("t1");
    Waiter second = pending.await("t1");
    Waiter other = pending.await("t2");

    assertThat(pending.complete("t1", DONE)).isTrue();

    assertThat(first.future()).isCompletedWithValue(DONE);
    assertThat(second.future()).isCompletedWithValue(DONE);
    assertThat(other.future()).isNotDone();
    assertThat(pending.awaited()).containsExactly("t2");
  }

  @Test
  void onlyTheFirstWaiterOfATaskIsCalledSo() {
    assertThat(pending.await("t1").first()).isTrue();
    assertThat(pending.await("t1").first()).isFalse();
    assertThat(pending.await("t2").first()).isTrue();

    pending.complete("t1", DONE);

    assertThat(pending.await("t1").first()).isTrue();
  }

  @Test
  void aResultThatNobodyWaitsForLeavesNothingBehind() {
    assertThat(pending.complete("t1", DONE)).isFalse();

    assertThat(pending.isAwaited("t1")).isFalse();
    assertThat(pending.await("t1").future()).isNotDone();
  }

  @Test
  void theOwnerIsToldWhenTheLastWaiterGivesUp() {
    Waiter first = pending.await("t1");
    Waiter second = pending.await("t1");

    first.future().cancel(false);

    assertThat(abandoned).isEmpty();
    assertThat(pending.isAwaited("t1")).isTrue();

    second.future().cancel(false);

    assertThat(abandoned).containsExactly("t1");
    assertThat(pending.awaited()).isEmpty();
  }

  @Test
  void completingAWaitByOtherMeansIsGivingUp() {
    Waiter waiter = pending.await("t1");

    waiter.future().completeExceptionally(new IllegalStateException("out of time"));

    assertThat(abandoned).containsExactly("t1");
  }

  @Test
  void givingUpAfterTheResultCameIsNoNews() {
    Waiter waiter = pending.await("t1");
    pending.complete("t1", DONE);

    waiter.future().cancel(false);

    assertThat(abandoned).isEmpty();
  }

  @Test
  void givingUpDoesNotTouchThoseWhoBeganToWaitLater() {
    Waiter early = pending.await("t1");
    pending.complete("t1", DONE);
    Waiter late = pending.await("t1");

    early.future().cancel(false);

    assertThat(abandoned).isEmpty();
    assertThat(late.future()).isNotDone();
    assertThat(pending.isAwaited("t1")).isTrue();
  }

  @Test
  void aFailureReachesOnlyThoseWhoWaitForThatTask() {
    Waiter failing = pending.await("t1");
    Waiter other = pending.await("t2");

    pending.fail("t1", new IllegalStateException("no result"));

    assertThatThrownBy(failing.future()::join).hasMessageContaining("no result");
    assertThat(other.future()).isNotDone();
    assertThat(abandoned).isEmpty();
  }

  @Test
  void afterFailingEverybodyOthersMayWaitAgain() {
    Waiter waiter = pending.await("t1");

    pending.failAll(new IllegalStateException("refused"));

    assertThat(waiter.future()).isCompletedExceptionally();
    assertThat(pending.await("t1").future()).isNotDone();
  }

  @Test
  void closingFailsThoseWhoWaitAndThoseWhoComeLater() {
    Waiter waiter = pending.await("t1");

    pending.close(new IllegalStateException("closed"));

    assertThatThrownBy(waiter.future()::join).hasMessageContaining("closed");
    assertThatThrownBy(pending.await("t2").future()::join).hasMessageContaining("closed");
    assertThat(pending.awaited()).isEmpty();
  }

  @Test
  void whatHangsOnAResultMayWaitForAnother() {
    CompletableFuture<ResultMeta> second =
        pending.await("t1").future().thenCompose(meta -> pending.await("t2").future());

    pending.complete("t1", DONE);
    pending.complete("t2", DONE);

    assertThat(second).isCompletedWithValue(DONE);
  }

  /** Results and cancellations race; whoever loses, every wait ends and nothing is left. */
  @Test
  void aWaitEndsOnceHoweverResultsAndCancellationsMeet() throws Exception {
    AtomicInteger givenUp = new AtomicInteger();
    PendingResults raced = new PendingResults(taskId -> givenUp.incrementAndGet());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    int rounds = 2_000;
    CyclicBarrier start = new CyclicBarrier(3);
    CountDownLatch ended = new CountDownLatch(3);
    List<CompletableFuture<ResultMeta>> waits = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      waits.add(raced.await("t" + i).future());
    }

    threads.execute(() -> race(start, ended, rounds, i -> waits.get(i).cancel(false)));
    threads.execute(() -> race(start, ended, rounds, i -> raced.complete("t" + i, DONE)));
    threads.execute(
        () -> race(start, ended, rounds, i -> raced.await("t" + i).future().cancel(false)));
    boolean inTime = ended.await(30, TimeUnit.SECONDS);
    threads.shutdownNow();

    assertThat(inTime).isTrue();
    assertThat(waits).allMatch(CompletableFuture::isDone);
    assertThat(raced.awaited()).isEmpty();
  }

  private interface Step {
    void run(int round);
  }

  private static void race(CyclicBarrier start, CountDownLatch ended, int rounds, Step step) {
    try {
      for (int i = 0; i < rounds; i++) {
        if (i % 100 == 0) {
          start.await(10, TimeUnit.SECONDS);
        }
        step.run(i);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      ended.countDown();
    }
  }
}
