package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy between a client and a server under test that breaks connections on demand. Every
 * method may be called from any thread; a change of rules applies at once, to present and later
 * connections, in the middle of what is being transferred.
 *
 * <p>It starts out passing everything. What is broken stays broken until {@link #restore}, {@link
 * #resume} or {@link #accept} says otherwise.
 */
public final class FaultProxy implements AutoCloseable {

  /** The way a byte travels. */
  public enum Direction {
    /** From the client that connected to the proxy to the server behind it. */
    TO_SERVER,
    /** From the server to the client. */
    TO_CLIENT
  }

  private final URI server;
  private final InetSocketAddress target;
  private final int port = FreePorts.next();
  private final TrafficRules rules = new TrafficRules();
  private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  private final ProxyLink.Owner owner =
      new ProxyLink.Owner() {
        @Override
        public void resetAll() {
          reset();
        }

        @Override
        public void ended(ProxyLink link) {
          links.remove(link);
        }
      };

  // Mutable state
  private ServerSocket listener; // guarded by this
  private Thread acceptor; // guarded by this
  private volatile boolean closed;

  private FaultProxy(URI server) throws IOException {
    this.server = server;
    this.target = new InetSocketAddress(InetAddress.getByName(server.getHost()), server.getPort());
    listen();
  }

  /**
   * A proxy in front of a server, already listening on a free port of 127.0.0.1.
   *
   * @param server any URL with a host and a port; nothing needs to listen there yet
   */
  public static FaultProxy to(URI server) {
    try {
      return new FaultProxy(server);
    } catch (IOException e) {
      throw new UncheckedIOException("no proxy to " + server.getHost(), e);
    }
  }

  /** The server's URL with this proxy's host and port in place of the server's own. */
  public URI uri() {
    String user = server.getRawUserInfo() == null ? "" : server.getRawUserInfo() + "@";
    String query = server.getRawQuery() == null ? "" : "?" + server.getRawQuery();
    return URI.create(
        server.getScheme() + "://" + user + "127.0.0.1:" + port + server.getRawPath() + query);
  }

  /** The port clients connect to, on 127.0.0.1; the same for the life of the proxy. */
  public int port() {
    return port;
  }

  /** How many clients have connected since the proxy was made. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open through the proxy at this moment. */
  public int open() {
    return links.size();
  }

  /** How many bytes have been handed on in {@code direction} since the proxy was made. */
  public long transferred(Direction direction) {
    return rules.transferred(direction);
  }

  /** Breaks every open connection with a reset, on both sides. New ones are still accepted. */
  public void reset() {
    // The copy keeps out a client that sees the first reset and at once connects again.
    List.copyOf(links).forEach(ProxyLink::reset);
  }

  /**
   * Ends every open connection as a peer that closes does, on both sides, without waiting for bytes
   * in transit. New ones are still accepted.
   */
  public void finish() {
    List.copyOf(links).forEach(ProxyLink::finish);
  }

  /** Refuses new connections, as if nothing listened. Open ones go on. */
  public synchronized void refuse() {
    closeQuietly(listener);
    try {
      acceptor.join(); // until then the system goes on accepting for it, and holds the port
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Accepts connections again after {@link #refuse}. */
  public synchronized void accept() {
    if (listener.isClosed()) {
      try {
        listen();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot listen again on " + port, e);
      }
    }
  }

  /**
   * Holds back all bytes, and the end of the stream, in the given directions; both if none is
   * given. Connections stay open, new ones are accepted, and what a peer sends waits in the
   * system's buffers until they are full. Nothing is lost.
   */
  public void stall(Direction... directions) {
    rules.stall(directionsOrBoth(directions));
  }

  /** Lets go on what {@link #stall} holds back, in all directions. */
  public void resume() {
    rules.resume();
  }

  /**
   * Takes all bytes in the given directions, both if none is given, and hands none on, so that a
   * peer believes they were sent. What is taken is lost: the connections are of no use afterwards.
   */
  public void swallow(Direction... directions) {
    rules.swallow(directionsOrBoth(directions));
  }

  /**
   * Forgets the open connections, as a router does that was restarted: what their peers send is
   * lost, and neither hears of it nor of the other's end. New connections pass.
   */
  public void forget() {
    List.copyOf(links).forEach(ProxyLink::forget);
  }

  /**
   * Limits each direction to so many bytes per second, all connections taken together.
   *
   * @param bytesPerSecond at least 1
   */
  public void slowDown(int bytesPerSecond) {
    rules.slowDown(bytesPerSecond);
  }

  /**
   * Hands on exactly so many more bytes in {@code direction}, counted over all connections, then
   * resets every connection. Connections made after that pass again.
   *
   * @param bytes 0 or more; 0 resets at the next byte that arrives
   */
  public void resetAfter(long bytes, Direction direction) {
    rules.resetAfter(bytes, direction);
  }

  /**
   * Passes everything again and accepts connections; those that were broken stay broken, and those
   * that lost bytes are reset.
   */
  public void restore() {
    links.stream().filter(ProxyLink::hasLostBytes).forEach(ProxyLink::reset);
    rules.passAll();
    accept();
  }

  /** Stops listening and resets every connection. */
  @Override
  public void close() {
    closed = true;
    refuse();
    rules.passAll();
    reset();
  }

  @Override
  public String toString() {
    return "FaultProxy[" + port + " to " + target + ", " + open() + " open, " + rules + "]";
  }

  private static Set<Direction> directionsOrBoth(Direction... directions) {
    return Set.copyOf(List.of(directions.length == 0 ? Direction.values() : directions));
  }

  private synchronized void listen() throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(FreePorts.loopback(), port), 256);
    } catch (IOException e) {
      closeQuietly(socket);
      throw e;
    }
    listener = socket;
    acceptor = new Thread(() -> acceptAll(socket), "fault-proxy-" + port);
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private void acceptAll(ServerSocket socket) {
    while (true) {
      Socket client;
      try {
        client = socket.accept();
      } catch (IOException noLongerListening) {
        return;
      }
      ProxyLink link = new ProxyLink(client, rules, owner);
      links.add(link);
      link.start(target, "fault-proxy-" + port + "-" + accepted.incrementAndGet());
      if (closed) {
        link.reset();
      }
    }
  }

  static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception alreadyBroken) {
      // Closing is all that was asked for.
    }
  }
}
