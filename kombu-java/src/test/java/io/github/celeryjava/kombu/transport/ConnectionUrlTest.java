package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUrlTest {

  /** The rows were checked against kombu 5.7.0, which then fills in guest, 5672 and a slash. */
  @ParameterizedTest
  @CsvSource({
    "'',                                  amqp,      ,     ,      ,     ,     ",
    "amqp://,                             amqp,      ,     ,      ,     ,     ",
    "amqp://host,                         amqp,      ,     , host ,     ,     ",
    "amqp://host/,                        amqp,      ,     , host ,     ,     ",
    "amqp://host//,                       amqp,      ,     , host ,     , /   ",
    "amqp://host/%2F,                     amqp,      ,     , host ,     , /   ",
    "amqp://host/foo,                     amqp,      ,     , host ,     , foo ",
    "amqp://host//foo,                    amqp,      ,     , host ,     , /foo",
    "amqp://host/%2Ffoo,                  amqp,      ,     , host ,     , /foo",
    "amqp://host///,                      amqp,      ,     , host ,     , //  ",
    "amqp://host/foo/,                    amqp,      ,     , host ,     , foo/",
    "amqp://host/a%2Fb,                   amqp,      ,     , host ,     , a/b ",
    "amqp://host/%252F,                   amqp,      ,     , host ,     , %2F ",
    "amqp://host/a+b,                     amqp,      ,     , host ,     , a+b ",
    "amqp://host/%C3%A9,                  amqp,      ,     , host ,     , é   ",
    "amqp://host/50%,                     amqp,      ,     , host ,     , 50% ",
    "amqp://host/%zz,                     amqp,      ,     , host ,     , %zz ",
    "amqp://u%40x:p%2F%3A%40@host,        amqp,    u@x, p/:@, host,     ,     ",
    "amqp://u+v:p+w@host,                 amqp,    u+v,  p+w, host,     ,     ",
    "amqp://u@host,                       amqp,      u,     , host,     ,     ",
    "amqp://:p@host,                      amqp,       ,    p, host,     ,     ",
    "amqp://u:p:q@host,                   amqp,      u,  p:q, host,     ,     ",
    "amqp://u:p@q@host,                   amqp,      u,  p@q, host,     ,     ",
    "amqp://u:p@/v,                       amqp,      u,    p,     ,     , v   ",
    "amqp://u:p@:5673/v,                  amqp,      u,    p,     , 5673, v   ",
    "amqp://[::1]:5672//,                 amqp,       ,     , ::1 , 5672, /   ",
    "amqp://u:p@[FE80::1%25eth0]/,        amqp,      u,    p, fe80::1%eth0, , ",
    "amqp://h:/v,                         amqp,       ,     , h   ,     , v   ",
    "amqp://h:0/v,                        amqp,       ,     , h   ,     , v   ",
    "AMQP://HOST/Foo,                     amqp,       ,     , host,     , Foo ",
    "' amqp://host/foo ',                 amqp,       ,     , host,     , foo ",
    "pyamqp://host,                       amqp,       ,     , host,     ,     ",
    "librabbitmq://host,                  amqp,       ,     , host,     ,     ",
    "amqps://host,                        amqps,      ,     , host,     ,     ",
    "host,                                amqp,       ,     , host,     ,     ",
    "redis://u:pw@host:6379/2,            redis,     u,   pw, host, 6379, 2   ",
    "redis://host/,                       redis,      ,     , host,     ,     ",
    "rediss://host,                       rediss,     ,     , host,     ,     ",
    "redis+socket:///path/r.sock?virtual_host=2, redis+socket, , , /path/r.sock, , 2",
    "redis+socket://u:p@/r%20s.sock,      redis+socket, u, p, /r s.sock, ,     ",
    "sentinel://h1:26379/2,               sentinel,   ,     , h1  , 26379, 2  ",
    "memory://,                           memory,     ,     ,     ,     ,     ",
    "filesystem://,                       filesystem, ,     ,     ,     ,     ",
    "sqla+postgresql://u:p@h/db,          sqla+postgresql, u, p, h,     , db  "
  })
  void isTakenApartAsKombuDoes(
      String url,
      String scheme,
      String user,
      String password,
      String host,
      Integer port,
      String virtualHost) {
    assertThat(ConnectionUrl.parse(url))
        .isEqualTo(new ConnectionUrl(scheme, user, password, host, port, virtualHost, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host:5672",
        "guest:secret@host",
        "host/secret",
        "://secret",
        "am qp://secret",
        "amqp://u:secret#1@host",
        "amqp://host/#secret",
        "amqp://u:sec/ret@host",
        "amqp://u:sec?ret@host",
        "amqp://host:secret",
        "amqp://host:65536",
        "amqp://host:-1",
        "amqp://host:99999999999",
        "amqp://::1/secret",
        "amqp://[::1/secret",
        "amqp://::1]/secret",
        "amqp://[]/secret",
        "redis+socket://host/secret",
        "redis+socket://u:secret@"
      })
  void isRefusedIfMalformedWithoutShowingAnyOfIt(String url) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ConnectionUrl.parse(url))
        .withMessageStartingWith("malformed URL: ")
        .withMessageNotContaining("sec")
        .withMessageNotContaining("ret");
  }

  @Test
  void queryValuesAreFormDecodedAndEmptyOnesDropped() {
    ConnectionUrl url = ConnectionUrl.parse("amqp://h?a=1+2%2B3&b=&c&=&d%20e=f%3Dg=h&a=4");

    assertThat(url.query()).containsExactly(Map.entry("a", "4"), Map.entry("d e", "f=g=h"));
    assertThat(url.virtualHost()).isNull();
  }

  @Test
  void everyUrlOfAListStandsAlone() {
    List<ConnectionUrl> urls =
        ConnectionUrl.parseAll("amqp://u:p@h1:5673/v?heartbeat=5; amqps://h2 ;redis://h3/3;");

    assertThat(urls)
        .containsExactly(
            new ConnectionUrl("amqp", "u", "p", "h1", 5673, "v", Map.of("heartbeat", "5")),
            new ConnectionUrl("amqps", null, null, "h2", null, null, Map.of()),
            new ConnectionUrl("redis", null, null, "h3", null, "3", Map.of()));
  }

  @Test
  void aBareHostInAListTakesEverythingElseFromTheFirst() {
    List<ConnectionUrl> urls = ConnectionUrl.parseAll("amqp://u:p@h1:5673/v?heartbeat=5;H2");

    assertThat(urls.get(1))
        .isEqualTo(new ConnectionUrl("amqp", "u", "p", "h2", 5673, "v", Map.of("heartbeat", "5")));
  }

  @Test
  void anEmptyListMeansTheLocalBroker() {
    assertThat(ConnectionUrl.parseAll(" ;")).containsExactly(ConnectionUrl.parse("amqp://"));
  }

  @Test
  void sentinelsAreOneBroker() {
    List<ConnectionUrl> urls =
        ConnectionUrl.parseAll(
            "sentinel://:p@h1:26379/2;sentinel://h2:26380;sentinel://h3;amqp://");

    assertThat(urls).hasSize(2);
    ConnectionUrl sentinel = urls.get(0);
    assertThat(sentinel.host()).isEqualTo("h1");
    assertThat(sentinel.virtualHost()).isEqualTo("2");
    assertThat(sentinel.sentinels()).extracting(ConnectionUrl::host).containsExactly("h2", "h3");
    assertThat(sentinel.sentinels()).extracting(ConnectionUrl::port).containsExactly(26380, null);
    assertThat(sentinel)
        .hasToString("sentinel://:**@h1:26379/2;sentinel://h2:26380/;sentinel://h3/");
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://,                                 amqp:///",
    "amqp://guest:guest@localhost:5672//,     amqp://guest:**@localhost:5672//",
    "pyamqp://u%40x:p%2F@h:1/a%2Fb,           amqp://u%40x:**@h:1/a/b",
    "amqp://u@[::1]:5672//foo,                amqp://u@%3A%3A1:5672//foo",
    "amqp://:secret@h/a+b c,                  amqp://:**@h/a%2Bb%20c",
    "amqp://u:secret@h/v?heartbeat=3,         amqp://u:**@h/v",
    "sqla+postgresql://u:secret@h/db,         sqla+postgresql://u:**@h/db",
    "redis+socket://u:secret@/p/r.sock?virtual_host=2, redis+socket://u:**@/p/r.sock?virtual_host=2"
  })
  void isPrintedWithItsPasswordMasked(String url, String printed) {
    ConnectionUrl parsed = ConnectionUrl.parse(url);

    assertThat(parsed.asUri()).isEqualTo(printed);
    assertThat(parsed).hasToString(printed);
  }

  @Property
  void whatIsPrintedWithThePasswordIsReadBackEqual(@ForAll("urls") ConnectionUrl url) {
    assertThat(ConnectionUrl.parse(url.asUriWithPassword())).isEqualTo(url);
  }

  @Property
  void neitherThePasswordNorItsEncodingIsEverPrinted(@ForAll("urls") ConnectionUrl url) {
    ConnectionUrl secret =
        new ConnectionUrl(
            url.scheme(),
            url.user(),
            "S3cr#t",
            url.host(),
            url.port(),
            url.virtualHost(),
            Map.of());

    assertThat(secret.toString()).doesNotContain("S3cr").contains("**");
  }

  @Provide
  Arbitrary<ConnectionUrl> urls() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .ofMinLength(1)
            .ofMaxLength(10)
            .filter(ConnectionUrlTest::isEncodable)
            .injectNull(0.3);
    Arbitrary<String> hosts =
        Arbitraries.of("localhost", "h.example", "::1", "10.0.0.1", "fe80::1%eth0").injectNull(0.2);
    Arbitrary<ConnectionUrl> network =
        Combinators.combine(
                Arbitraries.of("amqp", "amqps", "redis", "rediss", "memory"),
                text,
                text,
                hosts,
                Arbitraries.integers().between(1, 65_535).injectNull(0.3),
                text)
            .as(
                (scheme, user, password, host, port, vhost) ->
                    new ConnectionUrl(scheme, user, password, host, port, vhost, Map.of()));
    Arbitrary<ConnectionUrl> sockets =
        Combinators.combine(text, text, text.map(path -> "/" + path), text)
            .as(
                (user, password, path, db) ->
                    new ConnectionUrl("redis+socket", user, password, path, null, db, Map.of()));
    return Arbitraries.oneOf(network, sockets);
  }

  /** Halves of surrogate pairs have no form in a URL. */
  private static boolean isEncodable(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }
}
