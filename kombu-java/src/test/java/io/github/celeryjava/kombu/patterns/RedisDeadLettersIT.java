package io.github.celeryjava.kombu.patterns;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.testing.Services;

class RedisDeadLettersIT extends DeadLettersContract {

  @Override
  Connection connect() {
    return Connection.open(Services.redis().toString());
  }
}
