package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.internal.NearestName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the transport for the scheme of a URL. Thread-safe; each provider has one instance in the
 * process.
 *
 * @hidden
 */
@Internal
public final class Transports {

  /** kombu's schemes that nothing here serves, to tell them from slips of the pen. */
  private static final Set<String> PYTHON_ONLY =
      Set.of(
          "azureservicebus",
          "azurestoragequeues",
          "confluentkafka",
          "consul",
          "etcd",
          "gcpubsub",
          "kafka",
          "mongodb",
          "pgmq",
          "pyro",
          "qpid",
          "slmq",
          "sqla",
          "sqlalchemy",
          "sqs",
          "zookeeper");

  /** Where the classes of a driver live, and the artifact that brings them. */
  private static final Map<String, String> DRIVERS =
      Map.of("com/rabbitmq/", "com.rabbitmq:amqp-client", "redis/clients/", "redis.clients:jedis");

  /** A loader that cannot even look fails each time it is asked. */
  private static final int MOST_FAILURES = 100;

  private static final Transports OWN =
      of(ServiceLoader.load(TransportProvider.class, Transports.class.getClassLoader()));

  private final List<TransportProvider> providers = new ArrayList<>();
  private final List<String> notLoaded = new ArrayList<>();

  Transports(Iterator<TransportProvider> found) {
    while (notLoaded.size() < MOST_FAILURES) {
      try {
        if (!found.hasNext()) {
          return;
        }
        providers.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        // One driver that is not there must not keep the others from working.
        notLoaded.add(reason(e));
      }
    }
  }

  /**
   * The provider that serves {@code scheme}, aliases resolved.
   *
   * @throws ConfigurationException if there is none; the message names the nearest known scheme, or
   *     the driver that is missing, or says that only Python has it
   */
  public static TransportProvider forScheme(String scheme) {
    return OWN.find(scheme)
        // Those of an application that has a class loader of its own.
        .or(() -> of(ServiceLoader.load(TransportProvider.class)).find(scheme))
        .orElseThrow(() -> OWN.unknown(scheme));
  }

  Optional<TransportProvider> find(String scheme) {
    return providers.stream().filter(provider -> provider.schemes().contains(scheme)).findFirst();
  }

  ConfigurationException unknown(String scheme) {
    Set<String> known =
        providers.stream()
            .flatMap(provider -> provider.schemes().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    String missing = notLoaded.isEmpty() ? "" : "; not loaded: " + String.join(", ", notLoaded);
    if (PYTHON_ONLY.contains(beforePlus(scheme))) {
      return new ConfigurationException(
          "kombu's transport " + scheme + " does not exist here; there are " + known + missing);
    }
    return new ConfigurationException(
        "no transport serves the scheme "
            + scheme
            + "; "
            + NearestName.of(scheme, known)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse("there are " + known)
            + missing);
  }

  private static Transports of(ServiceLoader<TransportProvider> found) {
    return new Transports(found.iterator());
  }

  private static String beforePlus(String scheme) {
    int plus = scheme.indexOf('+');
    return plus < 0 ? scheme : scheme.substring(0, plus);
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    String message = String.valueOf(cause.getMessage());
    return DRIVERS.entrySet().stream()
        .filter(driver -> message.replace('.', '/').contains(driver.getKey()))
        .findFirst()
        .map(driver -> "a transport that needs " + driver.getValue() + " on the class path")
        .orElseGet(cause::toString);
  }
}
