package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@link RabbitServer} and {@link RedisServer} have in common: one port, and being ready only
 * when the server speaks its protocol.
 */
final class TestServer {

  /** How a client finds out whether a server serves. */
  @FunctionalInterface
  interface Greeting {

    /**
     * Talks to a server that has just accepted the connection; true if it answered as it should.
     */
    boolean answers(Socket socket) throws IOException;
  }

  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);
  private static final int ANSWER_LIMIT_MILLIS = 2_000;

  private final ServerControl control;
  private final int port;
  private final Greeting greeting;

  TestServer(ServerControl control, int port, Greeting greeting) {
    this.control = control;
    this.port = port;
    this.greeting = greeting;
  }

  int port() {
    return port;
  }

  ServerControl control() {
    return control;
  }

  /** Starts the server and returns when it serves. */
  void start() {
    control.start();
    awaitReady();
  }

  /** Returns when the server serves, at once if it does already. */
  void awaitReady() {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!serves()) {
      if (!control.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("server not ready: " + control.report());
      }
      LockSupport.parkNanos(PROBE_INTERVAL.toNanos());
    }
  }

  /** Whether the server answers a client at this moment; takes 2 s to say that it does not. */
  boolean serves() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(FreePorts.loopback(), port), ANSWER_LIMIT_MILLIS);
      socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
      return greeting.answers(socket);
    } catch (IOException notYet) {
      return false;
    }
  }
}
