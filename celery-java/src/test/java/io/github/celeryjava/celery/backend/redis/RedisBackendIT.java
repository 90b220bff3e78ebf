package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.celery.backend.Backends;
import io.github.celeryjava.celery.backend.ResultBackendContract;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.kombu.testing.Services;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;

class RedisBackendIT extends ResultBackendContract {

  private final String prefix = "it-" + id() + ":";

  @Override
  protected ResultBackend open() {
    return Backends.open(
        Services.redis().toString(),
        Map.of("result_backend_transport_options", Map.of("global_keyprefix", prefix)));
  }

  @Override
  protected int listenedFor() {
    try (Jedis jedis = new Jedis(Services.redis())) {
      List<String> channels = jedis.pubsubChannels(prefix + "*");
      return channels.size();
    }
  }
}
