package io.github.celeryjava.kombu.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A server that is a program of this machine, with a folder of its own. Thread-safe. */
final class LocalServer implements ServerControl {

  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final ServerFiles files;
  private final List<List<String>> companions;
  private final List<String> command;
  private final Function<List<String>, ProcessBuilder> prepare;

  // Mutable state, guarded by this
  private final List<ServerProcess> companionsRunning = new ArrayList<>();
  private Optional<ServerProcess> server = Optional.empty();

  /**
   * @param companions commands that run from the first start until the data is discarded
   * @param command what starts the server; must stay in the foreground
   * @param prepare gives a command its environment
   */
  LocalServer(
      String name,
      ServerFiles files,
      List<List<String>> companions,
      List<String> command,
      Function<List<String>, ProcessBuilder> prepare) {
    this.name = name;
    this.files = files;
    this.companions = companions;
    this.command = command;
    this.prepare = prepare;
  }

  @Override
  public synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " is running already");
    }
    if (companionsRunning.isEmpty()) {
      for (List<String> companion : companions) {
        companionsRunning.add(ServerProcess.start(companion.get(0), prepare.apply(companion)));
      }
    }
    server = Optional.of(ServerProcess.start(name, prepare.apply(command)));
  }

  @Override
  public synchronized void stop() {
    server.ifPresent(ServerProcess::stop);
  }

  @Override
  public synchronized void kill() {
    server.ifPresent(ServerProcess::kill);
  }

  @Override
  public synchronized void pause() {
    server.ifPresent(ServerProcess::pause);
  }

  @Override
  public synchronized void resume() {
    server.ifPresent(ServerProcess::resume);
  }

  @Override
  public synchronized boolean isAlive() {
    return server.filter(ServerProcess::isAlive).isPresent();
  }

  @Override
  public String run(List<String> administration) {
    return ServerProcess.run(prepare.apply(administration), COMMAND_LIMIT);
  }

  @Override
  public synchronized String report() {
    return server.map(ServerProcess::report).orElse(name + " was not started");
  }

  @Override
  public synchronized void discard() {
    server.ifPresent(ServerProcess::kill);
    companionsRunning.forEach(ServerProcess::kill);
    files.delete();
  }
}
