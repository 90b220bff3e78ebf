package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultBackendProvider;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.Set;

/** Opens {@code rpc://}. */
@Internal
public final class RpcBackendProvider implements ResultBackendProvider {

  @Override
  public Set<String> schemes() {
    return Set.of("rpc");
  }

  @Override
  public ResultBackend open(String url, ResultBackendContext context) {
    return new RpcBackend(context);
  }
}
