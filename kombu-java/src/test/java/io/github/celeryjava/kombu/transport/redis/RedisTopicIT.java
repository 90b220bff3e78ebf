package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.transport.TopicContract;
import io.github.celeryjava.kombu.transport.TransportConnection;
import org.junit.jupiter.api.AfterAll;

class RedisTopicIT extends TopicContract {

  private static final RedisConnector REDIS = new RedisConnector();

  @AfterAll
  static void close() {
    REDIS.close();
  }

  @Override
  protected TransportConnection connect() {
    return REDIS.connect();
  }

  @Override
  protected Dialect dialect() {
    return Dialect.KOMBU;
  }
}
