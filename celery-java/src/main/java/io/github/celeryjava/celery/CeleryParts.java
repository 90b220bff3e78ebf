package io.github.celeryjava.celery;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.internal.Ids;
import io.github.celeryjava.celery.internal.NodeNames;
import io.github.celeryjava.celery.protocol.MessageStyle;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultBackends;
import io.github.celeryjava.celery.result.ResultSource;
import io.github.celeryjava.celery.task.CurrentTask;
import io.github.celeryjava.celery.task.TaskDefinitions;
import io.github.celeryjava.celery.task.TaskRegistry;
import io.github.celeryjava.celery.task.TaskTracer;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.internal.Threads;
import java.lang.reflect.Type;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Wires the parts of one app together, each with what it uses and no more. Thread-safe. */
final class CeleryParts {

  private final CeleryConfig config;
  private final Clock clock;
  private final LongSupplier nanos;
  private final NodeNames nodeNames = NodeNames.ofThisProcess();
  private final TaskRegistry registry = new TaskRegistry();
  private final CurrentTask current = new CurrentTask();
  private final Brokers brokers;
  private final ResultBackend backend;
  private final ExecutorService callbacks = Threads.singleThread("celery-callbacks");
  private final ResultSource results;
  private final Amqp amqp;
  private final TaskPublisher publisher;
  private final TaskTracer tracer;
  private final TaskDefinitions definitions;
  private final BatchSender batches;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Object opening = new Object();

  // Mutable state
  private @Nullable Connection publishing; // guarded by opening
  private volatile @Nullable Producer producer; // written under opening

  CeleryParts(CeleryBuilder builder, CeleryConfig config) {
    this.config = config;
    clock = builder.clock();
    nanos = builder.nanos();
    brokers = new Brokers(config, builder.serializers(), builder.compressors());
    backend =
        ResultBackends.open(
            config.get(Settings.RESULT_BACKEND),
            new ResultBackendContext(
                config, builder.serializers(), clock, builder.nanos(), brokers::forWrite));
    results =
        new ResultSource(backend, builder.serializers(), () -> current.get() != null, callbacks);
    amqp =
        new Amqp(
            config,
            style(),
            new Amqp.Encoding(builder.serializers(), builder.compressors(), clock),
            this::producer);
    publisher =
        new TaskPublisher(
            amqp,
            new TaskPublisher.Sources(
                registry,
                current,
                backend,
                config.get(Settings.TASK_IGNORE_RESULT),
                new Ids(),
                clock,
                builder.nanos()),
            builder.interceptors());
    batches = new BatchSender(publisher, this::producer, amqp.batchOptions());
    tracer =
        new TaskTracer(
            publisher,
            new TaskTracer.Results(backend, nodeNames.pid(), config.get(Settings.RESULT_EXTENDED)),
            current,
            builder.interceptors(),
            new TaskTracer.Time(clock, builder.nanos()));
    definitions = new TaskDefinitions(config, builder.serializers());
  }

  CeleryConfig config() {
    return config;
  }

  Clock clock() {
    return clock;
  }

  LongSupplier nanos() {
    return nanos;
  }

  NodeNames nodeNames() {
    return nodeNames;
  }

  TaskRegistry registry() {
    return registry;
  }

  Brokers brokers() {
    return brokers;
  }

  ResultBackend backend() {
    return backend;
  }

  Amqp amqp() {
    return amqp;
  }

  TaskPublisher publisher() {
    return publisher;
  }

  BatchSender batches() {
    return batches;
  }

  TaskTracer tracer() {
    return tracer;
  }

  TaskDefinitions definitions() {
    return definitions;
  }

  <R> AsyncResult<R> asyncResult(String taskId, Type resultType) {
    return new AsyncResult<>(taskId, resultType, results);
  }

  /** The producer that all threads of the app share; its connection opens on first use. */
  Producer producer() {
    Producer known = producer;
    if (known != null) {
      return known;
    }
    synchronized (opening) {
      Producer made = producer;
      if (made == null) {
        if (closed.get()) {
          throw new IllegalStateException("the app was closed");
        }
        Connection connection = brokers.forWrite("celery-publish:" + nodeNames.anonymous());
        made = connection.producer().withoutDeclaring().build();
        publishing = connection;
        producer = made;
      }
      return made;
    }
  }

  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    backend.close();
    callbacks.shutdown();
    synchronized (opening) {
      if (producer != null) {
        producer.close();
      }
      if (publishing != null) {
        publishing.close();
      }
    }
  }

  private MessageStyle style() {
    boolean utc = config.get(Settings.ENABLE_UTC);
    ZoneId zone = config.get(Settings.TIMEZONE);
    if (zone == null) {
      zone = utc ? ZoneOffset.UTC : ZoneId.systemDefault();
    }
    return new MessageStyle(
        nodeNames.anonymous(),
        zone,
        utc,
        MessageStyle.DEFAULT_REPR_LENGTH,
        config.get(Settings.TASK_REPR_MAXLEVELS));
  }
}
