package com.example.transport;

import io.github.celeryjava.kombu.transport.ConsumingContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import org.junit.jupiter.api.Tag;

@Tag("P6")
class ShelfConsumingTest extends ConsumingContract {

  private final ShelfConnections connections = new ShelfConnections();

  @Override
  protected TransportConnection connect() {
    return connections.open();
  }
}
