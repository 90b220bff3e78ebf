package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultBackendProvider;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.Set;

/**
 * Opens {@code redis://} and {@code rediss://}. Knows no class of the driver, which is optional.
 */
@Internal
public final class RedisBackendProvider implements ResultBackendProvider {

  @Override
  public Set<String> schemes() {
    return Set.of("redis", "rediss");
  }

  @Override
  public ResultBackend open(String url, ResultBackendContext context) {
    try {
      return RedisBackend.open(url, context);
    } catch (NoClassDefFoundError e) {
      throw new ConfigurationException(
          "the redis result backend needs the library redis.clients:jedis, which is not on the"
              + " class path: add it to the dependencies of the application",
          e);
    }
  }
}
