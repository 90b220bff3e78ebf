package io.github.celeryjava.kombu.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs Redis as a program of this machine, with data of its own that survives a kill. */
final class LocalRedis {

  private LocalRedis() {}

  /** Prepares a server for {@code port}; empty if the program is not installed. */
  static Optional<ServerControl> find(int port) {
    return ServerFiles.firstProgram(List.of("redis-server")).map(path -> control(path, port));
  }

  private static ServerControl control(Path program, int port) {
    ServerFiles files = ServerFiles.create("redis");
    Path configuration =
        files.write(
            "redis.conf",
            """
            port %d
            bind 127.0.0.1
            dir "%s"
            save ""
            appendonly yes
            """
                .formatted(port, files));
    List<String> command = List.of(program.toString(), configuration.toString());
    return new LocalServer("redis-server", files, List.of(), command, ProcessBuilder::new);
  }
}
