package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.DeclaringContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class MemoryDeclaringTest extends DeclaringContract {

  private final MemoryChannels channels = new MemoryChannels();

  @Override
  protected TransportConnection connect() {
    return channels.connect();
  }
}
