package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A Redis of a test's own, to be killed, frozen and started again; its port and its data stay the
 * same. Every method returns when what it says has happened. Thread-safe.
 *
 * <p>Tests that do no harm use {@link Services#redis()}.
 */
public final class RedisServer implements AutoCloseable {

  private static final String IMAGE = "redis:7-alpine";
  private static final int IMAGE_PORT = 6379;
  private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final String PONG = "+PONG\r\n";

  private final TestServer server;

  private RedisServer(TestServer server) {
    this.server = server;
  }

  /**
   * Starts a server, as a local program or else in a container.
   *
   * <p>Where neither is possible the test is skipped, or fails if services are required.
   */
  public static RedisServer start() {
    return startIfPossible().orElseThrow(() -> Services.missing(Services.REDIS));
  }

  /** Starts a server; empty if this machine has neither the program nor Docker. */
  static Optional<RedisServer> startIfPossible() {
    int port = FreePorts.next();
    return LocalRedis.find(port)
        .or(
            () ->
                ContainerServer.find(
                    IMAGE, port, IMAGE_PORT, "redis-server", "--appendonly", "yes"))
        .map(control -> new RedisServer(new TestServer(control, port, RedisServer::greet)))
        .map(
            redis -> {
              redis.server.start();
              return redis;
            });
  }

  public int port() {
    return server.port();
  }

  /** The URL of database 0. */
  public URI uri() {
    return URI.create("redis://127.0.0.1:" + port() + "/0");
  }

  /** Ends the server in the orderly way. */
  public void stop() {
    server.control().stop();
  }

  /** Ends the server with {@code kill -9}; what it answered for survives. */
  public void kill() {
    server.control().kill();
  }

  /** Starts the server again after {@link #stop} or {@link #kill}, with its data. */
  public void startAgain() {
    server.start();
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
    return "RedisServer[" + port() + "]";
  }

  private static boolean greet(Socket socket) throws IOException {
    socket.getOutputStream().write(PING);
    byte[] answer = socket.getInputStream().readNBytes(PONG.length());
    return new String(answer, StandardCharsets.US_ASCII).equals(PONG);
  }
}
