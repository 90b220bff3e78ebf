package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.TopicContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class MemoryTopicTest extends TopicContract {

  private final MemoryChannels channels = new MemoryChannels();

  @Override
  protected TransportConnection connect() {
    return channels.connect();
  }

  @Override
  protected Dialect dialect() {
    return Dialect.KOMBU;
  }
}
