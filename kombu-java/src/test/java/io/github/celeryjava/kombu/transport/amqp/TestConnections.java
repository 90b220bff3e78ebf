package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.net.URI;
import java.util.Map;

/** Connections to test servers. */
final class TestConnections {

  private TestConnections() {}

  /** To the shared broker, with all defaults. */
  static TransportConnection open() {
    return open(Services.amqp(), ConnectionOptions.defaults(), SilentListener.INSTANCE);
  }

  static TransportConnection open(URI uri, ConnectionOptions options, TransportListener listener) {
    return new AmqpTransport().open(url(uri), options, listener);
  }

  /** A test server's URL as the transport wants it. */
  static ConnectionUrl url(URI uri) {
    String[] user = uri.getUserInfo().split(":", 2);
    return new ConnectionUrl(
        uri.getScheme(),
        user[0],
        user[1],
        uri.getHost(),
        uri.getPort(),
        uri.getPath().substring(1),
        Map.of());
  }
}
