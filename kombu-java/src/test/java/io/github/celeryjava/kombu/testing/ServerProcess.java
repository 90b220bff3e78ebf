package io.github.celeryjava.kombu.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that a test started and that cannot outlive this JVM's orderly end. The process is the
 * program itself, never a shell around it, so that signals reach it. Thread-safe.
 */
public final class ServerProcess {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final ProcessOutput output;

  private ServerProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.output = ProcessOutput.of(process.getInputStream(), name);
  }

  /** Starts what {@code builder} describes, with no input and with both outputs taken together. */
  public static ServerProcess start(String name, ProcessBuilder builder) {
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    try {
      Process process = builder.start();
      endWithThisJvm(process);
      return new ServerProcess(name, process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + builder.command(), e);
    }
  }

  /** Whether the program has not ended yet; a paused one is alive. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What the program writes. */
  public ProcessOutput output() {
    return output;
  }

  /** Asks the program to end and insists after a while. Returns when it has ended. */
  public void stop() {
    signal("CONT"); // a paused process does not act on any other signal
    process.destroy();
    if (!ended(STOP_LIMIT)) {
      kill();
    }
  }

  /**
   * Ends the program and those it started at once, with {@code kill -9}. Returns when it has ended.
   */
  public void kill() {
    killAll(process);
    if (!ended(STOP_LIMIT)) {
      throw new IllegalStateException(name + " survived kill -9 for " + STOP_LIMIT);
    }
  }

  /** Holds the program where it is, sockets open, until {@link #resume}. */
  public void pause() {
    signal("STOP");
  }

  /** Lets a paused program go on; does nothing to one that runs. */
  public void resume() {
    signal("CONT");
  }

  /** The tail of what the program wrote, headed by its name and state. */
  public String report() {
    String state = process.isAlive() ? "is running" : "ended with " + process.exitValue();
    return "%s (pid %d) %s; its last lines:%n%s".formatted(name, process.pid(), state, output);
  }

  /**
   * Runs a command that ends by itself and returns what it wrote.
   *
   * @throws IllegalStateException if it takes longer or ends with a code other than 0, with its
   *     last lines
   */
  public static String run(ProcessBuilder builder, Duration limit) {
    return start(builder.command().get(0), builder).result(limit);
  }

  /**
   * Waits for a program that ends by itself and returns what it wrote.
   *
   * @throws IllegalStateException if it takes longer or ends with a code other than 0, with its
   *     last lines
   */
  public String result(Duration limit) {
    if (!ended(limit)) {
      kill();
      throw new IllegalStateException("took longer than " + limit + ": " + report());
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(report());
    }
    try {
      output.awaitEnd();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return output.toString();
  }

  private void signal(String signal) {
    if (process.isAlive()) {
      String pid = Long.toString(process.pid());
      run(new ProcessBuilder("kill", "-" + signal, pid), Duration.ofSeconds(5));
    }
  }

  private static void killAll(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  private static void endWithThisJvm(Process process) {
    Thread hook = new Thread(() -> killAll(process), "end-" + process.pid());
    Runtime.getRuntime().addShutdownHook(hook);
    var unused =
        process.onExit().thenAccept(ended -> Runtime.getRuntime().removeShutdownHook(hook));
  }

  private boolean ended(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    process.destroyForcibly();
    return new IllegalStateException("interrupted while waiting for " + name + " to end", cause);
  }
}
