package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Set;

/**
 * Opens connections for some URL schemes. Found by {@link java.util.ServiceLoader}. Thread-safe;
 * one instance serves the whole process, so that a transport without a broker can keep its queues
 * in it.
 */
public interface TransportProvider {

  /** The schemes, lower case; the first one is the name of the transport. */
  Set<String> schemes();

  /** The port that a URL of that scheme means if it names none; 0 where ports make no sense. */
  int defaultPort(String scheme);

  Set<Capability> capabilities();

  /**
   * Connects. Blocks for at most {@link ConnectionOptions#connectTimeout}; not interruptible.
   *
   * @param url where to, with defaults not yet applied
   * @throws OperationalException recoverable if nobody answered, else with what the broker refused:
   *     user and password, virtual host, protocol
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if the URL or the options
   *     make no sense for this transport, or its driver is not on the class path
   */
  TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener);
}
