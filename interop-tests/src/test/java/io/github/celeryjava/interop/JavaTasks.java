package io.github.celeryjava.interop;

import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.exceptions.RemoteTypeException;
import io.github.celeryjava.celery.exceptions.RetryOptions;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.task.CeleryTask;
import io.github.celeryjava.celery.task.TaskContext;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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

  /** Takes values as typed parameters and says what they are. */
  @CeleryTask("java.typed")
  public List<String> typed(
      UUID id, BigDecimal amount, LocalDate day, LocalDateTime local, OffsetDateTime time) {
    return List.of(
        id.toString(), amount.toString(), day.toString(), local.toString(), time.toString());
  }

  /** A value of the type of that name. */
  @CeleryTask("java.value")
  public Object value(String type) {
    return switch (type) {
      case "null" -> null;
      case "boolean" -> true;
      case "int" -> -7;
      case "long" -> Long.MIN_VALUE;
      case "BigInteger" -> BigInteger.TWO.pow(70);
      case "double" -> 1.5;
      case "infinity" -> Double.NEGATIVE_INFINITY;
      case "String" -> "ü€😀\0";
      case "List" -> Arrays.asList(1, null, List.of());
      case "Map" -> Map.of("ß", Map.of("k", true));
      case "record" -> new Order("A1", 4);
      case "enum" -> DayOfWeek.MONDAY;
      case "BigDecimal" -> new BigDecimal("1.50");
      case "UUID" -> UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
      case "OffsetDateTime" -> OffsetDateTime.parse("2031-07-09T08:05:06.00012Z");
      case "Instant" -> Instant.parse("2031-07-09T08:05:06Z");
      case "LocalDateTime" -> LocalDateTime.parse("2031-07-09T08:05:06");
      case "LocalDate" -> LocalDate.of(2031, 7, 9);
      case "LocalTime" -> LocalTime.of(8, 5, 6);
      case "bytes" -> new byte[] {(byte) 0xff, 0};
      default -> throw new IllegalArgumentException(type);
    };
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

  /** An exception that Python does not know. */
  static final class OrderLost extends Exception {

    private static final long serialVersionUID = 1L;

    OrderLost(String sku) {
      super(sku + " is lost", new IllegalArgumentException("no such row"));
    }
  }

  /** Fails with an exception of its own. */
  @CeleryTask("java.lose")
  public void lose(String sku) throws OrderLost {
    throw new OrderLost(sku);
  }

  /** Fails as Python would. */
  @CeleryTask("java.fail_as_python")
  public void failAsPython() {
    throw new RemoteTypeException("tasks", "OrderRefused", List.of(7, "too late"));
  }

  /** Succeeds after so many retries and says how many there were. */
  @CeleryTask(value = "java.retry", maxRetries = 10)
  public int retry(TaskContext context, int times, Optional<Long> wait) {
    if (context.retries() < times) {
      Duration delay = wait.map(Duration::ofSeconds).orElse(Duration.ofMillis(50));
      throw context.retry(new IllegalStateException("again"), delay);
    }
    return context.retries();
  }

  /** Tries again with twice the value, and returns what it has then. */
  @CeleryTask("java.retry_changed")
  public int retryChanged(TaskContext context, int value) {
    if (context.retries() == 0) {
      throw context.retry(
          null, RetryOptions.builder().countdown(Duration.ZERO).args(2 * value).build());
    }
    return value;
  }

  /** Uses its retries up. */
  @CeleryTask(value = "java.give_up", maxRetries = 1)
  public void giveUp(TaskContext context) {
    throw context.retry(new IllegalArgumentException("never works"), Duration.ZERO);
  }

  /** An errback: gets the id of the task that failed. */
  @CeleryTask("java.errback")
  public String errback(String taskId) {
    return taskId + " failed";
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

  /** The same, acknowledged when it has ended. */
  @CeleryTask(
      value = "java.record_late",
      acksLate = CeleryTask.Choice.YES,
      ignoreResult = CeleryTask.Choice.YES)
  public void recordLate(String file, String line) {
    record(file, line);
  }

  /** In a state of its own until a test creates the file. */
  @CeleryTask("java.progress")
  public String progress(TaskContext context, String file) {
    context.updateState("PROGRESS", Map.of("done", 3, "of", 7));
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(Path.of(file)));
    return "done";
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

  /**
   * Registers these tasks, and two that take whatever arguments there are: {@code java.context},
   * and {@code java.delegate}, which has {@code java.add} do the work.
   */
  static Celery in(Celery app) {
    var unused =
        app.task("java.context", Object.class).runs((context, args, kwargs) -> known(context));
    var neither =
        app.task("java.delegate", Object.class)
            .runs(
                (context, args, kwargs) ->
                    Map.of("sum", app.send(TaskSignature.of("java.add", args))));
    return app.register(new JavaTasks());
  }

  /** What a task knows about its request. */
  private static Map<String, Object> known(TaskContext context) {
    Map<String, Object> known = new LinkedHashMap<>();
    known.put("args", context.args());
    known.put("kwargs", context.kwargs());
    known.put("id", context.id());
    known.put("root_id", context.rootId());
    known.put("parent_id", context.parentId());
    known.put("group", context.groupId());
    known.put("group_index", context.groupIndex());
    known.put("retries", context.retries());
    known.put("priority", context.deliveryInfo().priority());
    known.put("routing_key", context.deliveryInfo().routingKey());
    known.put("eta", context.eta() == null ? null : context.eta().toString());
    known.put("expires", context.expires() == null ? null : context.expires().toString());
    known.put("lang", context.lang());
    known.put("shadow", context.shadow());
    known.put("argsrepr", context.argsrepr());
    known.put("ignore_result", context.ignoreResult());
    known.put("callbacks", context.callbacks().stream().map(SignatureData::task).toList());
    known.put("tenant", context.headersOfSender().get("tenant"));
    return known;
  }
}
