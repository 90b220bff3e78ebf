package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.TransportOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How sockets are set up: as py-amqp does, changed by the option {@code socket_settings}.
 * Immutable.
 *
 * <p>Source: {@code _get_tcp_socket_defaults} in {@code amqp/transport.py}.
 *
 * @param values by the JDK's names of socket options; numbers, 0 and 1 for switches
 */
record SocketSettings(Map<String, Integer> values) {

  static final String OPTION = "socket_settings";

  private static final String USER_TIMEOUT = "TCP_USER_TIMEOUT";

  /** py-amqp's, as far as the JDK can set them; it has no TCP_USER_TIMEOUT. */
  private static final Map<String, Integer> DEFAULTS =
      Map.of(
          "SO_KEEPALIVE", 1,
          "TCP_NODELAY", 1,
          "TCP_KEEPIDLE", 60,
          "TCP_KEEPINTERVAL", 10,
          "TCP_KEEPCOUNT", 9);

  /** The names that Python has for some. */
  private static final Map<String, String> PYTHON_NAMES =
      Map.of("TCP_KEEPINTVL", "TCP_KEEPINTERVAL", "TCP_KEEPCNT", "TCP_KEEPCOUNT");

  /** The numbers that stand for them in Python on Linux. */
  private static final Map<Integer, String> LINUX_NUMBERS =
      Map.of(
          1, "TCP_NODELAY",
          4, "TCP_KEEPIDLE",
          5, "TCP_KEEPINTERVAL",
          6, "TCP_KEEPCOUNT",
          18, USER_TIMEOUT);

  private static final Set<String> KNOWN =
      Set.of(
          "SO_KEEPALIVE",
          "SO_SNDBUF",
          "SO_RCVBUF",
          "IP_TOS",
          "TCP_NODELAY",
          "TCP_QUICKACK",
          "TCP_KEEPIDLE",
          "TCP_KEEPINTERVAL",
          "TCP_KEEPCOUNT");

  SocketSettings {
    values = Map.copyOf(values);
  }

  static SocketSettings of(TransportOptions given) {
    Map<String, Integer> values = new LinkedHashMap<>(DEFAULTS);
    given.map(OPTION).forEach((key, value) -> values.put(name(given, key), number(given, value)));
    return new SocketSettings(values);
  }

  /** Sets what the system lets us set; what it does not know of is none of the peer's affair. */
  void applyTo(Socket socket) throws IOException {
    for (SocketOption<?> option : socket.supportedOptions()) {
      Integer value = values.get(option.name());
      if (value != null) {
        set(socket, option, value);
      }
    }
  }

  @SuppressWarnings("unchecked") // the type is the one that the option names
  private static void set(Socket socket, SocketOption<?> option, int value) throws IOException {
    if (option.type() == Boolean.class) {
      socket.setOption((SocketOption<Boolean>) option, value != 0);
    } else if (option.type() == Integer.class) {
      socket.setOption((SocketOption<Integer>) option, value);
    }
  }

  private static String name(TransportOptions given, Object key) {
    String name =
        key instanceof Number number
            ? LINUX_NUMBERS.getOrDefault(number.intValue(), key.toString())
            : key.toString().toUpperCase(Locale.ROOT);
    name = PYTHON_NAMES.getOrDefault(name, name);
    if (name.equals(USER_TIMEOUT)) {
      throw new ConfigurationException(
          "socket_settings: the JDK cannot set TCP_USER_TIMEOUT; heartbeats notice a peer that is gone, and"
              + " write_timeout limits writes");
    }
    if (!KNOWN.contains(name)) {
      throw given.wrong(
          OPTION, "a map of " + KNOWN + " to numbers; " + name + " is not among them");
    }
    return name;
  }

  private static int number(TransportOptions given, Object value) {
    if (value instanceof Boolean on) {
      return on ? 1 : 0;
    }
    if (value instanceof Number number && number.intValue() >= 0) {
      return number.intValue();
    }
    throw given.wrong(OPTION, "a map of names to numbers of at least 0");
  }
}
