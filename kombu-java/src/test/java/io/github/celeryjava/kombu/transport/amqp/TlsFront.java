package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/**
 * Speaks TLS to clients and plain TCP to a broker behind it, since the brokers of tests have no
 * certificates. Its certificate names {@code broker.example}.
 */
final class TlsFront implements AutoCloseable {

  private final URI server;
  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private TlsFront(URI server) throws IOException {
    this.server = server;
    String query = "certfile=" + file("server.pem") + "&keyfile=" + file("server.key");
    listener =
        context(query)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::acceptAll);
  }

  static TlsFront to(URI server) {
    try {
      return new TlsFront(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Keys and trust as a URL with that query asks for. */
  static SSLContext context(String query) {
    return ConnectionUrl.parse("amqps://localhost?" + query)
        .applyTo(ConnectionOptions.defaults())
        .tls();
  }

  /** A file of the tests' resources. */
  static String file(String name) {
    try {
      return Path.of(TlsFront.class.getResource("/tls/" + name).toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void acceptAll() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket broker = new Socket(server.getHost(), server.getPort());
      sockets.add(client);
      sockets.add(broker);
      start(() -> client.getInputStream().transferTo(broker.getOutputStream()));
      start(() -> broker.getInputStream().transferTo(client.getOutputStream()));
    }
  }

  private interface Body {
    void run() throws IOException;
  }

  private static void start(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                // The end of a connection is the end of this thread.
              }
            },
            "tls-front");
    thread.setDaemon(true);
    thread.start();
  }
}
