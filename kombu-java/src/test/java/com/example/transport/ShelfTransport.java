package com.example.transport;

import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportOptions;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.virtual.VirtualConnection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code shelf://room}: a transport that somebody else has written, on queues that are only lists.
 * Found by {@link java.util.ServiceLoader}; thread-safe.
 */
public final class ShelfTransport implements TransportProvider {

  private static final Set<String> OPTIONS = Set.of("most_messages");

  private final Map<String, Shelves> rooms = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public ShelfTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("shelf");
  }

  @Override
  public int defaultPort(String scheme) {
    return 0;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.TOPIC, Capability.FANOUT, Capability.CONFIRMS, Capability.MANDATORY);
  }

  // tag::readme[]
  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    TransportOptions given = TransportOptions.of(options);
    given.requireKnown("shelf", OPTIONS);
    int most = given.count("most_messages", Integer.MAX_VALUE, 1);
    String room = url.host() == null ? "" : url.host();
    Shelves shelves = rooms.computeIfAbsent(room, name -> new Shelves());
    return VirtualConnection.open(
        new ShelfStore(shelves, most), options, listener, "shelf://" + room);
  }
  // end::readme[]
}
