package io.github.celeryjava.interop;

import io.github.celeryjava.kombu.testing.Services;

/** The result backends that both sides know. */
enum Results {
  RPC,
  REDIS;

  String url() {
    return this == RPC ? "rpc://" : Services.redis().toString();
  }
}
