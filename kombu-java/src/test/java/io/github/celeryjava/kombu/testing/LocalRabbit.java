package io.github.celeryjava.kombu.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Runs RabbitMQ as a program of this machine and keeps it apart from any other: ports, node,
 * cookie, data and name server are its own.
 */
final class LocalRabbit {

  // The program itself comes first: the wrapper that Debian puts in the search path changes user.
  private static final List<String> CANDIDATES =
      List.of("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server");

  private final Path program;
  private final ServerFiles files = ServerFiles.create("rabbitmq");
  private final int distributionPort = FreePorts.next();
  private final int namePort = FreePorts.next();

  private LocalRabbit(Path program, int port, OptionalInt tlsPort) {
    this.program = program;
    files.write("enabled_plugins", tlsPort.isPresent() ? RabbitTls.PLUGINS : "[].");
    files.write("rabbitmq-env.conf", "");
    String configuration =
        """
        listeners.tcp.1 = 127.0.0.1:%d
        disk_free_limit.absolute = 1MB
        log.console = true
        log.file = false
        """
            .formatted(port);
    if (tlsPort.isPresent()) {
      RabbitTls.files().forEach(files::write);
      configuration += RabbitTls.configuration("127.0.0.1:" + tlsPort.getAsInt(), files.toString());
    }
    files.write("rabbitmq.conf", configuration);
  }

  /** Prepares a server for {@code port}; empty if the programs are not installed. */
  static Optional<ServerControl> find(int port, OptionalInt tlsPort) {
    Optional<Path> program = ServerFiles.firstProgram(CANDIDATES);
    Optional<Path> names = ServerFiles.firstProgram(List.of("epmd"));
    return program.flatMap(
        path -> names.map(epmd -> new LocalRabbit(path, port, tlsPort).control(epmd)));
  }

  private ServerControl control(Path epmd) {
    // Started here, since a name server that RabbitMQ starts outlives it.
    List<String> names =
        List.of(epmd.toString(), "-port", Integer.toString(namePort), "-address", "127.0.0.1");
    return new LocalServer(
        "rabbitmq-server", files, List.of(names), List.of("rabbitmq-server"), this::prepare);
  }

  private ProcessBuilder prepare(List<String> command) {
    List<String> words = new ArrayList<>(command);
    if (command.get(0).startsWith("rabbitmq")) {
      words.set(0, program.resolveSibling(command.get(0)).toString());
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("RABBITMQ_") || key.startsWith("ERL_"));
    environment.put("HOME", files.toString()); // where Erlang keeps its cookie
    // The script then becomes the server instead of watching it, so that signals reach the server.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    environment.put("ERL_EPMD_PORT", Integer.toString(namePort));
    environment.put("RABBITMQ_NODENAME", "rabbit@localhost");
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
    place(environment, "RABBITMQ_CONF_ENV_FILE", "rabbitmq-env.conf");
    place(environment, "RABBITMQ_CONFIG_FILE", "rabbitmq.conf");
    place(environment, "RABBITMQ_ADVANCED_CONFIG_FILE", "advanced.config");
    place(environment, "RABBITMQ_ENABLED_PLUGINS_FILE", "enabled_plugins");
    place(environment, "RABBITMQ_PLUGINS_EXPAND_DIR", "plugins");
    place(environment, "RABBITMQ_MNESIA_BASE", "data");
    place(environment, "RABBITMQ_LOG_BASE", "log");
    place(environment, "RABBITMQ_PID_FILE", "pid");
    return builder;
  }

  private void place(Map<String, String> environment, String variable, String file) {
    environment.put(variable, files.path(file).toString());
  }
}
