package io.github.celeryjava.kombu.testing;

import io.github.celeryjava.kombu.testing.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a {@link FaultProxy}: two sockets and a thread for each direction. */
final class ProxyLink {

  /** What a link asks of the proxy it belongs to. */
  interface Owner {

    void resetAll();

    void ended(ProxyLink link);
  }

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int PIECE = 64 * 1024;

  private final Socket client;
  private final Socket server = new Socket();
  private final TrafficRules rules;
  private final Owner owner;
  private final AtomicInteger carriers = new AtomicInteger(2);

  // Mutable state
  private volatile boolean ended;
  private volatile boolean finished; // rather than reset
  private volatile boolean lostBytes;
  private volatile boolean forgotten;

  ProxyLink(Socket client, TrafficRules rules, Owner owner) {
    this.client = client;
    this.rules = rules;
    this.owner = owner;
  }

  /** Connects to the server and carries data until both sides are done, on threads of its own. */
  void start(InetSocketAddress target, String name) {
    startThread(name + "-to-server", () -> connectAndCarry(target, name));
  }

  /** Whether bytes of this connection were swallowed, so that it can never be of use again. */
  boolean hasLostBytes() {
    return lostBytes;
  }

  /** Breaks both sides with a TCP reset. */
  void reset() {
    ended = true;
    rules.wake();
    resetSocket(client);
    resetSocket(server);
    owner.ended(this);
  }

  /** Lets nothing through any more, without either side noticing. */
  void forget() {
    forgotten = true;
    lostBytes = true; // or will be, with the first that is sent
  }

  /** Ends the stream on both sides; what the peers still send goes nowhere. */
  void finish() {
    finished = true;
    ended = true;
    rules.wake();
    endStream(client);
    endStream(server);
  }

  private void connectAndCarry(InetSocketAddress target, String name) {
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target, CONNECT_TIMEOUT_MILLIS);
    } catch (IOException unreachable) {
      breakOff(Direction.TO_CLIENT);
      return;
    }
    if (finished) { // before there was a stream to end
      endStream(server);
    }
    startThread(name + "-to-client", () -> carry(server, client, Direction.TO_CLIENT));
    carry(client, server, Direction.TO_SERVER);
  }

  private void carry(Socket from, Socket to, Direction direction) {
    try {
      byte[] piece = new byte[PIECE];
      int length;
      while ((length = from.getInputStream().read(piece)) >= 0) {
        pass(piece, length, to, direction);
      }
      rules.awaitEnd(direction, () -> ended);
      if (!forgotten || ended) {
        endStream(to);
      }
    } catch (IOException broken) {
      breakOff(direction);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the threads of a proxy", e);
    }
    if (carriers.decrementAndGet() == 0) {
      FaultProxy.closeQuietly(client);
      FaultProxy.closeQuietly(server);
      owner.ended(this);
    }
  }

  private void pass(byte[] piece, int length, Socket to, Direction direction)
      throws IOException, InterruptedException {
    int done = 0;
    while (done < length) {
      TrafficRules.Grant grant = rules.await(direction, length - done, () -> ended);
      if (grant.handOn() && !forgotten) {
        to.getOutputStream().write(piece, done, grant.bytes());
      } else {
        lostBytes = true;
      }
      if (grant.thenReset()) {
        owner.resetAll();
      }
      done += grant.bytes();
    }
  }

  /** A side that died in a stalled network is not noticed by the other until it is resumed. */
  private void breakOff(Direction direction) {
    try {
      rules.awaitEnd(direction, () -> ended);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the threads of a proxy", e);
    }
    if (!ended && !forgotten) {
      reset();
    }
  }

  private static void resetSocket(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException alreadyClosed) {
      return;
    }
    FaultProxy.closeQuietly(socket);
  }

  private static void endStream(Socket socket) {
    try {
      socket.shutdownOutput();
    } catch (IOException alreadyEnded) {
      // The other side will notice without our help.
    }
  }

  private static void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
