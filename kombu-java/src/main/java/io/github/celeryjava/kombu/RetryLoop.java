package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one retry loop of the library: opens the connection where it is not open, runs an operation
 * on it, and goes on after recoverable errors for as long as the operation's {@link Retries} allow.
 * Thread-safe.
 */
final class RetryLoop {

  private final ConnectionSettings settings;
  private final Connector connector;
  private final LongSupplier failedAttempts;

  RetryLoop(ConnectionSettings settings, Connector connector) {
    this.settings = settings;
    this.connector = connector;
    this.failedAttempts = connector::failedAttempts;
  }

  Retries retries(RetryPolicy policy, Duration timeout) {
    return new Retries(policy, timeout, settings, connector.brokers().size(), failedAttempts);
  }

  /** What an operation without a policy and a time-out of its own may use. */
  Retries implicitRetries() {
    int brokers = connector.brokers().size();
    ConnectionOptions options = connector.brokers().get(0).options();
    Duration rounds = options.connectTimeout().multipliedBy(brokers + 1L);
    return retries(settings.retryPolicy(), RetryOptions.timeout(options, rounds));
  }

  <R extends @Nullable Object> R run(Retries retries, Function<Link, R> operation) {
    while (true) {
      awaitTurn(retries);
      Link link;
      try {
        if (connector.current() == null) {
          retries.requireConnectLeft(connector.lastFailure());
        }
        link = connector.open(retries.deadline(), retries.connectsLeft());
      } catch (OperationalException e) {
        retries.connectFailed(e, settings.timing().nanos());
        continue;
      }
      try {
        return operation.apply(link);
      } catch (OperationalException e) {
        if (e.isConnectionLost() && link.isOpen()) {
          link.abandon(e); // the broker did not answer
        }
        retries.callFailed(e, settings.timing().nanos());
      }
    }
  }

  private void awaitTurn(Retries retries) {
    Timing timing = settings.timing();
    if (retries.notBefore() - timing.nanos() > 0) {
      boolean unused = timing.await(connector.closing(), retries.notBefore());
    }
  }
}
