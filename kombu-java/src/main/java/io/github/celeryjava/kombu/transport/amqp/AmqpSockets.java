package io.github.celeryjava.kombu.transport.amqp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of one attempt to connect, with TLS on top where that is asked for; it can be given up
 * from outside at any moment. Thread-safe.
 */
final class AmqpSockets {

  private static final Logger log = LoggerFactory.getLogger(AmqpSockets.class);

  // Mutable state
  private final AtomicReference<@Nullable Socket> plain = new AtomicReference<>();
  private volatile boolean abandoned;

  /** Connects within {@code timeoutMillis}; blocks. */
  Socket connect(AmqpEndpoint endpoint, int timeoutMillis) throws IOException {
    Socket socket = new Socket();
    own(socket);
    endpoint.settings().sockets().applyTo(socket);
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException(endpoint.host());
    }
    socket.connect(address, timeoutMillis);
    return socket;
  }

  /** What to speak through: {@code connected} itself, or TLS on top of it; blocks. */
  static Socket secure(Socket connected, AmqpEndpoint endpoint, int timeoutMillis)
      throws IOException {
    SSLContext tls = endpoint.tls();
    if (tls == null) {
      return connected;
    }
    String wanted = endpoint.options().tlsServerName();
    String name = wanted == null ? endpoint.host() : wanted;
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(connected, name, endpoint.port(), true);
    if (endpoint.options().verifyHostname()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.setSoTimeout(timeoutMillis);
    try {
      socket.startHandshake();
    } catch (SocketException e) {
      throw new SSLException("the server ended the handshake: " + e.getMessage(), e);
    }
    return socket;
  }

  /** Closes what there is, and what there will be. */
  void abandon() {
    abandoned = true;
    Socket opened = plain.get();
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        log.debug("closing the socket failed", e);
      }
    }
  }

  private void own(Socket socket) throws IOException {
    plain.set(socket);
    if (abandoned) {
      abandon();
      throw new IOException("given up");
    }
  }
}
