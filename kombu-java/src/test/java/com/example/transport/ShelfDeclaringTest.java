package com.example.transport;

import io.github.celeryjava.kombu.transport.DeclaringContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import org.junit.jupiter.api.Tag;

@Tag("P6")
class ShelfDeclaringTest extends DeclaringContract {

  private final ShelfConnections connections = new ShelfConnections();

  @Override
  protected TransportConnection connect() {
    return connections.open();
  }
}
