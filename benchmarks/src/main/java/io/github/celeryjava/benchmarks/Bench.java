package io.github.celeryjava.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Runs the comparisons, the two sides in turn, and prints a line a figure. Run by {@code
 * bin/bench}.
 */
final class Bench {

  private static final int PAIRS = Integer.getInteger("bench.pairs", 7);
  private static final int TASKS = Integer.getInteger("bench.tasks", 20_000);
  private static final int CONFIRMED = Integer.getInteger("bench.confirmed", 4_000);
  private static final int PYTHON_TASKS = Integer.getInteger("bench.python", 4_000);
  private static final int REDIS_MESSAGES = Integer.getInteger("bench.redis", 10_000);
  private static final int PYTHON_PAIRS = 3;

  private final Peer bare;
  private final Peer project;
  private final Peer python;
  private final Map<Figure, Ratios> figures = new EnumMap<>(Figure.class);

  private Bench(Peer bare, Peer project, Peer python) {
    this.bare = bare;
    this.project = project;
    this.python = python;
  }

  /**
   * Runs everything; the exit code is 0 if every target was reached.
   *
   * @param args the broker's URL, the Python with Celery, the script of the Python side, the file
   *     for the table, the versions of all of them, the URL of a Redis, the script of Python's
   *     kombu
   */
  public static void main(String[] args) throws Exception {
    String url = args[0];
    try (Peer project = Peer.java(ProjectRole.class, url);
        Peer bare = Peer.java(BareRole.class, url);
        Peer python = Peer.python(args[1], Path.of(args[2]), url)) {
      Bench bench = new Bench(bare, project, python);
      bench.run();
      bench.transports(args);
      bench.writeTable(Path.of(args[3]), args[4]);
      System.exit(bench.allReached() ? 0 : 1);
    }
  }

  private void run() throws IOException {
    project.run("sample");
    bare.run("sample");
    warm();
    pipeline();
    confirmed();
    worker();
    python();
  }

  private void transports(String[] args) throws IOException {
    try (Peer ours = Peer.java(TransportRole.class, args[0])) {
      new TransportBench(PAIRS, TASKS, this::report).againstBareClient(bare, ours);
    }
    try (Peer ours = Peer.java(TransportRole.class, args[5]);
        Peer kombu = Peer.python(args[1], Path.of(args[6]), args[5])) {
      new TransportBench(PAIRS, REDIS_MESSAGES, this::report).againstPython(kombu, ours);
    }
  }

  private void warm() throws IOException {
    for (int i = 0; i < 3; i++) {
      bare.run("pipeline " + TASKS);
      project.run("consume " + TASKS);
      project.run("pipeline " + TASKS);
      bare.run("consume " + TASKS);
    }
    bare.run("confirmed 16 " + CONFIRMED);
    project.run("confirmed 16 " + CONFIRMED);
    bare.run("consume " + 2 * CONFIRMED);
  }

  private void pipeline() throws IOException {
    double[] cpu = new double[PAIRS];
    double[] rate = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      Measure theirs = bare.run("pipeline " + TASKS);
      bare.run("consume " + TASKS);
      Measure ours = project.run("pipeline " + TASKS);
      bare.run("consume " + TASKS);
      cpu[i] = ours.cpu() / theirs.cpu();
      rate[i] = theirs.seconds() / ours.seconds();
    }
    report(Figure.F1, Ratios.of(cpu));
    report(Figure.F2, Ratios.of(rate));
  }

  private void confirmed() throws IOException {
    Ratios one = confirmed(1, CONFIRMED / 4);
    Ratios sixteen = confirmed(16, CONFIRMED);
    System.out.println("   1 thread " + one + ", 16 threads " + sixteen);
    report(Figure.F3, Figure.F3.worse(one, sixteen));
  }

  private Ratios confirmed(int threads, int count) throws IOException {
    String command = "confirmed " + threads + " " + count;
    double[] rate = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      Measure theirs = bare.run(command);
      Measure ours = project.run(command);
      bare.run("consume " + 2 * count);
      rate[i] = theirs.seconds() / ours.seconds();
    }
    return Ratios.of(rate);
  }

  private void worker() throws IOException {
    double[] cpu = new double[PAIRS];
    double[] rate = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      bare.run("pipeline " + TASKS);
      Measure theirs = bare.run("consume " + TASKS);
      bare.run("pipeline " + TASKS);
      Measure ours = project.run("consume " + TASKS);
      cpu[i] = ours.cpu() / theirs.cpu();
      rate[i] = theirs.seconds() / ours.seconds();
    }
    report(Figure.F4, Ratios.of(rate));
    report(Figure.F5, Ratios.of(cpu));
  }

  private void python() throws IOException {
    Ratios publish = againstPython("pipeline " + PYTHON_TASKS, true);
    Ratios consume = againstPython("consume " + PYTHON_TASKS, false);
    System.out.println("   publish " + publish + ", worker " + consume);
    report(Figure.F6, Figure.F6.worse(publish, consume));
  }

  private Ratios againstPython(String command, boolean publishes) throws IOException {
    ToDoubleFunction<Measure> cpu = Measure::cpu;
    double[] ratios = new double[PYTHON_PAIRS];
    for (int i = 0; i < PYTHON_PAIRS; i++) {
      double theirs = cpu.applyAsDouble(runEmptying(python, command, publishes));
      double ours = cpu.applyAsDouble(runEmptying(project, command, publishes));
      ratios[i] = ours / theirs;
    }
    return Ratios.of(ratios);
  }

  /** Runs with as many tasks in the queue as the command needs, and leaves none. */
  private Measure runEmptying(Peer peer, String command, boolean publishes) throws IOException {
    if (publishes) {
      Measure measure = peer.run(command);
      bare.run("consume " + PYTHON_TASKS);
      return measure;
    }
    bare.run("pipeline " + PYTHON_TASKS);
    return peer.run(command);
  }

  private void report(Figure figure, Ratios ratios) {
    figures.put(figure, ratios);
    System.out.println(figure.line(ratios));
    System.out.flush();
  }

  private boolean allReached() {
    return figures.entrySet().stream()
        .allMatch(entry -> entry.getKey().isReached(entry.getValue()));
  }

  private void writeTable(Path file, String versions) throws IOException {
    StringBuilder table = new StringBuilder();
    table
        .append("# Benchmarks\n\nMade by `bin/bench`; ")
        .append(PAIRS)
        .append(" pairs of runs a figure, both sides warmed and taking turns, the median with the")
        .append(" least and the most. Durable queue, persistent messages, one connection.\n\n")
        .append(versions)
        .append(", Java ")
        .append(Runtime.version())
        .append(", ")
        .append(Runtime.getRuntime().availableProcessors())
        .append(" processors, ")
        .append(TASKS)
        .append(" tasks a run.\n\n| id | what | measured | target | |\n|---|---|---|---|---|\n");
    figures.forEach(
        (figure, ratios) ->
            table
                .append("| ")
                .append(figure.name())
                .append(" | ")
                .append(figure.what())
                .append(" | ")
                .append(ratios)
                .append(" | ")
                .append(figure.target())
                .append(figure.isReached(ratios) ? " | ok |\n" : " | missed |\n"));
    Files.writeString(file, table);
  }
}
