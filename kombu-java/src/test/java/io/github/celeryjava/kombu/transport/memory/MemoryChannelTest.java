package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.ChannelContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class MemoryChannelTest extends ChannelContract {

  private final MemoryChannels channels = new MemoryChannels();

  @Override
  protected TransportConnection connect() {
    return channels.connect();
  }
}
