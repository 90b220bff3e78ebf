package io.github.celeryjava.kombu.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.testing.Mutator;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slips of the pen in URLs end in the documented error, and never show the password. */
@Timeout(600)
class HostileUrlTest {

  @Test
  void urlsAreReadOrRefused() {
    Mutator inputs =
        new Mutator(
            20260106,
            texts(
                "amqp://user:geheim@host:5672/vhost?heartbeat=10&connect_timeout=4",
                "amqps://user:geheim@[::1]:5671//?ssl_cert_reqs=none&ssl_check_hostname=false",
                "sentinel://:geheim@h1:26379/2;sentinel://h2:26379",
                "redis+socket://u:geheim@/path/r.sock?virtual_host=2",
                "localhost"),
            texts(":", "/", "@", "?", "#", ";", "&", "=", "%", "%2", "%ff", "[", "]", "://", "+"));

    for (int i = 0; i < Mutator.rounds(); i++) {
      String input = new String(inputs.next(), UTF_8);
      try {
        ConnectionUrl.parseAll(input).forEach(url -> read(url));
      } catch (ConfigurationException e) {
        assertThat(e.getMessage()).isNotEmpty();
      } catch (Throwable t) {
        fail("not a documented error for " + input, t);
      }
    }
  }

  private static void read(ConnectionUrl url) {
    assertThat(ConnectionUrl.parseAll(url.asUriWithPassword()).get(0).scheme())
        .isEqualTo(url.scheme());
    if (url.password() != null) {
      assertThat(withPassword(url, "another")).hasToString(url.toString());
    }
    url.applyTo(ConnectionOptions.defaults());
  }

  private static ConnectionUrl withPassword(ConnectionUrl url, String password) {
    return new ConnectionUrl(
        url.scheme(),
        url.user(),
        password,
        url.host(),
        url.port(),
        url.virtualHost(),
        url.query(),
        url.sentinels());
  }

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
  }
}
