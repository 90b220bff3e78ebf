package io.github.celeryjava.kombu.patterns;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.testing.Services;

class RedisRequestsIT extends RequestClientContract {

  @Override
  Connection connect() {
    return Connection.open(Services.redis().toString());
  }
}
