package io.github.celeryjava.interop;

import io.github.celeryjava.kombu.testing.ProcessOutput;
import io.github.celeryjava.kombu.testing.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A running {@code celery worker} with the tasks of {@code tasks.py}: prefork with two processes,
 * log level INFO, without gossip, mingling and heartbeats, unless the options say otherwise.
 * Thread-safe.
 */
public final class PythonWorker implements AutoCloseable {

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final String nodeName;
  private final ServerProcess process;

  private PythonWorker(String nodeName, ServerProcess process) {
    this.nodeName = nodeName;
    this.process = process;
  }

  /**
   * Starts a worker and returns when it consumes.
   *
   * @throws IllegalStateException if it ends or takes too long, with its last lines
   */
  static PythonWorker start(PythonPeer peer, PeerSetup setup) throws InterruptedException {
    String nodeName = "peer-" + UUID.randomUUID() + "@localhost";
    List<String> arguments =
        new ArrayList<>(List.of("--loglevel=INFO", "--concurrency=2", "--hostname=" + nodeName));
    arguments.addAll(List.of("--without-gossip", "--without-mingle", "--without-heartbeat"));
    arguments.addAll(setup.workerOptions());
    ProcessBuilder command = peer.script("worker.py", arguments.toArray(String[]::new));
    setup.applyTo(command.environment());
    PythonWorker worker =
        new PythonWorker(nodeName, ServerProcess.start("worker of " + peer, command));
    if (!worker.output().awaitLine(line -> line.endsWith(" ready."), READY_LIMIT)) {
      worker.kill();
      throw new IllegalStateException("not ready: " + worker.report());
    }
    return worker;
  }

  /** As in {@code celery inspect --destination}. */
  public String nodeName() {
    return nodeName;
  }

  /** Its log. */
  public ProcessOutput output() {
    return process.output();
  }

  /** Warm shutdown: running tasks end first, for at most 20 s. */
  public void stop() {
    process.stop();
  }

  /** {@code kill -9} for the worker and its child processes. */
  public void kill() {
    process.kill();
  }

  /** Freezes the main process. */
  public void pause() {
    process.pause();
  }

  /** Ends a {@link #pause}. */
  public void resume() {
    process.resume();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** State and last lines of log, for the message of a failure. */
  public String report() {
    return process.report();
  }

  /** Kills, since a warm shutdown of Celery takes seconds even when nothing is left to do. */
  @Override
  public void close() {
    kill();
  }
}
