package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.celery.worker.pool.PoolKind;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code celery worker}: runs tasks until it is told to stop. */
@Command(name = "worker", description = "Start a worker.", mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {

  @ParentCommand private @Nullable CeleryCommand parent;
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-n", "--hostname"},
      paramLabel = "NAME",
      description = "Name of the node, name@host.")
  private @Nullable String hostname;

  @Option(
      names = {"-c", "--concurrency"},
      paramLabel = "N",
      description = "Tasks at a time; one for each processor unless set.")
  private @Nullable Integer concurrency;

  @Option(
      names = {"-P", "--pool"},
      paramLabel = "KIND",
      description = "threads, virtual or solo.")
  private @Nullable String pool;

  @Option(
      names = {"-Q", "--queues"},
      paramLabel = "NAMES",
      split = ",",
      description = "Queues to consume, separated by commas.")
  private List<String> queues = new ArrayList<>();

  @Option(
      names = {"-X", "--exclude-queues"},
      paramLabel = "NAMES",
      split = ",",
      description = "Queues of the app not to consume.")
  private List<String> excluded = new ArrayList<>();

  @Option(
      names = "--prefetch-multiplier",
      paramLabel = "N",
      description = "Messages taken ahead for each task that can run.")
  private @Nullable Integer prefetchMultiplier;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Mixin
  private final LogOption log = new LogOption();

  WorkerCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    WorkerOptions options = options();
    try (Celery app = parent().load()) {
      Worker worker = Worker.of(app, options);
      StopSignals signals = StopSignals.install(worker);
      banner(app, worker);
      worker.run();
      return signals.isCold() ? CeleryCommand.FAILED : 0;
    }
  }

  private WorkerOptions options() {
    try {
      return WorkerOptions.builder()
          .name(hostname)
          .concurrency(concurrency)
          .pool(pool == null ? null : PoolKind.of(pool))
          .queues(names(queues))
          .excludedQueues(names(excluded))
          .prefetchMultiplier(prefetchMultiplier)
          .build();
    } catch (IllegalArgumentException | ConfigurationException e) {
      throw new ParameterException(spec().commandLine(), e.getMessage(), e);
    }
  }

  /** People write a space after the comma, and a comma at the end. */
  private static List<String> names(List<String> given) {
    return given.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
  }

  private void banner(Celery app, Worker worker) {
    PrintWriter out = spec().commandLine().getOut();
    out.println();
    out.println(" -- " + worker.hostname() + " " + Version.text());
    out.println(" .> app:         " + app.name());
    out.println(" .> transport:   " + worker.broker());
    out.println(" .> results:     " + app.backend().description());
    out.println(" .> concurrency: " + worker.concurrency() + " (" + worker.poolName() + ")");
    out.println();
    out.println(" [queues]");
    for (Queue queue : worker.queues()) {
      out.println(
          " .> "
              + queue.name()
              + " exchange="
              + queue.exchange().name()
              + "("
              + queue.exchange().type()
              + ") key="
              + queue.routingKey());
    }
    out.println();
    out.println(" [tasks]");
    app.tasks().names().forEach(task -> out.println("  . " + task));
    out.println();
    out.flush();
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
