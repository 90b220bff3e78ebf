package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.TransportOptions;
import java.util.Map;

/** What py-amqp takes as functions or objects of Python, and where it is here. Stateless. */
final class AmqpCallbacks {

  private static final Map<String, String> INSTEAD =
      Map.of(
          "on_blocked", "a ConnectionListener hears of it, with the broker's own reason",
          "on_unblocked", "a ConnectionListener hears of it",
          "on_open", "a ConnectionListener hears of it",
          "on_tune_ok", "a ConnectionListener hears when the connection is open",
          "authentication", "there are the login methods PLAIN, AMQPLAIN and EXTERNAL",
          "login_response", "there are the login methods PLAIN, AMQPLAIN and EXTERNAL",
          "frame_handler", "frames are this transport's own affair",
          "frame_writer", "frames are this transport's own affair");

  private AmqpCallbacks() {}

  static void refuse(TransportOptions given) {
    INSTEAD.forEach(
        (key, instead) -> {
          if (given.get(key) != null) {
            throw new ConfigurationException(
                "the transport option '" + key + "' cannot be set here; " + instead);
          }
        });
  }
}
