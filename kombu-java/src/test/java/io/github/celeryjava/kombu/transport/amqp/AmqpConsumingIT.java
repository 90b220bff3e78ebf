package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.transport.ConsumingContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class AmqpConsumingIT extends ConsumingContract {

  @Override
  protected TransportConnection connect() {
    return TestConnections.open();
  }
}
