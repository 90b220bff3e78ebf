package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.transport.TopicContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class AmqpTopicIT extends TopicContract {

  @Override
  protected TransportConnection connect() {
    return TestConnections.open();
  }

  @Override
  protected Dialect dialect() {
    return Dialect.AMQP;
  }
}
