package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportsTest {

  @ParameterizedTest
  @ValueSource(strings = {"amqp", "amqps", "memory"})
  void findsTheTransportsOnTheClassPath(String scheme) {
    TransportProvider provider = Transports.forScheme(scheme);

    assertThat(provider.schemes()).contains(scheme);
    assertThat(Transports.forScheme(scheme)).isSameAs(provider);
  }

  @ParameterizedTest
  @CsvSource({
    "ampq,            'no transport serves the scheme ampq; did you mean amqp?'",
    "http,            'no transport serves the scheme http; there are [amqp'",
    "sqs,             'kombu''s transport sqs does not exist here; there are [amqp'",
    "sqla+postgresql, 'kombu''s transport sqla+postgresql does not exist here'"
  })
  void saysWhatWasProbablyMeant(String scheme, String message) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Transports.forScheme(scheme))
        .withMessageStartingWith(message);
  }

  @Test
  void aDriverThatIsMissingIsNamedAndHurtsNobodyElse() throws Exception {
    Class<?> transports = withoutJedis().loadClass(Transports.class.getName());
    Method forScheme = transports.getMethod("forScheme", String.class);

    assertThat(forScheme.invoke(null, "memory")).isNotNull();
    assertThat(forScheme.invoke(null, "amqp")).isNotNull();
    assertThatThrownBy(() -> forScheme.invoke(null, "redis"))
        .cause()
        .hasMessageContaining("no transport serves the scheme redis")
        .hasMessageEndingWith(
            "not loaded: a transport that needs redis.clients:jedis on the class path");
  }

  @Test
  void aLoaderThatCannotLookIsAskedNoMoreInTheEnd() {
    Iterator<TransportProvider> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            throw new ServiceConfigurationError("cannot read the list");
          }

          @Override
          public TransportProvider next() {
            throw new NoSuchElementException();
          }
        };

    Transports transports = new Transports(broken);

    assertThat(transports.unknown("redis")).hasMessageContaining("cannot read the list");
  }

  /** The libraries of this test without one, in a class loader that shares nothing with it. */
  private static ClassLoader withoutJedis() throws MalformedURLException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (!Path.of(entry).getFileName().toString().startsWith("jedis")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
