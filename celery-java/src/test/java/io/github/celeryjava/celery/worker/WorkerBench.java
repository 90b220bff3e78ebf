package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.task.CurrentTask;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskHandler;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.celery.task.TaskOptionsBuilder;
import io.github.celeryjava.celery.task.TaskRegistry;
import io.github.celeryjava.celery.task.TaskTracer;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * The parts of a worker around a broker in memory: time stands still, what has a thread of its own
 * elsewhere runs at once, and the test is the loop thread.
 */
final class WorkerBench implements AutoCloseable {

  /** How long a test waits for something before it fails. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  static final String JOBS = "jobs";
  private static final String URL = "faulty://bench";

  final ManualClock clock = new ManualClock();
  final FakeBackend backend = new FakeBackend();
  final RecordingPool pool = new RecordingPool();
  final WorkerState state = new WorkerState();
  final TaskRegistry registry = new TaskRegistry();
  final LoopTimer timer = new LoopTimer(clock, clock);
  final AtomicBoolean interrupting = new AtomicBoolean();

  /** The tasks that have run, in order. */
  final List<String> ran = new CopyOnWriteArrayList<>();

  final FaultyTransport transport;
  final Connection connection;
  final BrokerView broker;
  final Queue jobs;

  private LongSupplier tracerNanos = clock;
  private ExecutorService storing = new DirectExecutor();
  private Duration storeLimit = LIMIT;
  private RuntimeException sendFailure;

  WorkerBench() {
    MemoryTransport brokers = new MemoryTransport();
    transport = new FaultyTransport(brokers);
    connection = Connection.builder(URL).transport(transport).build();
    broker = new BrokerView(Connection.builder("memory://bench").transport(brokers).build());
    jobs = broker.jobs(JOBS);
    task("noop", (context, args, kwargs) -> null);
  }

  /** Waits until that is so. */
  static void eventually(BooleanSupplier done) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(done::getAsBoolean);
  }

  /** Registers a task, which writes down that it ran. */
  TaskDefinition task(String name, TaskHandler handler) {
    return task(name, options -> options, handler);
  }

  TaskDefinition task(String name, UnaryOperator<TaskOptionsBuilder> options, TaskHandler handler) {
    TaskHandler noted =
        (context, args, kwargs) -> {
          ran.add(context.id());
          return handler.run(context, args, kwargs);
        };
    TaskOptions made = options.apply(TaskOptions.builder()).build();
    TaskDefinition task =
        new TaskDefinition(name, Object.class, noted, made, TaskDefinition.NOBODY);
    registry.add(task);
    return task;
  }

  /** Makes the tracer throw what its clock throws, which by contract it never does. */
  WorkerBench breakTracer(Error error) {
    tracerNanos =
        () -> {
          throw error;
        };
    return this;
  }

  /** Lets no task be sent. */
  WorkerBench breakSender(RuntimeException error) {
    sendFailure = error;
    return this;
  }

  /** Stores on that thread, waiting no longer than {@code limit}. */
  WorkerBench storeOn(ExecutorService thread, Duration limit) {
    storing = thread;
    storeLimit = limit;
    return this;
  }

  Refusals refusals() {
    return new Refusals(backend, new BoundedCalls(storing, storeLimit), state, clock);
  }

  RequestContext context() {
    TaskTracer tracer =
        new TaskTracer(
            new NoSender(),
            new TaskTracer.Results(backend, 42, false),
            new CurrentTask(),
            List.of(),
            new TaskTracer.Time(clock, tracerNanos));
    return new RequestContext("celery@here", clock, state, tracer, refusals(), interrupting::get);
  }

  Strategy strategy() {
    return strategy((queue, by) -> {});
  }

  Strategy strategy(Strategy.HeldListener listener) {
    return new Strategy(registry, pool, timer, context(), listener);
  }

  WorkerSession session(ExecutorService side, int prefetch, Integer etaLimit, Queue... queues) {
    return new WorkerSession(
        connection,
        new WorkerSession.Intake(List.of(queues), Set.of("application/json"), prefetch, etaLimit),
        side,
        this::strategy);
  }

  /** The messages as a consumer of the worker's connection gets them; it takes no others. */
  List<Message> receive(TaskPost... posts) {
    broker.post(JOBS, posts);
    List<Message> taken = new ArrayList<>();
    Consumer consumer =
        connection
            .consumer()
            .queue(jobs)
            .accept("json")
            .prefetch(posts.length)
            .onMessage(taken::add)
            .build();
    consumer.consume();
    while (taken.size() < posts.length) {
      if (connection.drainEvents(LIMIT) == 0) {
        throw new AssertionError("only " + taken.size() + " messages came");
      }
    }
    consumer.cancel();
    return taken;
  }

  /** What became of the only message there is, as the broker sees it. */
  Fate fate(Message message) {
    if (!message.isSettled()) {
      return Fate.UNSETTLED;
    }
    if (broker.waiting(JOBS) == 1) {
      return Fate.REQUEUED;
    }
    return broker.waiting(BrokerView.dead(JOBS)) == 1 ? Fate.REJECTED : Fate.ACKNOWLEDGED;
  }

  @Override
  public void close() {
    connection.close();
    broker.close();
  }

  /** Where a message went. */
  enum Fate {
    UNSETTLED,
    ACKNOWLEDGED,
    REJECTED,
    REQUEUED
  }

  private final class NoSender implements TaskSender {

    @Override
    public String send(TaskSignature call) {
      if (sendFailure != null) {
        throw sendFailure;
      }
      return String.valueOf(call.options().taskId());
    }
  }
}
