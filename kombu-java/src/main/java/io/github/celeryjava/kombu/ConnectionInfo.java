package io.github.celeryjava.kombu;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Connection}, defaults filled in, for logs and pages of administrators:
 * no password is in it. Named after {@code kombu.Connection.info}.
 *
 * @param transport the transport, such as {@code amqp}
 * @param host host name or address
 * @param port port, 0 where ports make no sense
 * @param user user name; null if the URL names none
 * @param virtualHost virtual host or database; null if the URL names none
 * @param tls whether the connection is encrypted
 * @param connectTimeout time allowed for one attempt to connect
 * @param heartbeat the interval that is asked for; zero if heartbeats are off
 * @param loginMethod SASL mechanism
 * @param transportOptions options that only the transport knows
 * @param alternates the other brokers, their passwords masked
 */
public record ConnectionInfo(
    String transport,
    String host,
    int port,
    @Nullable String user,
    @Nullable String virtualHost,
    boolean tls,
    Duration connectTimeout,
    Duration heartbeat,
    String loginMethod,
    Map<String, @Nullable Object> transportOptions,
    List<String> alternates) {

  /** Host and port with a colon between them. */
  public String hostPort() {
    return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
  }
}
