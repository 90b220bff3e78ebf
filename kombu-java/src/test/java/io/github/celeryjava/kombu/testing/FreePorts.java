package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports that stay ours while the server behind them is down. */
final class FreePorts {

  // Below the ports that systems hand to outgoing connections: a client that keeps reconnecting to
  // a dead server inside that range can be given the server's own port and then talks to itself.
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 31_999;

  private static final int ATTEMPTS = 200;

  private FreePorts() {}

  /** A port on which nothing listens on 127.0.0.1 at this moment. */
  static int next() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port found in %d to %d after %d attempts".formatted(LOWEST, HIGHEST, ATTEMPTS));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(loopback(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException("127.0.0.1", e);
    }
  }
}
