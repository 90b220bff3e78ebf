package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.Interrupter;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.task.Argument;
import io.github.celeryjava.celery.task.TaskContext;
import io.github.celeryjava.celery.task.TaskListener;
import io.github.celeryjava.celery.worker.pool.PoolKind;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Threads that run tasks are interrupted at every step: before the early acknowledgement, in the
 * task's code and in what it sends, while the result is stored, before the late acknowledgement.
 */
@Timeout(120)
class RunningInterruptsIT {

  private static final int TASKS = Boolean.getBoolean("celery.full") ? 500 : 60; // of each kind
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Interrupter interrupter = new Interrupter();
  private final FaultProxy amqp = FaultProxy.to(Services.amqp());
  private final FaultProxy redis = FaultProxy.to(Services.redis());
  private final String queue = "running-interrupts-it-" + UUID.randomUUID();
  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  @AfterEach
  void tidyUp() {
    interrupter.close();
    amqp.close();
    redis.close();
  }

  static Stream<Arguments> poolsAndBackends() {
    return Stream.of(PoolKind.values())
        .filter(kind -> kind != PoolKind.VIRTUAL || Threads.virtualExecutor().isPresent())
        .flatMap(kind -> Stream.of(Arguments.of(kind, "rpc"), Arguments.of(kind, "redis")));
  }

  @ParameterizedTest
  @MethodSource("poolsAndBackends")
  void interruptsAtEveryStepLoseNothing(PoolKind pool, String backend) throws Exception {
    runUnderInterrupts(pool, backend, interrupter::now);
  }

  @ParameterizedTest
  @MethodSource("poolsAndBackends")
  void interruptsAtAnyMomentLoseNothing(PoolKind pool, String backend) throws Exception {
    runUnderInterrupts(pool, backend, interrupter::soon);
  }

  private void runUnderInterrupts(PoolKind pool, String backend, Consumer<Thread> interrupt)
      throws Exception {
    List<AsyncResult<Object>> results = new ArrayList<>();
    try (Celery client = app(backend, SerializerRegistry.standard());
        Celery app = app(backend, interrupting(interrupt));
        Worker worker = worker(app, pool)) {
      register(app, interrupt);

      for (int i = 0; i < TASKS; i++) {
        results.add(client.send("interrupted.early", i));
        results.add(client.send("interrupted.late", i));
        results.add(client.send("interrupted.again", i));
      }

      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get(LIMIT)).isEqualTo((long) i / 3);
      }
      await().atMost(LIMIT).until(() -> runs.size() == 6 * TASKS);
      assertThat(runs.values()).as("runs of each task").containsOnly(1);
      assertThat(interrupter.interrupts()).isGreaterThan(3 * TASKS);
      assertUnharmed(worker);
    }
  }

  /** What a user's code makes of an interrupt is its own affair, and that of no other task. */
  @ParameterizedTest
  @MethodSource("poolsAndBackends")
  void aTaskThatLetsAnInterruptOutFailsAndTheNextOnesRun(PoolKind pool, String backend)
      throws Exception {
    try (Celery app = app(backend, SerializerRegistry.standard());
        Worker worker = worker(app, pool)) {
      app.task("interrupted.waiting", Long.class)
          .runs(
              context -> {
                Thread.currentThread().interrupt();
                TimeUnit.SECONDS.sleep(60);
                return 0L;
              });
      app.task("interrupted.quick", Long.class).runs(context -> 1L);

      AsyncResult<Object> waiting = app.send("interrupted.waiting");
      AsyncResult<Object> quick = app.send("interrupted.quick");

      assertThatThrownBy(() -> waiting.get(LIMIT))
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("InterruptedException");
      assertThat(quick.get(LIMIT)).isEqualTo(1L);
      assertUnharmed(worker);
    }
  }

  private void register(Celery app, Consumer<Thread> interrupt) {
    TaskListener last =
        new TaskListener() {
          @Override
          public void afterReturn(TaskContext context, String state, @Nullable Object result) {
            interrupt.accept(Thread.currentThread()); // between the result and the late ack
          }
        };
    for (boolean late : new boolean[] {false, true}) {
      app.task(late ? "interrupted.late" : "interrupted.early", Long.class)
          .options(options -> options.acksLate(late).trackStarted(true))
          .listener(last)
          .runs(Argument.of(Long.class), (context, i) -> work(app, context, i));
    }
    app.task("interrupted.again", Long.class)
        .options(options -> options.acksLate(true))
        .listener(last)
        .runs(
            Argument.of(Long.class),
            (context, i) -> {
              if (context.retries() == 0) {
                throw context.retry(null, Duration.ZERO);
              }
              return work(app, context, i);
            });
    app.task("interrupted.child", Void.class)
        .runs(
            context -> {
              ran(context);
              return null;
            });
  }

  private Long work(Celery app, TaskContext context, long number) {
    ran(context);
    app.send(
        TaskSignature.of("interrupted.child", List.of())
            .withOptions(CallOptions.builder().ignoreResult(true).build()));
    return number;
  }

  private void ran(TaskContext context) {
    runs.merge(context.id(), 1, Integer::sum);
  }

  private void assertUnharmed(Worker worker) throws Exception {
    assertThat(worker.isConsuming()).isTrue();
    assertThat(amqp.open()).as("open connections, of those ever made").isEqualTo(amqp.accepted());
    assertThat(redis.open()).as("the same for redis").isEqualTo(redis.accepted());
    assertThat(worker.stop(LIMIT)).isTrue();
    try (Connection connection = Connection.open(Services.amqp().toString())) {
      Channel channel = connection.defaultChannel();
      assertThat(channel.inspectQueue(queue).orElseThrow().messages()).isZero();
      channel.deleteQueue(queue);
    }
  }

  private static SerializerRegistry interrupting(Consumer<Thread> interrupt) {
    return SerializerRegistry.builder()
        .register(new WatchedJson(() -> interrupt.accept(Thread.currentThread())))
        .build();
  }

  private Celery app(String backend, SerializerRegistry serializers) {
    URI results = redis.uri();
    return Celery.builder()
        .withoutEnvironment()
        .serializers(serializers)
        .broker(amqp.uri().toString())
        .backend(backend.equals("rpc") ? "rpc://" : results.toString())
        .set("task_default_queue", queue)
        .build();
  }

  private static Worker worker(Celery app, PoolKind pool) throws InterruptedException {
    Worker worker = Worker.of(app, WorkerOptions.builder().pool(pool).concurrency(4).build());
    worker.start();
    assertThat(worker.awaitReady(LIMIT)).isTrue();
    return worker;
  }
}
