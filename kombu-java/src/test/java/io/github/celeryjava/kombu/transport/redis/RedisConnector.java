package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens connections the way a process does, and closes them. */
final class RedisConnector implements AutoCloseable {

  private final RedisTransport transport = new RedisTransport();
  private final List<TransportConnection> connections = new CopyOnWriteArrayList<>();
  private final URI server;
  private final Map<String, Object> transportOptions;

  /** To the Redis that tests share. */
  RedisConnector() {
    this(Services.redis(), Map.of());
  }

  RedisConnector(URI server, Map<String, Object> transportOptions) {
    this.server = server;
    this.transportOptions = transportOptions;
  }

  TransportConnection connect() {
    return connect(ConnectionOptions.defaults(), SilentListener.INSTANCE);
  }

  TransportConnection connect(ConnectionOptions options, TransportListener listener) {
    ConnectionOptions.Builder all = options.toBuilder();
    transportOptions.forEach(all::transportOption);
    ConnectionUrl url = ConnectionUrl.parse(server.toString());
    TransportConnection connection = transport.open(url, url.applyTo(all.build()), listener);
    connections.add(connection);
    return connection;
  }

  /** A channel on a connection of its own. */
  Channel open() {
    return connect().openChannel(ChannelPurpose.CONSUMING);
  }

  /** Closes the connection that was opened last. */
  void closeNewest() {
    connections.get(connections.size() - 1).close();
  }

  @Override
  public void close() {
    connections.forEach(TransportConnection::close);
  }
}
