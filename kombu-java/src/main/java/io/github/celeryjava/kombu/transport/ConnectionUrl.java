package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is, in kombu's grammar: {@code
 * scheme://[user[:password]@][host][:port][/vhost][?key=value&…]}.
 *
 * <p>Scheme and host are lower case, the other parts percent-decoded once. Absent parts are null,
 * so that a transport can apply its defaults. Printed, the password is masked and the query left
 * out.
 *
 * @param scheme what picks the transport, aliases already resolved
 * @param user user name
 * @param password password in the clear
 * @param host host name or address, without the brackets of IPv6
 * @param port port, 1 to 65535
 * @param virtualHost what follows the first slash; a path for schemes with paths
 * @param query the query's keys and values, form-decoded, in order
 */
public record ConnectionUrl(
    String scheme,
    @Nullable String user,
    @Nullable String password,
    @Nullable String host,
    @Nullable Integer port,
    @Nullable String virtualHost,
    Map<String, String> query) {

  public ConnectionUrl {
    requireNonNull(scheme, "scheme");
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
  }
}
