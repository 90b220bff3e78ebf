package io.github.celeryjava.kombu.transport.redis;

import java.io.IOException;
import java.net.Socket;

/** Where a server listens. */
sealed interface RedisAddress {

  /** The name that a certificate must bear. */
  String host();

  int port();

  /** Connects, without TLS. */
  Socket connect(RedisNetwork network, RedisTraffic traffic) throws IOException;

  /** A host and a port. */
  record Tcp(String host, int port) implements RedisAddress {

    @Override
    public Socket connect(RedisNetwork network, RedisTraffic traffic) throws IOException {
      return TcpSocket.connect(host, port, network, traffic);
    }
  }

  /** A UNIX socket. */
  record Unix(String path) implements RedisAddress {

    @Override
    public String host() {
      return "localhost";
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public Socket connect(RedisNetwork network, RedisTraffic traffic) throws IOException {
      return UnixSocket.connect(path, traffic);
    }
  }
}
