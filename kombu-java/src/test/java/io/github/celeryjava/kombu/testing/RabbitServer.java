package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A RabbitMQ of a test's own, to be killed, frozen and started again; its port and its data stay
 * the same. Every method returns when what it says has happened. Thread-safe.
 *
 * <p>Starting takes some seconds: tests that do no harm use {@link Services#amqp()}.
 */
public final class RabbitServer implements AutoCloseable {

  private static final String IMAGE = "rabbitmq:3.13-alpine";
  private static final int IMAGE_PORT = 5672;
  private static final int IMAGE_TLS_PORT = 5671;
  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int METHOD_FRAME = 1;

  private final TestServer server;
  private final OptionalInt tlsPort;

  private RabbitServer(TestServer server, OptionalInt tlsPort) {
    this.server = server;
    this.tlsPort = tlsPort;
  }

  /**
   * Starts a server, as a local program or else in a container.
   *
   * <p>Where neither is possible the test is skipped, or fails if services are required.
   */
  public static RabbitServer start() {
    return startIfPossible().orElseThrow(() -> Services.missing(Services.RABBITMQ));
  }

  /**
   * Starts a server that speaks TLS too, on {@link #tlsPort}, with the certificate {@code
   * /tls/server.pem}, and to whose users {@code client} belongs, who logs in by the certificate
   * {@code /tls/signed.pem}.
   */
  public static RabbitServer startWithTls() {
    RabbitServer rabbit =
        startIfPossible(OptionalInt.of(FreePorts.next()))
            .orElseThrow(() -> Services.missing(Services.RABBITMQ));
    rabbit.ctl("add_user", "client", "only the certificate logs in");
    rabbit.ctl("set_permissions", "client", ".*", ".*", ".*");
    return rabbit;
  }

  /** Starts a server; empty if this machine has neither the program nor Docker. */
  static Optional<RabbitServer> startIfPossible() {
    return startIfPossible(OptionalInt.empty());
  }

  private static Optional<RabbitServer> startIfPossible(OptionalInt tlsPort) {
    int port = FreePorts.next();
    return LocalRabbit.find(port, tlsPort)
        .or(() -> container(port, tlsPort))
        .map(control -> new TestServer(control, port, RabbitServer::greet))
        .map(
            server -> {
              server.start();
              return new RabbitServer(server, tlsPort);
            });
  }

  private static Optional<ServerControl> container(int port, OptionalInt tlsPort) {
    if (tlsPort.isEmpty()) {
      return ContainerServer.find(IMAGE, port, IMAGE_PORT);
    }
    String folder = "/etc/rabbitmq/";
    Map<String, String> files = new HashMap<>();
    RabbitTls.files().forEach((name, content) -> files.put(folder + name, content));
    files.put(
        folder + "conf.d/20-tls.conf",
        RabbitTls.configuration(Integer.toString(IMAGE_TLS_PORT), "/etc/rabbitmq"));
    files.put(folder + "enabled_plugins", RabbitTls.PLUGINS);
    return ContainerServer.find(
        IMAGE, Map.of(port, IMAGE_PORT, tlsPort.getAsInt(), IMAGE_TLS_PORT), files);
  }

  public int port() {
    return server.port();
  }

  /** The port for TLS of a server that was started {@linkplain #startWithTls with} it. */
  public int tlsPort() {
    return tlsPort.orElseThrow();
  }

  /** The URL of the virtual host {@code /} for the user {@code guest}. */
  public URI uri() {
    return URI.create("amqp://guest:guest@127.0.0.1:" + port() + "/%2F");
  }

  /** Ends the server in the orderly way. */
  public void stop() {
    server.control().stop();
  }

  /**
   * Ends the server with {@code kill -9}. Confirmed messages survive in queues that do: what was
   * declared within the last two seconds is lost, unless {@link #syncDeclarations} was called.
   */
  public void kill() {
    server.control().kill();
  }

  /** Starts the server again after {@link #stop} or {@link #kill}. */
  public void startAgain() {
    server.start();
  }

  /**
   * Has the server write to disk what was declared so far. It answers a declaration before that,
   * and its log of declarations (Mnesia's) reaches the disk two seconds later; messages reach it
   * sooner.
   */
  public void syncDeclarations() {
    ctl("eval", "mnesia:sync_log().");
  }

  /** Freezes the server: connections stay open, nothing is answered. */
  public void pause() {
    server.control().pause();
  }

  /** Ends a {@link #pause}. */
  public void resume() {
    server.control().resume();
    server.awaitReady();
  }

  /** Whether the server answers a client at this moment; takes up to 2 s to say no. */
  public boolean serves() {
    return server.serves();
  }

  /**
   * Runs {@code rabbitmqctl} for this server, with {@code --quiet}, and returns what it wrote.
   *
   * @throws IllegalStateException if the command fails, with its output
   */
  public String ctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("rabbitmqctl", "--quiet"));
    command.addAll(Arrays.asList(arguments));
    return server.control().run(command);
  }

  /** The server's state and last lines of log, for the message of a failure. */
  public String report() {
    return server.control().report();
  }

  /** Ends the server and deletes its data. */
  @Override
  public void close() {
    server.control().discard();
  }

  @Override
  public String toString() {
    return "RabbitServer[" + port() + "]";
  }

  private static boolean greet(Socket socket) throws IOException {
    socket.getOutputStream().write(PROTOCOL_HEADER);
    return socket.getInputStream().read() == METHOD_FRAME;
  }
}
