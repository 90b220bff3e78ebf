package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.ConsumingContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class MemoryConsumingTest extends ConsumingContract {

  private final MemoryChannels channels = new MemoryChannels();

  @Override
  protected TransportConnection connect() {
    return channels.connect();
  }
}
