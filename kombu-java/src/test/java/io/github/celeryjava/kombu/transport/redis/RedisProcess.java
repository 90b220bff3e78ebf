package io.github.celeryjava.kombu.transport.redis;

import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.testing.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A Redis or a sentinel with a configuration of the test's own, as a program of this machine. */
final class RedisProcess implements AutoCloseable {

  private final int port;
  private final Path folder;
  private final ServerProcess process;

  private RedisProcess(int port, Path folder, ServerProcess process) {
    this.port = port;
    this.folder = folder;
    this.process = process;
  }

  /** A server, with more lines of configuration; "%s" in them is its folder. */
  static RedisProcess server(String... lines) {
    return start("redis-server", List.of(), lines);
  }

  /** A sentinel. */
  static RedisProcess sentinel(String... lines) {
    return start("sentinel", List.of("--sentinel"), lines);
  }

  private static RedisProcess start(String name, List<String> options, String... lines) {
    if (Stream.of(System.getenv("PATH").split(":"))
        .noneMatch(path -> Files.isExecutable(Path.of(path, "redis-server")))) {
      throw Services.missing("redis-server", "install the package redis-server");
    }
    try {
      int port = freePort();
      Path folder = Files.createTempDirectory("celery-java-" + name);
      Path configuration = folder.resolve("redis.conf");
      String own = "port " + port + "\nbind 127.0.0.1\ndir " + folder + "\nsave \"\"\n";
      Files.writeString(configuration, own + String.join("\n", lines).formatted(folder) + "\n");
      ProcessBuilder command = new ProcessBuilder("redis-server", configuration.toString());
      command.command().addAll(options);
      RedisProcess started = new RedisProcess(port, folder, ServerProcess.start(name, command));
      await(name).atMost(Duration.ofSeconds(20)).until(started::answers);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  Path folder() {
    return folder;
  }

  Jedis client() {
    return new Jedis("127.0.0.1", port);
  }

  void kill() {
    process.kill();
  }

  private boolean answers() {
    try (Jedis jedis = client()) {
      jedis.ping();
      return true;
    } catch (JedisException e) {
      return String.valueOf(e.getMessage()).startsWith("NOAUTH");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.kill();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    folder.toFile().delete();
  }
}
