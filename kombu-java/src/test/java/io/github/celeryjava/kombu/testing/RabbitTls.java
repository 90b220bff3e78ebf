package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a RabbitMQ listen for TLS too, with the certificates of the tests, and accept those of
 * clients as logins.
 */
final class RabbitTls {

  /** Which of RabbitMQ's plugins to enable, in its own words. */
  static final String PLUGINS = "[rabbitmq_auth_mechanism_ssl].";

  private static final List<String> FILES = List.of("server.pem", "server.key", "authority.pem");

  private RabbitTls() {}

  /** Lines for the server's configuration. */
  static String configuration(String address, String folder) {
    return """
        listeners.ssl.1 = %s
        ssl_options.certfile = %s/server.pem
        ssl_options.keyfile = %s/server.key
        ssl_options.cacertfile = %s/authority.pem
        ssl_options.verify = verify_peer
        ssl_options.fail_if_no_peer_cert = false
        auth_mechanisms.1 = PLAIN
        auth_mechanisms.2 = AMQPLAIN
        auth_mechanisms.3 = EXTERNAL
        ssl_cert_login_from = common_name
        """
        .formatted(address, folder, folder, folder);
  }

  /** The files that the configuration names, by their names. */
  static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : FILES) {
      try (InputStream in = RabbitTls.class.getResourceAsStream("/tls/" + name)) {
        files.put(name, new String(in.readAllBytes(), StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + name, e);
      }
    }
    return files;
  }
}
