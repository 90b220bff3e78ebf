package com.example.transport;

import io.github.celeryjava.kombu.transport.TopicContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import org.junit.jupiter.api.Tag;

@Tag("P6")
class ShelfTopicTest extends TopicContract {

  private final ShelfConnections connections = new ShelfConnections();

  @Override
  protected TransportConnection connect() {
    return connections.open();
  }

  @Override
  protected Dialect dialect() {
    return Dialect.KOMBU;
  }
}
