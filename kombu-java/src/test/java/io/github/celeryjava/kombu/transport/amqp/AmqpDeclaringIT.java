package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.transport.DeclaringContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class AmqpDeclaringIT extends DeclaringContract {

  @Override
  protected TransportConnection connect() {
    return TestConnections.open();
  }
}
