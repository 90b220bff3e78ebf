package io.github.celeryjava.kombu.transport.redis;

import java.io.IOException;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The one socket of one connection. The driver opens a closed connection again by itself, and
 * neither logs in then nor selects the database: here a second socket is refused. Thread-safe.
 */
final class RedisSockets implements JedisSocketFactory {

  private final Supplier<RedisAddress> where;
  private final RedisNetwork network;
  private final @Nullable SSLContext tls;
  private final boolean verifyHostname;
  private final RedisTraffic traffic = new RedisTraffic();

  // Mutable state, guarded by this
  private boolean used;
  private boolean ended;
  private @Nullable Socket plain;

  /**
   * @param where asked when the socket is opened; may wait and throw what the driver throws
   * @param tls null for none
   */
  RedisSockets(
      Supplier<RedisAddress> where,
      RedisNetwork network,
      @Nullable SSLContext tls,
      boolean verifyHostname) {
    this.where = where;
    this.network = network;
    this.tls = tls;
    this.verifyHostname = verifyHostname;
  }

  @Override
  public Socket createSocket() {
    synchronized (this) {
      if (used || ended) {
        throw new JedisConnectionException("the connection is closed");
      }
      used = true;
    }
    RedisAddress address = where.get();
    try {
      Socket opened = own(address.connect(network, traffic));
      Socket socket = tls == null ? opened : secure(opened, tls, address);
      socket.setSoTimeout(network.answerMillis());
      return socket;
    } catch (IOException e) {
      end();
      throw new JedisConnectionException("cannot connect", e);
    }
  }

  /** What moves on it. */
  RedisTraffic traffic() {
    return traffic;
  }

  /**
   * Closes the socket, whoever uses it, or keeps it from being opened. What is under TLS is closed,
   * since closing TLS itself waits for a writer.
   */
  void end() {
    Socket opened;
    synchronized (this) {
      ended = true;
      opened = plain;
    }
    if (opened != null) {
      close(opened);
    }
  }

  private Socket own(Socket opened) throws IOException {
    boolean late;
    synchronized (this) {
      plain = opened;
      late = ended;
    }
    if (late) {
      close(opened);
      throw new IOException("given up");
    }
    return opened;
  }

  private Socket secure(Socket opened, SSLContext context, RedisAddress address)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(opened, address.host(), address.port(), true);
    if (verifyHostname) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.setSoTimeout(network.connectMillis());
    socket.startHandshake();
    return socket;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is all that was wanted.
    }
  }
}
