package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultSource;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.celery.task.Outcome;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles as apps make them; what they promise with each store is in the contract of stores. */
@Timeout(30)
class AsyncResultTest {

  record Point(int x, int y) {}

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void anybodyWhoKnowsTheIdGetsTheResult() throws Exception {
    String store = "memory://" + UUID.randomUUID();
    try (Celery worker = app(store);
        Celery somebody = app(store)) {
      AsyncResult<Point> result = somebody.asyncResult("id-1", Point.class);
      AsyncResult<Object> untyped = somebody.asyncResult("id-1");

      worker
          .backend()
          .store(
              ResultMeta.of("id-1", TaskState.SUCCESS, Map.of("x", 1, "y", 2)), ResultTarget.NONE);

      assertThat(result.get(SOON)).isEqualTo(new Point(1, 2));
      assertThat(result.get()).isEqualTo(new Point(1, 2));
      assertThat(untyped.get(SOON)).isEqualTo(Map.of("x", 1L, "y", 2L));
      assertThat(result.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(new Point(1, 2));
      assertThat(result).hasToString("AsyncResult[id-1]");
    }
  }

  @Test
  void aResultThatDoesNotFitTheTypeIsRefused() {
    try (Celery app = app("memory://" + UUID.randomUUID())) {
      app.backend().store(ResultMeta.of("id-1", TaskState.SUCCESS, "text"), ResultTarget.NONE);
      AsyncResult<Point> result = app.asyncResult("id-1", Point.class);

      assertThatThrownBy(() -> result.get(SOON)).isInstanceOf(DecodeException.class);
      assertThat(result.toCompletableFuture())
          .failsWithin(SOON)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(DecodeException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,  false, false, false",
    "STARTED,  false, false, false",
    "RETRY,    false, false, false",
    "PROGRESS, false, false, false",
    "SUCCESS,  true,  true,  false",
    "FAILURE,  true,  false, true",
    "REVOKED,  true,  false, false",
  })
  void saysWhatHasBecomeOfTheTask(String state, boolean ready, boolean well, boolean badly) {
    try (Celery app = app("memory://" + UUID.randomUUID())) {
      AsyncResult<Object> result = app.asyncResult("id-1");
      if (!state.equals("PENDING")) {
        app.backend()
            .store(
                new ResultMeta("id-1", state, null, "trace", List.of(), null, null, null, null),
                ResultTarget.NONE);
      }

      assertThat(result.state()).isEqualTo(state);
      assertThat(result.ready()).isEqualTo(ready);
      assertThat(result.successful()).isEqualTo(well);
      assertThat(result.failed()).isEqualTo(badly);
      assertThat(result.traceback().isPresent()).isEqualTo(!state.equals("PENDING"));
    }
  }

  @Test
  void forgettingDropsTheResultForEverybody() {
    String store = "memory://" + UUID.randomUUID();
    try (Celery app = app(store);
        Celery other = app(store)) {
      app.backend().store(ResultMeta.of("id-1", TaskState.SUCCESS, 1), ResultTarget.NONE);
      assertThat(other.asyncResult("id-1").successful()).isTrue();

      app.asyncResult("id-1").forget();

      assertThat(other.asyncResult("id-1").state()).isEqualTo(TaskState.PENDING);
      assertThat(other.asyncResult("id-1").meta()).isEmpty();
    }
  }

  @Test
  void aTaskMayNotWaitForAnotherUnlessItInsists() {
    try (MemoryApp memory = MemoryApp.create()) {
      memory.app.backend().store(ResultMeta.of("child", TaskState.SUCCESS, 7), ResultTarget.NONE);
      AsyncResult<Object> child = memory.app.asyncResult("child");

      Outcome refused = memory.inTask((context, args, kwargs) -> child.get(SOON));
      Outcome endless = memory.inTask((context, args, kwargs) -> child.get());
      Outcome allowed = memory.inTask((context, args, kwargs) -> child.getInsideTask(SOON));

      for (Outcome outcome : List.of(refused, endless)) {
        assertThat(((Outcome.Failed) outcome).error())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("child")
            .hasMessageContaining("getInsideTask");
      }
      assertThat(((Outcome.Succeeded) allowed).result()).isEqualTo(7L);
    }
  }

  @Test
  void aTaskMayReturnTheHandlesOfOthers() {
    try (MemoryApp memory = MemoryApp.create()) {
      AsyncResult<Object> child = memory.app.asyncResult("child");
      Map<String, Object> nested =
          Map.of("all", List.of(1L, child), "array", new Object[] {child}, "none", List.of("x"));

      Outcome alone = memory.inTask((context, args, kwargs) -> child);
      Object tuple = stored(memory);
      memory.app.backend().forget("parent-1");
      memory.inTask((context, args, kwargs) -> nested);
      Object tuples = stored(memory);

      assertThat(((Outcome.Succeeded) alone).result()).isSameAs(child);
      assertThat(ResultTree.read(tuple)).isEqualTo(ResultTree.task("child"));
      assertThat(tuples)
          .isEqualTo(
              Map.of("all", List.of(1L, tuple), "array", List.of(tuple), "none", List.of("x")));
    }
  }

  private static Object stored(MemoryApp memory) {
    return memory.app.backend().fetch("parent-1").orElseThrow().result();
  }

  @Test
  void aTimeOutSaysWhatKeepsResultsFromComing() {
    AnswerQueue store = new AnswerQueue();
    store.trouble = "results are not received: the broker is away";
    AsyncResult<Object> result =
        new AsyncResult<>(
            "id-1",
            Object.class,
            new ResultSource(store, SerializerRegistry.standard(), () -> false, Runnable::run));

    assertThatThrownBy(() -> result.get(Duration.ofMillis(20)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("id-1")
        .hasMessageContaining("PT0.02S")
        .hasMessageContaining("the broker is away");
    assertThatThrownBy(() -> result.get(Duration.ZERO))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("the broker is away");
  }

  @Test
  void anAppWithoutAStoreSaysWhatToSet() {
    try (Celery app = Celery.builder().withoutEnvironment().broker("memory://").build()) {
      AsyncResult<Object> result = app.asyncResult("id-1");
      CompletableFuture<Object> future = result.toCompletableFuture();

      for (ThrowingCallable asking :
          List.<ThrowingCallable>of(
              result::get,
              () -> result.get(SOON),
              () -> result.get(Duration.ZERO),
              result::state,
              result::forget)) {
        assertThatThrownBy(asking)
            .isInstanceOf(BackendException.class)
            .hasMessageContaining("id-1")
            .hasMessageContaining("CELERY_RESULT_BACKEND");
      }
      assertThat(future)
          .failsWithin(SOON)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(BackendException.class);
    }
  }

  @Test
  void anAppWithoutAStoreSendsAllTheSame() {
    try (MemoryApp memory = MemoryApp.with("result_backend", "disabled://")) {
      memory.app.send("proj.add");

      assertThat(memory.take("celery").message().properties().replyTo()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"redi://me:geheim@host", "mongodb://me:geheim@host"})
  void aStoreThatNobodyKnowsIsRefusedWithoutItsPassword(String url) {
    assertThatThrownBy(() -> app(url))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(url.substring(0, url.indexOf(':')))
        .hasMessageContaining("rpc")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void aClosedAppFailsThoseWhoWait() {
    Celery app = app("memory://" + UUID.randomUUID());
    CompletableFuture<Object> waiting = app.asyncResult("id-1").toCompletableFuture();

    app.close();

    for (CompletableFuture<Object> future :
        List.of(waiting, app.asyncResult("id-1").toCompletableFuture())) {
      assertThat(future)
          .failsWithin(SOON)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(BackendException.class)
          .withMessageContaining("the app was closed");
    }
  }

  private static Celery app(String store) {
    return Celery.builder().withoutEnvironment().broker("memory://").backend(store).build();
  }
}
