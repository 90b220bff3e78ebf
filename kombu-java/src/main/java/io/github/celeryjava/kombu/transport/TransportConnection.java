package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.Optional;

/**
 * One physical connection to a broker. Lost once, it stays lost: {@code Connection} opens another.
 * Thread-safe, under the same rules as {@link Channel}.
 */
public interface TransportConnection extends AutoCloseable {

  /**
   * Opens a channel.
   *
   * @param purpose a publishing channel has broker confirms on, if the options ask for them
   * @throws OperationalException if the connection is lost, or has no channel left
   */
  Channel openChannel(ChannelPurpose purpose);

  boolean isOpen();

  /** Where it leads, for people: scheme, host, port and virtual host, no password. */
  String description();

  /** The interval of heartbeats that both sides agreed on; zero without heartbeats. */
  default Duration heartbeat() {
    return Duration.ZERO;
  }

  /** What this connection is made on, if it is of that type: the driver's own connection. */
  default <T> Optional<T> unwrap(Class<T> type) {
    return Optional.empty();
  }

  /** Returns once the closing handshake is over or {@link ConnectionOptions#callTimeout} passed. */
  @Override
  void close();

  /** Drops the connection without any handshake, as for a peer that no longer answers. */
  void abort();
}
