package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A world of memory brokers of a test's own; closes what it opened. */
final class MemoryChannels implements AutoCloseable {

  private final MemoryTransport transport = new MemoryTransport();
  private final List<TransportConnection> connections = new CopyOnWriteArrayList<>();
  private final ConnectionOptions options;

  MemoryChannels() {
    this(Clock.systemUTC());
  }

  MemoryChannels(Clock clock) {
    options = ConnectionOptions.builder().transportOption(MemoryTransport.CLOCK, clock).build();
  }

  /** A connection to the nameless broker. */
  TransportConnection connect() {
    return connect(null);
  }

  TransportConnection connect(String host) {
    ConnectionUrl url = new ConnectionUrl("memory", null, null, host, null, null, Map.of());
    TransportConnection connection = transport.open(url, options, SilentListener.INSTANCE);
    connections.add(connection);
    return connection;
  }

  /** A channel on a connection of its own to the nameless broker. */
  Channel open() {
    return connect().openChannel(ChannelPurpose.CONSUMING);
  }

  @Override
  public void close() {
    connections.forEach(TransportConnection::close);
  }
}
