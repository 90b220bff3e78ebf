package io.github.celeryjava.celery;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.NotRegisteredException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.task.Task;
import io.github.celeryjava.celery.task.TaskBuilder;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskRegistry;
import io.github.celeryjava.celery.task.TaskTracer;
import io.github.celeryjava.kombu.Connection;
import java.lang.reflect.Type;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One application: its settings, its tasks, its way to the broker and to the results. Thread-safe;
 * nothing in it is shared with other apps of the same process.
 *
 * <p>Connections are opened on first use and kept until {@link #close}. A send returns when the
 * broker has confirmed the task; each has a deadline that always holds, 10 s unless the call says
 * otherwise.
 *
 * <p>Named after {@code celery.Celery}.
 */
public final class Celery implements AutoCloseable {

  private final String name;
  private final CeleryParts parts;

  Celery(CeleryBuilder builder, CeleryConfig config) {
    name = builder.name();
    parts = new CeleryParts(builder, config);
  }

  /** Starts an app with Celery's defaults and the environment's URLs. */
  public static CeleryBuilder builder() {
    return new CeleryBuilder();
  }

  /** Name of the app. */
  public String name() {
    return name;
  }

  /** The settings. */
  public CeleryConfig config() {
    return parts.config();
  }

  /** The tasks that this app can run. */
  public TaskRegistry tasks() {
    return parts.registry();
  }

  /** Task messages, queues, routes. */
  public Amqp amqp() {
    return parts.amqp();
  }

  /** Where results are kept. */
  public ResultBackend backend() {
    return parts.backend();
  }

  /** The time that peers see. */
  public Clock clock() {
    return parts.clock();
  }

  /** Nanoseconds for intervals. */
  public LongSupplier nanos() {
    return parts.nanos();
  }

  /**
   * Registers every method of {@code tasks} that is annotated with {@link
   * io.github.celeryjava.celery.task.CeleryTask}.
   *
   * @return this app
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if there is no such
   *     method, a name is taken, or the parameters have no names: the message says what to do
   */
  public Celery register(Object tasks) {
    for (TaskDefinition task : parts.definitions().ofObject(requireNonNull(tasks, "tasks"))) {
      tasks().add(task);
    }
    return this;
  }

  /**
   * Registers a task that was made by hand.
   *
   * @return this app
   */
  public Celery register(TaskDefinition task) {
    tasks().add(requireNonNull(task, "task"));
    return this;
  }

  /**
   * Starts a task whose code is a lambda; it is registered once the lambda is given.
   *
   * @param name name of the task
   * @param resultType what its handles convert results to
   */
  public <R> TaskBuilder<R> task(String name, Class<R> resultType) {
    return parts
        .definitions()
        .named(
            name,
            resultType,
            definition -> {
              tasks().add(definition);
              return new Task<>(definition, this::apply);
            });
  }

  /**
   * The handle of a task that is registered here.
   *
   * @throws io.github.celeryjava.celery.exceptions.NotRegisteredException if there is none
   */
  public Task<Object> task(String name) {
    TaskDefinition definition = tasks().find(name);
    if (definition == null) {
      throw new NotRegisteredException(name, tasks().names());
    }
    return new Task<>(definition, this::apply);
  }

  /**
   * Sends a task by its name, wherever it is registered.
   *
   * @param task name of the task
   * @param args positional arguments
   * @return a handle for its result
   * @throws io.github.celeryjava.kombu.exceptions.KombuException if it could not be encoded, or was
   *     not confirmed in time
   */
  public AsyncResult<Object> send(String task, @Nullable Object... args) {
    return send(TaskSignature.of(task, Arrays.asList(args)));
  }

  /** Sends a task by its name, with keyword arguments and options. */
  public AsyncResult<Object> send(
      String task,
      List<@Nullable Object> args,
      Map<String, @Nullable Object> kwargs,
      CallOptions options) {
    return send(new TaskSignature(task, args, kwargs, options, false));
  }

  /** Sends one call and waits for the broker's confirm. */
  public AsyncResult<Object> send(TaskSignature call) {
    return apply(call, Object.class);
  }

  /**
   * Sends one call without ever waiting, not even for a first connection, and without throwing. A
   * task that calls it and ends before the broker has confirmed has no such child in its result.
   *
   * @return completes with the handle once the broker has confirmed the task, exceptionally with
   *     what {@link #send(TaskSignature)} would throw. What depends on it runs on a thread of the
   *     library and must not block
   */
  public CompletableFuture<AsyncResult<Object>> sendAsync(TaskSignature call) {
    return parts.batches().sendAsync(call).thenApply(taskId -> asyncResult(taskId, Object.class));
  }

  /**
   * Sends many calls in a pipeline and waits for all confirms: many times faster than one by one.
   * It goes on for as long as confirms keep coming: what counts is how long the broker is silent,
   * 10 s, and not the time-outs and retry policies of the calls. A connection that was lost is
   * opened again within that time, unless {@code task_publish_retry} is off.
   *
   * @param calls taken one after another while earlier ones are on their way
   * @return a handle for each, in order
   * @throws SendAllException if some were not sent or not confirmed; it says which, the others were
   */
  public List<AsyncResult<Object>> sendAll(Iterable<TaskSignature> calls) {
    return parts.batches().sendAll(calls).stream()
        .map(taskId -> asyncResult(taskId, Object.class))
        .toList();
  }

  /** The handle of a task that was sent by anybody, from its id. */
  public AsyncResult<Object> asyncResult(String taskId) {
    return asyncResult(taskId, Object.class);
  }

  /** The same, with the type that its result is converted to. */
  public <R> AsyncResult<R> asyncResult(String taskId, Type resultType) {
    return parts.asyncResult(taskId, resultType);
  }

  /**
   * A new connection for consuming, not opened; the caller closes it.
   *
   * @param clientName what the broker's tools call it
   */
  public Connection connectionForRead(String clientName) {
    return parts.brokers().forRead(clientName);
  }

  /** A new connection for publishing, not opened; the caller closes it. */
  public Connection connectionForWrite(String clientName) {
    return parts.brokers().forWrite(clientName);
  }

  /** Content types that workers of this app accept, as {@code accept_content} says. */
  public Set<String> acceptedContent() {
    return Set.copyOf(config().get(Settings.ACCEPT_CONTENT));
  }

  /**
   * The full name of a node, {@code name@host}, for what a person typed, {@code %h} and the like
   * replaced.
   */
  public String nodeName(@Nullable String given) {
    return parts.nodeNames().worker(given == null ? "" : given);
  }

  /** Runs tasks; for workers. */
  public TaskTracer tracer() {
    return parts.tracer();
  }

  /** Sends tasks; for what must not know the app. */
  public TaskSender sender() {
    return parts.publisher();
  }

  /** Closes the connections for publishing and for results. Never throws; twice does nothing. */
  @Override
  public void close() {
    parts.close();
  }

  private <R> AsyncResult<R> apply(TaskSignature call, Type resultType) {
    return asyncResult(parts.publisher().send(call), resultType);
  }

  @Override
  public String toString() {
    return "Celery[" + name + "]";
  }
}
