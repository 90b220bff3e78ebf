package io.github.celeryjava.kombu.patterns;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;

class MemoryRequestsTest extends RequestClientContract {

  private final MemoryTransport transport = new MemoryTransport();

  @Override
  Connection connect() {
    return Connection.builder("memory://").transport(transport).build();
  }
}
