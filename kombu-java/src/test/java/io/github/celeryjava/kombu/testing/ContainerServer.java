package io.github.celeryjava.kombu.testing;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A server in a container, for machines with Docker and without the program. Thread-safe. */
final class ContainerServer implements ServerControl {

  private final GenericContainer<?> container;

  private ContainerServer(GenericContainer<?> container) {
    this.container = container;
  }

  /**
   * Prepares a container that shows {@code innerPort} as {@code port} of 127.0.0.1; empty if no
   * Docker answers.
   */
  static Optional<ServerControl> find(String image, int port, int innerPort, String... command) {
    return find(image, Map.of(port, innerPort), Map.of(), command);
  }

  /**
   * The same with several ports and with files of one's own.
   *
   * @param ports inner ones by those of 127.0.0.1
   * @param files contents by absolute path
   */
  static Optional<ServerControl> find(
      String image, Map<Integer, Integer> ports, Map<String, String> files, String... command) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return Optional.empty();
    }
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image));
    // A fixed port, since Docker gives a container that is started again another one.
    container.setPortBindings(
        ports.entrySet().stream()
            .map(port -> "127.0.0.1:%d:%d/tcp".formatted(port.getKey(), port.getValue()))
            .toList());
    files.forEach(
        (path, content) -> container.withCopyToContainer(Transferable.of(content, 0644), path));
    if (command.length > 0) {
      container.setCommand(command);
    }
    return Optional.of(new ContainerServer(container));
  }

  @Override
  public synchronized void start() {
    if (container.getContainerId() == null) {
      container.start();
    } else {
      docker().startContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public synchronized void stop() {
    docker().stopContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public synchronized void kill() {
    docker().killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public synchronized void pause() {
    docker().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public synchronized void resume() {
    docker().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public synchronized boolean isAlive() {
    return container.getContainerId() != null && container.isRunning();
  }

  @Override
  public String run(List<String> command) {
    try {
      ExecResult result = container.execInContainer(command.toArray(String[]::new));
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(command + " failed: " + result);
      }
      return result.getStdout().strip();
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }

  @Override
  public synchronized String report() {
    return container.getDockerImageName() + ", its log:\n" + container.getLogs();
  }

  @Override
  public synchronized void discard() {
    container.stop();
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }
}
