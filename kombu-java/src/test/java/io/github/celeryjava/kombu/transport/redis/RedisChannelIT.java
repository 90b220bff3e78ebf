package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.transport.ChannelContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import org.junit.jupiter.api.AfterAll;

class RedisChannelIT extends ChannelContract {

  @Override
  protected boolean hasDeliveryTags() {
    return true;
  }

  private static final RedisConnector REDIS = new RedisConnector();

  @AfterAll
  static void close() {
    REDIS.close();
  }

  @Override
  protected TransportConnection connect() {
    return REDIS.connect();
  }
}
