package io.github.celeryjava.celery.task;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A tracer among fakes, whose time stands still and whose journal tells the order of things. */
final class Tracing {

  static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");

  final List<String> journal = new ArrayList<>();
  final CurrentTask current = new CurrentTask();
  final RecordingSender sender = new RecordingSender(journal, current);
  final StoredResults results = new StoredResults(journal);
  final List<TaskInterceptor> interceptors = new ArrayList<>();
  private UnaryOperator<TaskOptionsBuilder> options = builder -> builder;
  private TaskListener listener = TaskDefinition.NOBODY;
  private boolean extended;
  private boolean cancelled;

  Tracing options(UnaryOperator<TaskOptionsBuilder> options) {
    this.options = options;
    return this;
  }

  Tracing listener(TaskListener listener) {
    this.listener = listener;
    return this;
  }

  Tracing extended() {
    extended = true;
    return this;
  }

  /** As in a worker that interrupts its tasks in order to stop. */
  Tracing cancelled() {
    cancelled = true;
    return this;
  }

  /** Runs a request of task {@code t} with id {@code id-1}. */
  Outcome run(TaskHandler handler) {
    return run(Requests.of("t", "id-1"), handler);
  }

  Outcome run(Requests request, TaskHandler handler) {
    TaskOptions made = options.apply(TaskOptions.builder()).build();
    TaskTracer tracer =
        new TaskTracer(
            sender,
            new TaskTracer.Results(results, 42, extended),
            current,
            interceptors,
            new TaskTracer.Time(Clock.fixed(NOW, ZoneOffset.UTC), () -> 0));
    return tracer.trace(
        new TaskDefinition("t", Object.class, handler, made, listener),
        request.request(),
        () -> cancelled);
  }

  /** Code that does nothing but say that it ran. */
  TaskHandler handler(String says) {
    return (context, args, kwargs) -> {
      journal.add(says);
      return null;
    };
  }

  TaskInterceptor interceptor(String name) {
    return new TaskInterceptor() {
      @Override
      public Object aroundRun(TaskContext context, Running next) throws Exception {
        journal.add(name + " begins");
        Object result = next.proceed();
        journal.add(name + " ends");
        return name + "(" + result + ")";
      }
    };
  }
}
