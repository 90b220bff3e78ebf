package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.result.ResultBackend;
import java.util.Map;

class RpcBackendTest extends ResultBackendContract {

  private final String broker = "memory://" + id();

  @Override
  protected ResultBackend open() {
    return Backends.open("rpc://", broker, Map.of());
  }
}
