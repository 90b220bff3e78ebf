package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** RabbitMQ over AMQP 0-9-1. Found by {@link java.util.ServiceLoader}; thread-safe. */
@Internal
public final class AmqpTransport implements TransportProvider {

  private static final Set<String> SCHEMES =
      Collections.unmodifiableSet(
          new LinkedHashSet<>(List.of("amqp", "amqps", "pyamqp", "librabbitmq")));

  private static final Set<Capability> CAPABILITIES =
      Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

  /** For {@link java.util.ServiceLoader}. */
  public AmqpTransport() {}

  @Override
  public Set<String> schemes() {
    return SCHEMES;
  }

  @Override
  public int defaultPort(String scheme) {
    return scheme.equals(AmqpEndpoint.TLS_SCHEME) ? AmqpEndpoint.TLS_PORT : AmqpEndpoint.PLAIN_PORT;
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    return new AmqpConnector(System::nanoTime).open(AmqpEndpoint.of(url, options), listener);
  }
}
