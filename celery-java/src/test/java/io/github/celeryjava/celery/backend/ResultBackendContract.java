package io.github.celeryjava.celery.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.exceptions.TaskRevokedException;
import io.github.celeryjava.celery.protocol.RemoteException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultSource;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What every backend promises. One subclass a backend; the tests are written once, here. */
public abstract class ResultBackendContract {

  protected static final Duration SOON = Duration.ofSeconds(20);

  private final ExecutorService callbacks =
      Executors.newSingleThreadExecutor(body -> new Thread(body, "callbacks"));

  /** What sends tasks and waits for them. */
  protected ResultBackend client;

  /** What stores results, as another process. */
  protected ResultBackend worker;

  /** A new backend to the same store each time. */
  protected abstract ResultBackend open();

  /** How many results the client still listens for; 0 where it does so for none in particular. */
  protected int listenedFor() {
    return 0;
  }

  @BeforeEach
  void openBoth() {
    client = open();
    worker = open();
  }

  @AfterEach
  void closeBoth() {
    client.close();
    worker.close();
    callbacks.shutdownNow();
  }

  @Test
  void everythingThatAStateSaysIsFetched() {
    String id = id();
    Instant done = Instant.parse("2030-01-02T03:04:05.123456Z");
    ResultMeta meta =
        new ResultMeta(
            id,
            TaskState.FAILURE,
            Map.of(
                "exc_type", "ValueError", "exc_message", List.of("no"), "exc_module", "builtins"),
            "Traceback …",
            List.of(ResultTree.task("child")),
            done,
            "group",
            "parent",
            null);

    store(meta);

    assertThat(fetchSoon(id)).isEqualTo(meta);
  }

  @Test
  void valuesOfEveryKindComeBackAsTheyWere() throws Exception {
    String id = id();
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("nothing", null);
    value.put("truth", true);
    value.put("big", new BigInteger("123456789012345678901234567890"));
    value.put("fraction", 0.1);
    value.put("decimal", new BigDecimal("1.10"));
    value.put("id", UUID.fromString("5c0f0000-0000-4000-8000-000000000001"));
    value.put("text", "ünïcode ☃ \uD83D\uDE00");
    value.put("list", Arrays.asList(1L, null, List.of()));

    success(id, value);

    assertThat(handle(id, Object.class).get(SOON)).isEqualTo(value);
  }

  @Test
  void nothingIsKnownOfATaskThatStoredNothing() {
    AsyncResult<Object> unknown = handle(id(), Object.class);

    assertThat(unknown.meta()).isEmpty();
    assertThat(unknown.state()).isEqualTo(TaskState.PENDING);
    assertThat(unknown.ready()).isFalse();
  }

  @Test
  void aWaiterIsToldOfAResultThatComesLater() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> ready = client.ready(id);

    success(id, 5);

    assertThat(ready.get(20, TimeUnit.SECONDS).result()).isEqualTo(5L);
  }

  @Test
  void aWaiterIsToldOfAResultThatCameBefore() throws Exception {
    String id = id();
    success(id, 5);
    fetchSoon(id);

    assertThat(client.ready(id).get(20, TimeUnit.SECONDS).result()).isEqualTo(5L);
  }

  @Test
  void aResultIsThereAgainWhenItIsAskedForAgain() throws Exception {
    String id = id();
    success(id, 5);

    assertThat(handle(id, Integer.class).get(SOON)).isEqualTo(5);
    assertThat(handle(id, Integer.class).get(SOON)).isEqualTo(5);
    assertThat(handle(id, Integer.class).successful()).isTrue();
  }

  @Test
  void everyWaiterOfOneTaskIsTold() throws Exception {
    String id = id();
    List<CompletableFuture<ResultMeta>> waits = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      waits.add(client.ready(id));
    }
    waits.get(7).cancel(false);

    success(id, "done");

    for (CompletableFuture<ResultMeta> wait : waits) {
      if (!wait.isCancelled()) {
        assertThat(wait.get(20, TimeUnit.SECONDS).result()).isEqualTo("done");
      }
    }
  }

  @Test
  void manyTasksAtOnceEachGetTheirOwnResult() throws Exception {
    int tasks = 500;
    List<String> ids = new ArrayList<>();
    List<CompletableFuture<ResultMeta>> waits = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      ids.add(id());
      waits.add(client.ready(ids.get(i)));
    }

    for (int i = 0; i < tasks; i++) {
      success(ids.get(i), i);
    }

    for (int i = 0; i < tasks; i++) {
      assertThat(waits.get(i).get(20, TimeUnit.SECONDS).result()).isEqualTo((long) i);
    }
    await().atMost(SOON).until(() -> listenedFor() == 0);
  }

  @Test
  void statesInBetweenAreSeenAndDoNotEndTheWait() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> ready = client.ready(id);

    store(ResultMeta.of(id, TaskState.STARTED, Map.of("pid", 7, "hostname", "w@h")));
    await().atMost(SOON).until(() -> handle(id, Object.class).state().equals(TaskState.STARTED));
    store(ResultMeta.of(id, "PROGRESS", Map.of("done", 50)));
    await().atMost(SOON).until(() -> handle(id, Object.class).state().equals("PROGRESS"));
    store(new ResultMeta(id, TaskState.RETRY, null, "Traceback …", null, null, null, null, null));
    await().atMost(SOON).until(() -> handle(id, Object.class).state().equals(TaskState.RETRY));

    assertThat(ready).isNotDone();
    assertThat(handle(id, Object.class).traceback()).contains("Traceback …");

    success(id, 5);

    assertThat(ready.get(20, TimeUnit.SECONDS).status()).isEqualTo(TaskState.SUCCESS);
  }

  @Test
  void aSuccessStays() throws Exception {
    String id = id();
    success(id, "SUCCESS");

    store(ResultMeta.of(id, TaskState.FAILURE, null));
    store(ResultMeta.of(id, TaskState.STARTED, null));

    assertThat(handle(id, String.class).get(SOON)).isEqualTo("SUCCESS");
    assertThat(fetchSoon(id).status()).isEqualTo(TaskState.SUCCESS);
  }

  @Test
  void whoBeginsToWaitWhileALaterStateArrivesHearsOfTheSuccess() throws Exception {
    for (int i = 0; i < 200; i++) {
      String id = id();
      success(id, "SUCCESS");

      store(ResultMeta.of(id, TaskState.FAILURE, null));

      assertThat(client.ready(id).get(20, TimeUnit.SECONDS).status()).isEqualTo(TaskState.SUCCESS);
    }
  }

  @Test
  void aFailureIsOverwrittenWhenTheTaskRunsAgain() throws Exception {
    String id = id();
    store(ResultMeta.of(id, TaskState.FAILURE, "SUCCESS"));
    await().atMost(SOON).until(() -> client.fetch(id).isPresent());

    success(id, 1);

    await().atMost(SOON).until(() -> handle(id, Object.class).successful());
  }

  @Test
  void whatIsForgottenIsGone() {
    String id = id();
    success(id, 5);
    fetchSoon(id);

    handle(id, Object.class).forget();

    assertThat(client.fetch(id)).isEmpty();
  }

  @Test
  void aCancelledWaiterLeavesNothingBehind() throws Exception {
    String id = id();
    CompletableFuture<ResultMeta> first = client.ready(id);
    CompletableFuture<ResultMeta> second = client.ready(id);
    first.cancel(false);
    second.cancel(false);
    await().atMost(SOON).until(() -> listenedFor() == 0);

    success(id, 5);

    assertThat(handle(id, Integer.class).get(SOON)).isEqualTo(5);
    await().atMost(SOON).until(() -> listenedFor() == 0);
  }

  @Test
  void waitingAndLeavingInQuickSuccessionMissesNothing() throws Exception {
    for (int round = 0; round < 50; round++) {
      String id = id();
      CompletableFuture<ResultMeta> left = client.ready(id);
      left.cancel(false);
      CompletableFuture<ResultMeta> stays = client.ready(id);
      success(id, round);

      assertThat(stays.get(20, TimeUnit.SECONDS).result()).isEqualTo((long) round);
    }
    await().atMost(SOON).until(() -> listenedFor() == 0);
  }

  @Test
  void aTimeOutEndsTheWaitInTimeAndSaysForWhichTask() {
    String id = id();
    long start = System.nanoTime();

    assertThatThrownBy(() -> handle(id, Object.class).get(Duration.ofMillis(200)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining(id)
        .hasMessageContaining("PT0.2S");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    await().atMost(SOON).until(() -> listenedFor() == 0);
  }

  @Test
  void zeroLooksWithoutWaiting() throws Exception {
    String id = id();

    assertThatThrownBy(() -> handle(id, Object.class).get(Duration.ZERO))
        .isInstanceOf(TimeoutException.class);

    success(id, 5);
    fetchSoon(id);

    assertThat(handle(id, Integer.class).get(Duration.ZERO)).isEqualTo(5);
  }

  @Test
  void anInterruptEndsTheWaitAndNothingElse() throws Exception {
    String id = id();
    AsyncResult<Integer> handle = handle(id, Integer.class);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch waits = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              waits.countDown();
              try {
                handle.get();
              } catch (InterruptedException e) {
                thrown.set(e);
              }
            });
    waiter.start();
    waits.await();

    waiter.interrupt();
    waiter.join(TimeUnit.SECONDS.toMillis(20));
    success(id, 5);

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(handle.get(SOON)).isEqualTo(5);
  }

  @Test
  void callsOfAnInterruptedThreadWorkAndKeepTheFlag() throws Exception {
    String id = id();
    ResultTarget target = target(id);
    Thread.currentThread().interrupt();
    try {
      worker.store(ResultMeta.of(id, TaskState.SUCCESS, 5), target);
      worker.store(ResultMeta.of(id(), TaskState.SUCCESS, "x".repeat(100_000)), target);
      Optional<ResultMeta> unused = client.fetch(id);
      client.forget(id());

      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      boolean unused = Thread.interrupted();
    }

    assertThat(handle(id, Integer.class).get(SOON)).isEqualTo(5);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void interruptedVirtualThreadsHarmNobody() throws Exception {
    ExecutorService virtual = Threads.virtualExecutor().orElseThrow();
    List<Future<Object>> stores = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String id = id();
      ResultTarget target = target(id);
      int result = i;
      ids.add(id);
      stores.add(
          virtual.submit(
              () -> {
                Thread.currentThread().interrupt();
                worker.store(ResultMeta.of(id, TaskState.SUCCESS, result), target);
                return client.fetch(id);
              }));
    }

    for (Future<Object> each : stores) {
      each.get(20, TimeUnit.SECONDS);
    }
    virtual.shutdown();

    for (int i = 0; i < ids.size(); i++) {
      assertThat(handle(ids.get(i), Integer.class).get(SOON)).isEqualTo(i);
    }
  }

  /** A result as users declare it. */
  record Point(int x, String name) {}

  @Test
  void aResultIsConvertedToTheTypeThatIsWanted() throws Exception {
    String id = id();
    success(id, Map.of("x", 3, "name", "here"));

    assertThat(this.<Point>handle(id, Point.class).get(SOON)).isEqualTo(new Point(3, "here"));
    assertThat(this.<Object>handle(id, Void.class).get(SOON)).isNull();
    assertThatThrownBy(() -> handle(id, Integer.class).get(SOON))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void nullIsAResult() throws Exception {
    String id = id();
    success(id, null);

    assertThat(handle(id, String.class).get(SOON)).isNull();
    assertThat(handle(id, Object.class).toCompletableFuture().get(20, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void aFailureIsThrownWithWhatTheOtherSideSaid() {
    String id = id();
    Map<String, Object> error = new RemoteException("shop", "OutOfStock", List.of("x", 3)).toMap();
    store(
        new ResultMeta(id, TaskState.FAILURE, error, "Traceback …", null, null, null, null, null));

    assertThatThrownBy(() -> handle(id, Object.class).get(SOON))
        .isInstanceOfSatisfying(
            TaskFailedException.class,
            failed -> {
              assertThat(failed.taskId()).isEqualTo(id);
              assertThat(failed.remoteType()).isEqualTo("OutOfStock");
              assertThat(failed.remoteArguments()).containsExactly("x", 3L);
              assertThat(failed.remoteTraceback()).isEqualTo("Traceback …");
            });
    assertThat(handle(id, Object.class).failed()).isTrue();
  }

  @Test
  void aRevokedTaskIsToldApart() {
    String id = id();
    Map<String, Object> error =
        new RemoteException("celery.exceptions", "TaskRevokedError", List.of("expired")).toMap();
    store(ResultMeta.of(id, TaskState.REVOKED, error));

    assertThatThrownBy(() -> handle(id, Object.class).get(SOON))
        .isInstanceOf(TaskRevokedException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void aFutureIsCompletedOnTheThreadForCallbacks() throws Exception {
    String id = id();
    CompletableFuture<String> thread =
        handle(id, Integer.class)
            .toCompletableFuture()
            .thenApply(value -> Thread.currentThread().getName());

    success(id, 5);

    assertThat(thread.get(20, TimeUnit.SECONDS)).isEqualTo("callbacks");
  }

  @Test
  void aFutureFailsWithWhatGetThrows() {
    String id = id();
    Map<String, Object> error = new RemoteException(null, "KeyError", List.of("k")).toMap();
    CompletableFuture<Object> future = handle(id, Object.class).toCompletableFuture();

    store(ResultMeta.of(id, TaskState.FAILURE, error));

    assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TaskFailedException.class);
  }

  @Test
  void aFutureThatTimedOutOrWasCancelledWaitsNoLonger() {
    CompletableFuture<Object> timed =
        handle(id(), Object.class).toCompletableFuture().orTimeout(50, TimeUnit.MILLISECONDS);
    CompletableFuture<Object> cancelled = handle(id(), Object.class).toCompletableFuture();
    cancelled.cancel(false);

    assertThatThrownBy(timed::join).hasCauseInstanceOf(TimeoutException.class);
    assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
    await().atMost(SOON).until(() -> listenedFor() == 0);
  }

  @Test
  void whatCannotBeEncodedIsRefusedAndNotStored() {
    String id = id();
    ResultTarget target = target(id);
    Object unknown = new Object();

    assertThatThrownBy(
            () -> worker.store(ResultMeta.of(id, TaskState.SUCCESS, List.of(unknown)), target))
        .isInstanceOf(EncodeException.class);

    assertThat(client.fetch(id)).isEmpty();
  }

  @Test
  void closingFailsThoseWhoWaitAndThoseWhoComeLater() {
    CompletableFuture<Object> future = handle(id(), Object.class).toCompletableFuture();

    client.close();
    client.close();

    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(BackendException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> handle(id(), Object.class).get(SOON))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void waitingInsideATaskIsRefusedUnlessAskedFor() throws Exception {
    String id = id();
    success(id, 5);
    AsyncResult<Integer> inside =
        new AsyncResult<>(
            id,
            Integer.class,
            new ResultSource(client, SerializerRegistry.standard(), () -> true, callbacks));

    assertThatThrownBy(() -> inside.get(SOON))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("getInsideTask");
    assertThat(inside.getInsideTask(SOON)).isEqualTo(5);
  }

  @Test
  void resultsThatNobodyAsksForAreNotListenedFor() {
    for (int i = 0; i < 1_000; i++) {
      success(id(), i);
    }

    assertThat(listenedFor()).isZero();
  }

  protected static String id() {
    return UUID.randomUUID().toString();
  }

  protected <R> AsyncResult<R> handle(String id, Type type) {
    return new AsyncResult<>(
        id, type, new ResultSource(client, SerializerRegistry.standard(), () -> false, callbacks));
  }

  protected void success(String id, Object result) {
    store(ResultMeta.of(id, TaskState.SUCCESS, result));
  }

  protected void store(ResultMeta meta) {
    worker.store(meta, target(meta.taskId()));
  }

  protected ResultTarget target(String id) {
    return new ResultTarget(client.replyTo(SOON), id);
  }

  protected ResultMeta fetchSoon(String id) {
    await().atMost(SOON).until(() -> client.fetch(id).isPresent());
    return client.fetch(id).orElseThrow();
  }
}
