package io.github.celeryjava.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/**
 * One side of a comparison, in a process of its own that takes commands from its input, a line
 * each, and answers each with a {@link Measure}.
 */
abstract class Role {

  static final String QUEUE = "bench";
  static final String SAMPLE_QUEUE = "bench.sample";
  static final int SLOTS = 8;
  static final int PREFETCH = SLOTS * 4;

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** A piece of work to be measured. */
  interface Work {
    void run() throws Exception;
  }

  /** Publishes {@code count} tasks in a pipeline, all confirmed at the end. */
  abstract void pipeline(int count) throws Exception;

  /** Publishes {@code count} tasks from some threads, each waiting for each confirm. */
  abstract void confirmed(int threads, int count) throws Exception;

  /** Takes and acknowledges {@code count} tasks that are there already. */
  abstract void consume(int count) throws Exception;

  /** Leaves one message in the sample queue, or takes it from there. */
  abstract void sample() throws Exception;

  /** Serves until the input ends, then ends the process, threads of drivers or not. */
  static void serve(Callable<? extends Role> opening) {
    int code = 0;
    try {
      Role role = opening.call();
      role.serve();
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    System.exit(code);
  }

  private void serve() throws Exception {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(measure(command(line)).line());
        System.out.flush();
      }
    }
  }

  private Work command(String line) throws IOException {
    String[] words = line.split(" ", -1);
    return switch (words[0]) {
      case "sample" -> this::sample;
      case "pipeline" -> () -> pipeline(Integer.parseInt(words[1]));
      case "confirmed" -> () -> confirmed(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "consume" -> () -> consume(Integer.parseInt(words[1]));
      default -> throw new IOException("unknown command: " + line);
    };
  }

  private Measure measure(Work work) throws Exception {
    long start = System.nanoTime();
    long cpu = system.getProcessCpuTime();
    work.run();
    return new Measure((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
  }

  /** Runs {@code work} on some threads at once and waits for all. */
  static void onThreads(int threads, Work work) throws InterruptedException {
    Thread[] running = new Thread[threads];
    Throwable[] failures = new Throwable[threads];
    for (int i = 0; i < threads; i++) {
      int own = i;
      running[i] =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (Exception e) {
                  failures[own] = e;
                }
              },
              "bench-" + i);
      running[i].start();
    }
    for (int i = 0; i < threads; i++) {
      running[i].join();
      if (failures[i] != null) {
        throw new IllegalStateException("a publishing thread failed", failures[i]);
      }
    }
  }
}
