package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.protocol.PyTime;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code celery call}: sends a task by its name and prints its id. */
@Command(
    name = "call",
    description = "Call a task by name and print its id.",
    mixinStandardHelpOptions = true)
final class CallCommand implements Callable<Integer> {

  private static final String JSON = "application/json";

  /** This process ends before any answer comes; stores that are asked by id need no queue. */
  private static final String NO_ANSWER = "";

  @ParentCommand private @Nullable CeleryCommand parent;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Name of the task.")
  private String task = "";

  @Option(
      names = {"-a", "--args"},
      paramLabel = "JSON",
      description = "Positional arguments, a JSON array.")
  private String args = "[]";

  @Option(
      names = {"-k", "--kwargs"},
      paramLabel = "JSON",
      description = "Keyword arguments, a JSON object.")
  private String kwargs = "{}";

  @Option(names = "--eta", paramLabel = "TIME", description = "ISO time at which it runs.")
  private @Nullable String eta;

  @Option(names = "--countdown", paramLabel = "SECONDS", description = "Wait before it runs.")
  private @Nullable Double countdown;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "ISO time, or seconds from now, after which it does not run.")
  private @Nullable String expires;

  @Option(names = "--serializer", paramLabel = "NAME", description = "Format of the body.")
  private @Nullable String serializer;

  @Option(names = "--queue", paramLabel = "NAME", description = "Queue to send to.")
  private @Nullable String queue;

  @Option(names = "--exchange", paramLabel = "NAME", description = "Exchange to send to.")
  private @Nullable String exchange;

  @Option(names = "--routing-key", paramLabel = "KEY", description = "Routing key to send with.")
  private @Nullable String routingKey;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Mixin
  private final LogOption log = new LogOption();

  CallCommand() {}

  @Override
  public Integer call() {
    TaskSignature signature = signature();
    try (Celery app = parent().load()) {
      String id = app.send(signature).id();
      spec().commandLine().getOut().println(id);
      spec().commandLine().getOut().flush();
    }
    return 0;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  private TaskSignature signature() {
    Object positional = json("--args", args);
    Object named = json("--kwargs", kwargs);
    if (!(positional instanceof List<?> list)) {
      throw wrong("--args must be a JSON array, was " + args);
    }
    if (!(named instanceof Map<?, ?> map)) {
      throw wrong("--kwargs must be a JSON object, was " + kwargs);
    }
    return new TaskSignature(
        task, (List<@Nullable Object>) list, (Map<String, @Nullable Object>) map, options(), false);
  }

  private CallOptions options() {
    Double expiresIn = seconds(expires);
    return CallOptions.builder()
        .eta(eta == null ? null : time("--eta", eta))
        .countdown(countdown == null ? null : duration("--countdown", countdown))
        .expiresIn(expiresIn == null ? null : duration("--expires", expiresIn))
        .expires(expires == null || expiresIn != null ? null : time("--expires", expires))
        .serializer(serializer)
        .queue(queue)
        .exchange(exchange)
        .routingKey(routingKey)
        .replyTo(NO_ANSWER)
        .build();
  }

  private @Nullable Object json(String option, String text) {
    try {
      SerializerRegistry formats = SerializerRegistry.standard();
      return formats.decode(
          text.getBytes(StandardCharsets.UTF_8), JSON, "utf-8", formats.accept(List.of(JSON)));
    } catch (DecodeException e) {
      throw wrong(option + " is no JSON: " + e.getMessage());
    }
  }

  private Instant time(String option, String text) {
    try {
      return PyTime.parse(text);
    } catch (DateTimeException e) {
      throw wrong(option + " is no ISO time: " + text);
    }
  }

  private static @Nullable Double seconds(@Nullable String text) {
    try {
      return text == null ? null : Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private Duration duration(String option, double seconds) {
    if (!(Math.abs(seconds) <= Integer.MAX_VALUE)) {
      throw wrong(option + " is no number of seconds: " + seconds);
    }
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private CeleryCommand parent() {
    if (parent == null) {
      throw new IllegalStateException("picocli sets the parent");
    }
    return parent;
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec");
    }
    return spec;
  }
}
