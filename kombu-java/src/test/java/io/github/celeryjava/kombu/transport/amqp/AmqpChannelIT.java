package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.transport.ChannelContract;
import io.github.celeryjava.kombu.transport.TransportConnection;

class AmqpChannelIT extends ChannelContract {

  @Override
  protected boolean hasDeliveryTags() {
    return true;
  }

  @Override
  protected boolean hasCustomProperties() {
    return false;
  }

  @Override
  protected TransportConnection connect() {
    return TestConnections.open();
  }
}
