package com.example.transport;

import io.github.celeryjava.kombu.transport.ChannelContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import org.junit.jupiter.api.Tag;

// tag::readme[]
@Tag("P6")
class ShelfChannelTest extends ChannelContract {

  private final ShelfConnections connections = new ShelfConnections();

  @Override
  protected TransportConnection connect() {
    return connections.open();
  }
}
// end::readme[]
