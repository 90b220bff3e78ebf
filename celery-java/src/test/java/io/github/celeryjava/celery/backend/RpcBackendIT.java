package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.kombu.testing.Services;
import java.util.Map;

class RpcBackendIT extends ResultBackendContract {

  @Override
  protected ResultBackend open() {
    return Backends.open("rpc://", Services.amqp().toString(), Map.of());
  }
}
