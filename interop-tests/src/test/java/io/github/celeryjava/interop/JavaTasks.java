package io.github.celeryjava.interop;

import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.exceptions.RemoteTypeException;
import io.github.celeryjava.celery.task.CeleryTask;
import io.github.celeryjava.celery.task.TaskContext;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The Java side of the interop tests: the tasks that Python clients call. */
public final class JavaTasks {

  /** A record as an argument and as a result. */
  public record Order(String sku, int quantity) {}

  /** Adds. */
  @CeleryTask("java.add")
  public long add(long x, long y) {
    return x + y;
  }

  /** Gives back what came. */
  @CeleryTask("java.echo")
  public Object echo(Object value) {
    return value;
  }

  /** The class of what came, so that a test sees what Java made of it. */
  @CeleryTask("java.class_of")
  public String classOf(Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }

  /** Takes and gives a record. */
  @CeleryTask("java.double_order")
  public Order doubleOrder(Order order, int times) {
    return new Order(order.sku(), order.quantity() * times);
  }

  /** Fails with a Java exception. */
  @CeleryTask("java.fail")
  public void fail(String message) {
    throw new IllegalStateException(message);
  }

  /** Fails as Python would. */
  @CeleryTask("java.fail_as_python")
  public void failAsPython() {
    throw new RemoteTypeException("tasks", "OrderRefused", List.of(7, "too late"));
  }

  /** Succeeds after so many retries and says how many there were. */
  @CeleryTask(value = "java.retry", maxRetries = 10)
  public int retry(TaskContext context, int times) {
    if (context.retries() < times) {
      throw context.retry(new IllegalStateException("again"), Duration.ofMillis(50));
    }
    return context.retries();
  }

  /** Uses its retries up. */
  @CeleryTask(value = "java.give_up", maxRetries = 1)
  public void giveUp(TaskContext context) {
    throw context.retry(new IllegalArgumentException("never works"), Duration.ZERO);
  }

  /** Ends when its stage does. */
  @CeleryTask("java.stage")
  public CompletionStage<String> stage() {
    return CompletableFuture.supplyAsync(() -> "staged");
  }

  /** Leaves a line, for tasks without a result. */
  @CeleryTask(value = "java.record", ignoreResult = CeleryTask.Choice.YES)
  public void record(String file, String line) {
    ExecutionLedger.at(Path.of(file)).record(line);
  }

  /** Ends without a result. */
  @CeleryTask("java.ignore")
  public void ignore() {
    throw new IgnoreException("nothing to say");
  }

  /** Refuses its message. */
  @CeleryTask(value = "java.reject", acksLate = CeleryTask.Choice.YES)
  public void reject() {
    throw RejectException.dropped("on purpose");
  }

  /** What the task knows about its request. */
  @CeleryTask("java.context")
  public Map<String, Object> context(TaskContext context, Object ignored) {
    Map<String, Object> known = new LinkedHashMap<>();
    known.put("id", context.id());
    known.put("root_id", context.rootId());
    known.put("retries", context.retries());
    known.put("priority", context.deliveryInfo().priority());
    known.put("routing_key", context.deliveryInfo().routingKey());
    known.put("eta", context.eta() == null ? null : context.eta().toString());
    known.put("headers", new ArrayList<>(context.headersOfSender().keySet()));
    return known;
  }
}
