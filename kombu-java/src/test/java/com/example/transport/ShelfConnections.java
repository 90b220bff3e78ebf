package com.example.transport;

import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;

/** A world of shelves of one test's own. */
final class ShelfConnections {

  private final ShelfTransport transport = new ShelfTransport();

  TransportConnection open() {
    return transport.open(
        ConnectionUrl.parse("shelf://room"), ConnectionOptions.defaults(), SilentListener.INSTANCE);
  }
}
