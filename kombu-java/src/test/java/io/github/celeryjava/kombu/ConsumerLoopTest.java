package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** A loop over a broker in memory. */
@Timeout(30)
class ConsumerLoopTest {

  private static final Duration BRIEF = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Connection connection =
      Connection.builder("memory://").transport(new MemoryTransport()).build();
  private final Queue jobs =
      Queue.builder("jobs").deadLetterExchange("").deadLetterRoutingKey("dead").build();
  private final Queue dead = Queue.named("dead");
  private final List<Object> handled = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<ConsumerLoop> loops = new ArrayList<>();

  @AfterEach
  void close() {
    loops.forEach(ConsumerLoop::close);
    threads.shutdownNow();
    connection.close();
  }

  @Test
  void runsUntilItIsStopped() throws Exception {
    ConsumerLoop loop = loop(builder().handler(this::handleAndAck));
    Future<?> running = threads.submit(loop::run);
    publish("a", "b");
    await().until(() -> handled.size() == 2);
    assertThat(loop.isConsuming()).isTrue();

    loop.stop();
    running.get(10, TimeUnit.SECONDS);

    assertThat(handled).containsExactly("a", "b");
    assertThat(loop.isConsuming()).isFalse();
    assertThat(inQueue(jobs)).isZero();
    assertThatIllegalStateException().isThrownBy(loop::run).withMessage("the loop was stopped");
  }

  @Test
  void endsWhenItsThreadIsInterruptedAndKeepsTheFlag() throws Exception {
    ConsumerLoop loop = loop(builder().handler(this::handleAndAck));
    CountDownLatch started = new CountDownLatch(1);
    Future<Boolean> running =
        threads.submit(
            () -> {
              CompletableFuture.runAsync(started::countDown);
              Thread me = Thread.currentThread();
              CompletableFuture.runAsync(
                  () -> {
                    await().until(loop::isConsuming);
                    me.interrupt();
                  });
              loop.run();
              return Thread.interrupted();
            });

    assertThat(running.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(loop.stop(Duration.ZERO)).isTrue();
  }

  @Test
  void consumesNoMoreThanAskedForAndGivesTheRestBack() {
    publish("a", "b", "c");
    ConsumerLoop loop = loop(builder().handler(this::handleAndAck));

    assertThat(loop.consume(2, LONG)).isEqualTo(2);
    assertThat(handled).containsExactly("a", "b");
    assertThat(inQueue(jobs)).isEqualTo(1);
    assertThat(loop.consume(5, BRIEF)).isEqualTo(1);
    assertThat(handled).containsExactly("a", "b", "c");
  }

  @Test
  void finiteRunsWaitForHandlersOnOtherThreads() {
    publish("a", "b", "c", "d");
    ConsumerLoop loop = loop(builder().threads(2).handler(this::handleAndAck));

    assertThat(loop.consume(4, LONG)).isEqualTo(4);

    assertThat(handled).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThat(inQueue(jobs)).isZero();
  }

  @Test
  void acknowledgesAfterTheHandlerAndDeadLettersWhatFails() {
    publish("good", "bad", "own");
    connection.declare(dead);
    ConsumerLoop loop =
        loop(
            builder()
                .settling()
                .handler(
                    (body, message) -> {
                      handled.add(body);
                      if ("bad".equals(body)) {
                        throw new IllegalStateException("no");
                      }
                      if ("own".equals(body)) {
                        message.reject();
                      }
                    }));

    loop.consume(3, LONG);

    assertThat(handled).containsExactly("good", "bad", "own");
    assertThat(inQueue(jobs)).isZero();
    assertThat(inQueue(dead)).isEqualTo(2);
  }

  @Test
  void aHandlerThatSettlesForItselfEndsTheLoopWithItsErrorAndKeepsTheMessage() {
    publish("bad");
    ConsumerLoop loop =
        loop(
            builder()
                .handler(
                    (body, message) -> {
                      throw new IllegalArgumentException("no good");
                    }));

    assertThatThrownBy(loop::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no good");
    assertThat(inQueue(jobs)).isEqualTo(1);
  }

  @Test
  void aFailedMessageIsPutBackIfThePolicySaysSo() {
    publish("flaky");
    ConsumerLoop loop =
        loop(
            builder()
                .onFailure(FailurePolicy.REQUEUE)
                .settling()
                .handler(
                    (body, message) -> {
                      handled.add(message.redelivered());
                      if (!message.redelivered()) {
                        throw new IllegalStateException("not yet");
                      }
                    }));

    loop.consume(2, LONG);

    assertThat(handled).containsExactly(false, true);
    assertThat(inQueue(jobs)).isZero();
  }

  @Test
  void aProgramMaySayItselfWhatToDoWithFailures() {
    publish("bad", "worse");
    List<String> told = new CopyOnWriteArrayList<>();
    ConsumerLoop loop =
        loop(
            builder()
                .handler(
                    (body, message) -> {
                      throw new IllegalStateException("failed " + body);
                    })
                .onFailure(
                    (message, error) -> {
                      told.add(error.getMessage());
                      message.ack();
                      if (error.getMessage().contains("worse")) {
                        throw new IllegalStateException("policy broke");
                      }
                    }));

    assertThatThrownBy(loop::run)
        .hasMessage("policy broke")
        .hasSuppressedException(new IllegalStateException("failed worse"));
    assertThat(told).containsExactly("failed bad", "failed worse");
  }

  @Test
  void neverHandlesMoreAtATimeThanThePrefetchCountOverAllQueues() throws Exception {
    Queue other = Queue.named("other");
    publish(IntStream.range(0, 20).mapToObj(i -> "m" + i).toArray(String[]::new));
    publishTo(other, IntStream.range(0, 20).mapToObj(i -> "n" + i).toArray(String[]::new));
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    CountDownLatch go = new CountDownLatch(1);
    ConsumerLoop loop =
        loop(
            builder()
                .queue(other)
                .executor(threads)
                .prefetch(3)
                .settling()
                .handler(
                    (body, message) -> {
                      most.accumulateAndGet(now.incrementAndGet(), Math::max);
                      three.countDown();
                      awaitQuietly(go);
                      now.decrementAndGet();
                      handled.add(body);
                    }));
    Future<Integer> running = threads.submit(() -> loop.consume(40, LONG));
    assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();

    go.countDown();

    assertThat(running.get(20, TimeUnit.SECONDS)).isEqualTo(40);
    assertThat(handled).hasSize(40).doesNotHaveDuplicates();
    assertThat(most.get()).isEqualTo(3);
  }

  @Test
  void keepsTheOrderOfEachQueueOnAnExecutorIfAsked() {
    Queue other = Queue.named("other");
    String[] first = IntStream.range(0, 200).mapToObj(i -> "m" + i).toArray(String[]::new);
    String[] second = IntStream.range(0, 200).mapToObj(i -> "n" + i).toArray(String[]::new);
    publish(first);
    publishTo(other, second);
    ConsumerLoop loop =
        loop(
            builder()
                .queue(other)
                .executor(threads)
                .prefetch(20)
                .inOrder()
                .settling()
                .handler((body, message) -> handled.add(body)));

    loop.consume(400, LONG);

    assertThat(handled.stream().filter(body -> body.toString().startsWith("m")))
        .containsExactly((Object[]) first);
    assertThat(handled.stream().filter(body -> body.toString().startsWith("n")))
        .containsExactly((Object[]) second);
  }

  @Test
  void aMessageHandledLaterIsSettledWhenItsStageCompletes() {
    publish("a", "b", "c", "d");
    connection.declare(dead);
    LinkedBlockingQueue<CompletableFuture<Object>> stages = new LinkedBlockingQueue<>();
    List<Thread> handlerThreads = new CopyOnWriteArrayList<>();
    ConsumerLoop loop =
        loop(
            builder()
                .prefetch(2)
                .settling()
                .asyncHandler(
                    (body, message) -> {
                      handlerThreads.add(Thread.currentThread());
                      handled.add(body);
                      CompletableFuture<Object> stage = new CompletableFuture<>();
                      stages.add(stage);
                      return stage;
                    }));
    CompletableFuture<Integer> running =
        CompletableFuture.supplyAsync(() -> loop.consume(4, LONG), threads);

    await().until(() -> stages.size() == 2);
    assertThat(handled).containsExactly("a", "b");
    stages.remove().complete(null);
    stages.remove().completeExceptionally(new IllegalStateException("failed later"));
    await().until(() -> stages.size() == 2);
    stages.forEach(stage -> stage.complete(null));

    assertThat(running.join()).isEqualTo(4);
    assertThat(handled).containsExactly("a", "b", "c", "d");
    assertThat(Set.copyOf(handlerThreads)).hasSize(1);
    assertThat(inQueue(jobs)).isZero();
    assertThat(inQueue(dead)).isEqualTo(1);
  }

  @Test
  void readsBodiesAsTheTypeAskedForAndRejectsWhatDoesNotFit() {
    connection.declare(dead);
    publishBodies(jobs, List.of(new Job("a", 3), "text", List.of(1)));
    ConsumerLoop loop =
        loop(builder().settling().handler(Job.class, (job, message) -> handled.add(job)));

    loop.consume(3, LONG);

    assertThat(handled).containsExactly(new Job("a", 3));
    assertThat(loop.decodeErrors()).isEqualTo(2);
    assertThat(inQueue(dead)).isEqualTo(2);
  }

  @Test
  void readsBodiesAsATypeWithParameters() {
    publishBodies(jobs, List.of(List.of(new Job("a", 3), new Job("b", 4))));
    ConsumerLoop loop =
        loop(
            builder()
                .settling()
                .handler(new TypeRef<List<Job>>() {}, (jobs, message) -> handled.addAll(jobs)));

    loop.consume(1, LONG);

    assertThat(handled).containsExactly(new Job("a", 3), new Job("b", 4));
  }

  @Test
  void undecodableMessagesAreDealtWithByPolicy() {
    connection.declare(dead);
    PublishOptions broken =
        PublishOptions.builder()
            .routingKey("jobs")
            .declare(jobs)
            .contentType("application/json")
            .build();
    connection.producer().build().publish("{", broken);
    ConsumerLoop loop =
        loop(
            builder()
                .settling()
                .onDecodeError(DecodeErrorPolicy.ACKNOWLEDGE)
                .handler((body, message) -> handled.add(body)));

    loop.consume(1, LONG);

    assertThat(handled).isEmpty();
    assertThat(loop.decodeErrors()).isEqualTo(1);
    assertThat(inQueue(jobs)).isZero();
    assertThat(inQueue(dead)).isZero();
  }

  @Test
  void refusesTypesThatAreNotAccepted() {
    connection.declare(dead);
    publish("text");
    publishBodies(jobs, List.of(List.of(1)));
    ConsumerLoop loop =
        loop(builder().accept().settling().handler((body, message) -> handled.add(body)));

    loop.consume(2, LONG);

    assertThat(handled).isEmpty();
    assertThat(loop.decodeErrors()).isEqualTo(2);
    assertThat(inQueue(dead)).isEqualTo(2);
  }

  @Test
  void stoppingWaitsForRunningHandlersAndGivesBackWhatHasNotBegun() throws Exception {
    publish("a", "b", "c", "d", "e");
    Semaphore begun = new Semaphore(0);
    CountDownLatch go = new CountDownLatch(1);
    ConsumerLoop loop =
        loop(
            builder()
                .executor(threads)
                .prefetch(2)
                .settling()
                .handler(
                    (body, message) -> {
                      begun.release();
                      awaitQuietly(go);
                      handled.add(body);
                    }));
    loop.start("test-loop");
    assertThat(begun.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();

    loop.stop();
    assertThat(loop.stop(BRIEF)).isFalse();
    go.countDown();

    assertThat(loop.stop(LONG)).isTrue();
    assertThat(handled).containsExactlyInAnyOrder("a", "b");
    assertThat(inQueue(jobs)).isEqualTo(3);
  }

  @Test
  void aHandlerThatTakesLongerThanTheGraceLosesItsMessageToTheQueue() throws Exception {
    publish("slow");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ConsumerLoop loop =
        loop(
            builder()
                .executor(threads)
                .grace(BRIEF)
                .settling()
                .handler(
                    (body, message) -> {
                      begun.countDown();
                      awaitQuietly(go);
                    }));
    loop.start("test-loop");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(loop.stop(LONG)).isTrue();

    assertThat(inQueue(jobs)).isEqualTo(1);
    go.countDown();
  }

  @Test
  void whatIsHandedToABusyExecutorAndNotBegunIsGivenBackToo() throws Exception {
    publish("a", "b", "c");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService one = Executors.newSingleThreadExecutor();
    ConsumerLoop loop =
        loop(
            builder()
                .executor(one)
                .prefetch(3)
                .grace(BRIEF)
                .settling()
                .handler(
                    (body, message) -> {
                      begun.countDown();
                      awaitQuietly(go);
                      handled.add(body);
                    }));
    loop.start("test-loop");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    await().until(() -> inQueue(jobs) == 0);

    assertThat(loop.stop(LONG)).isTrue();
    go.countDown();
    one.shutdown();

    assertThat(one.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(handled).containsExactly("a");
    assertThat(inQueue(jobs)).isEqualTo(3);
  }

  @Test
  void aPolicyThatIsBrokenEndsTheLoopWithItsErrorAndKeepsTheMessage() {
    publish("a");
    ConsumerLoop loop =
        loop(
            builder()
                .executor(threads)
                .handler(
                    (body, message) -> {
                      throw new IllegalArgumentException("handler");
                    })
                .onFailure(
                    (message, error) -> {
                      throw new StackOverflowError("policy");
                    }));

    assertThatThrownBy(loop::run)
        .isInstanceOf(StackOverflowError.class)
        .hasMessage("policy")
        .satisfies(error -> assertThat(error.getSuppressed()).hasSize(1));
    assertThat(inQueue(jobs)).isEqualTo(1);
  }

  @Test
  void aHandlerThatFailsAfterTheEndHarmsNobody() throws Exception {
    publish("a");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ConsumerLoop loop =
        loop(
            builder()
                .executor(threads)
                .grace(BRIEF)
                .onFailure(FailurePolicy.STOP)
                .handler(
                    (body, message) -> {
                      begun.countDown();
                      awaitQuietly(go);
                      throw new IllegalArgumentException("late");
                    }));

    assertThat(loop.consume(1, LONG)).isEqualTo(1);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    go.countDown();

    assertThat(loop.stop(LONG)).isTrue();
    assertThatIllegalStateException().isThrownBy(loop::run).withMessage("the loop was stopped");
  }

  @Test
  void thePrefetchCountCanBeChangedFromAnyThread() throws Exception {
    publish(IntStream.range(0, 10).mapToObj(i -> "m" + i).toArray(String[]::new));
    Set<Message> held = ConcurrentHashMap.newKeySet();
    ConsumerLoop loop =
        loop(
            builder()
                .prefetch(2)
                .maxPrefetch(5)
                .asyncHandler(
                    (body, message) -> {
                      held.add(message);
                      return new CompletableFuture<>();
                    })
                .grace(Duration.ZERO));
    loop.start("test-loop");
    await().until(() -> held.size() == 2);

    loop.qos().increment(1);
    await().until(() -> held.size() == 3);
    loop.qos().increment(100);
    await().until(() -> held.size() == 5);
    loop.prefetch(7);
    await().until(() -> held.size() == 7);

    assertThat(loop.stop(LONG)).isTrue();
    assertThat(inQueue(jobs)).isEqualTo(10);
  }

  @Test
  void publishesOnAConnectionOfItsOwn() {
    publish("question");
    Queue answers = Queue.named("answers");
    connection.declare(answers);
    ConsumerLoop[] self = new ConsumerLoop[1];
    ConsumerLoop loop =
        loop(
            builder()
                .settling()
                .handler(
                    (body, message) ->
                        self[0].producer().publish("answer", PublishOptions.to("answers"))));
    self[0] = loop;

    loop.consume(1, LONG);

    assertThat(inQueue(answers)).isEqualTo(1);
    assertThat(loop.producer()).isSameAs(loop.producer());
    Connection used = loop.producer().connection();
    loop.close();
    assertThat(used.isConnected()).isFalse();
    assertThatIllegalStateException().isThrownBy(loop::producer);
  }

  @Test
  void labelsTheLogsOfHandlers() {
    PublishOptions labelled =
        PublishOptions.builder().routingKey("jobs").declare(jobs).correlationId("c1").build();
    connection.producer().build().publish("a", labelled);
    ConsumerLoop loop =
        loop(
            builder()
                .settling()
                .handler(
                    (body, message) ->
                        handled.addAll(
                            Arrays.asList(
                                MDC.get("kombu.queue"),
                                MDC.get("kombu.correlation_id"),
                                String.valueOf(MDC.get("kombu.message_id"))))));

    loop.consume(1, LONG);

    assertThat(handled).containsExactly("jobs", "c1", "null");
    assertThat(MDC.get("kombu.queue")).isNull();
  }

  @Test
  void takesMessagesWithoutSettlingThem() {
    publish("a", "b");
    ConsumerLoop loop =
        loop(builder().noAck().settling().handler((body, message) -> handled.add(body)));

    loop.consume(2, LONG);

    assertThat(handled).containsExactly("a", "b");
    assertThat(inQueue(jobs)).isZero();
  }

  @Test
  void handlesMessagesOfConsumersOfTheProgramsOwn() {
    publish("a");
    ConsumerLoop loop =
        loop(
            ConsumerLoop.builder(connection)
                .consumers(
                    own -> List.of(own.consumer().queue(jobs).handler(this::handleAndAck).build()))
                .listener(stopAfter(1)));

    loop.run();

    assertThat(handled).containsExactly("a");
  }

  @Test
  void needsQueuesAndAHandlerForThem() {
    ConsumerLoopBuilder empty = ConsumerLoop.builder(connection);

    assertThatIllegalArgumentException().isThrownBy(empty::build);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConsumerLoop.builder(connection).queue(jobs).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConsumerLoop.builder(connection).handler((body, message) -> {}).build());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> builder().handler(this::handleAndAck).threads(1).executor(threads).build());
  }

  @Test
  void refusesToRunTwiceAtATime() throws Exception {
    ConsumerLoop loop = loop(builder().handler(this::handleAndAck));
    loop.start("test-loop");
    await().until(loop::isConsuming);

    assertThatIllegalStateException().isThrownBy(loop::run).withMessage("the loop runs already");
  }

  @Test
  void anExecutorThatTakesNoMoreWorkEndsTheLoopAndKeepsTheMessage() {
    ExecutorService closed = Executors.newCachedThreadPool();
    closed.shutdown();
    publish("a");
    ConsumerLoop loop = loop(builder().executor(closed).handler(this::handleAndAck));

    assertThatThrownBy(loop::run)
        .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
    assertThat(inQueue(jobs)).isEqualTo(1);
  }

  record Job(String name, int count) {}

  private ConsumerLoopBuilder builder() {
    return ConsumerLoop.builder(connection).queue(jobs);
  }

  private ConsumerLoop loop(ConsumerLoopBuilder builder) {
    ConsumerLoop loop = builder.build();
    loops.add(loop);
    return loop;
  }

  private ConsumerLoopListener stopAfter(int messages) {
    return new ConsumerLoopListener() {
      @Override
      public void iteration() {
        if (handled.size() >= messages) {
          loops.forEach(ConsumerLoop::stop);
        }
      }
    };
  }

  private void handleAndAck(Object body, Message message) {
    handled.add(body);
    message.ack();
  }

  private long inQueue(Queue queue) {
    return connection.defaultChannel().inspectQueue(queue.name()).orElseThrow().messages();
  }

  private void publish(String... bodies) {
    publishTo(jobs, bodies);
  }

  private void publishTo(Queue queue, String... bodies) {
    publishBodies(queue, Arrays.asList(bodies));
  }

  private void publishBodies(Queue queue, List<?> bodies) {
    PublishOptions options =
        PublishOptions.builder().routingKey(queue.name()).declare(queue).build();
    connection.producer().build().publishAll(bodies, options).orThrow();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void leavesWithTheLastErrorWhenThePolicyAllowsNoOtherAttempt() {
    FakeBroker broker = new FakeBroker();
    broker.failNext(FakeBroker.down(), OperationalException.lost("still down", null));
    List<String> errors = new CopyOnWriteArrayList<>();
    ConsumerLoop loop =
        loop(
            ConsumerLoop.builder(broker.connection().build())
                .queue(jobs)
                .handler(this::handleAndAck)
                .connectPolicy(RetryPolicy.of(1, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .listener(
                    new ConsumerLoopListener() {
                      @Override
                      public void connectionError(OperationalException cause) {
                        errors.add(cause.getMessage());
                      }
                    }));

    assertThatThrownBy(loop::run).isInstanceOf(OperationalException.class).hasMessage("still down");
    await().until(() -> errors.size() == 2);
  }
}
