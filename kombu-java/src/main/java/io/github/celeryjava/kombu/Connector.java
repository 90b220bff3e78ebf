package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.ConnectionSettings.Broker;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the physical connection, on a platform thread of its own, so that no caller's interrupt and
 * no virtual thread comes near a socket and every caller can leave when its time is up.
 * Thread-safe.
 *
 * <p>All who wait for a connection wait for the same round: one attempt a broker, the first one
 * that answers wins. A failed round is not remembered; waiting between rounds is the affair of
 * {@link Connection#ensure}.
 */
final class Connector {

  private static final Logger log = LoggerFactory.getLogger(Connector.class);

  private final ConnectionSettings settings;
  private final DeliveryInbox inbox;
  private final ConnectionEvents events;
  private final Executor thread = Threads.onDemand("kombu-connect");
  private final AtomicLong failedAttempts = new AtomicLong();
  private final CompletableFuture<@Nullable Void> closing = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private volatile @Nullable Link link; // written under lock
  private @Nullable CompletableFuture<Link> round; // guarded by lock
  private volatile @Nullable OperationalException lastFailure;
  private volatile List<Broker> brokers; // written under lock
  private volatile int broker; // a stale value after switchTo is as good as any

  Connector(ConnectionSettings settings, DeliveryInbox inbox, ConnectionEvents events) {
    this.settings = settings;
    this.brokers = settings.brokers();
    this.inbox = inbox;
    this.events = events;
  }

  List<Broker> brokers() {
    return brokers;
  }

  /** Goes to other brokers from the next attempt on; returns the link that was open. */
  @Nullable Link switchTo(List<Broker> others) {
    lock.lock();
    try {
      Link last = link;
      link = null;
      brokers = others;
      broker = 0;
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** The open connection, or null: one look, no waiting. */
  @Nullable Link current() {
    Link now = link;
    return now != null && now.isOpen() ? now : null;
  }

  boolean isUnopenedOrOpen() {
    Link now = link;
    return now == null || now.isOpen();
  }

  /** Attempts that failed since this connector was made. */
  long failedAttempts() {
    return failedAttempts.get();
  }

  /** What the last attempt that failed failed with; null if none ever did. */
  @Nullable OperationalException lastFailure() {
    return lastFailure;
  }

  /** Completed when the owner closes the connection; what waits between attempts waits for it. */
  CompletableFuture<@Nullable Void> closing() {
    return closing;
  }

  /**
   * Takes the open connection or takes part in one round of attempts.
   *
   * @param attempts most brokers to try, if it is this call that starts the round
   * @throws OperationalException if no broker could be reached, or not before {@code deadline}
   */
  Link open(long deadline, int attempts) {
    Link now = current();
    if (now != null) {
      return now;
    }
    CompletableFuture<Link> joined = joinRound(attempts);
    if (!settings.timing().await(joined, deadline)) {
      throw OperationalException.lost("still trying to connect to " + where(), null);
    }
    return Outcomes.of(joined);
  }

  /** Where the next attempt goes, without a password. */
  String where() {
    Link now = current();
    List<Broker> list = brokers;
    return now != null ? now.description() : list.get(broker % list.size()).url().toString();
  }

  /** Ends all use; returns the link that was open, for the caller to close. */
  @Nullable Link close() {
    lock.lock();
    try {
      Link last = link;
      link = null;
      return closing.complete(null) ? last : null;
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<Link> joinRound(int attempts) {
    lock.lock();
    try {
      requireNotClosed();
      Link now = current(); // a round may have ended since the caller looked
      if (now != null) {
        return CompletableFuture.completedFuture(now);
      }
      CompletableFuture<Link> running = round;
      if (running != null) {
        return running;
      }
      CompletableFuture<Link> started = new CompletableFuture<>();
      thread.execute(() -> run(started, attempts));
      round = started; // only now, for no thread may be left to run it
      return started;
    } finally {
      lock.unlock();
    }
  }

  private void run(CompletableFuture<Link> result, int attempts) {
    try {
      dropLostLink();
      List<Broker> tried = brokers;
      Link opened = tryBrokers(tried, Math.min(attempts, tried.size()));
      adopt(opened, tried);
      events.connected(opened.description());
      result.complete(opened);
    } catch (RuntimeException e) { // a provider is somebody else's code
      endRound();
      result.completeExceptionally(e);
    } catch (LinkageError e) {
      endRound();
      result.completeExceptionally(
          new ConfigurationException(
              "the transport for "
                  + where()
                  + " needs a library that is not there: add it to the dependencies, and on the"
                  + " module path also to what your module requires. Missing: "
                  + e,
              e));
    } catch (Error e) {
      endRound();
      result.completeExceptionally(failed(e));
      throw e; // for the log
    }
  }

  /** Whether it is worth another try: memory and threads may be there again. */
  private OperationalException failed(Error error) {
    String message = "could not connect to " + where() + ": " + error;
    return error instanceof VirtualMachineError
        ? OperationalException.lost(message, error)
        : OperationalException.refused(message, 0, error);
  }

  private void dropLostLink() {
    Link last = link;
    if (last == null) {
      return;
    }
    setLink(null);
    last.abort();
    if (!last.hadConsumers()) {
      inbox.forget(last); // nobody's deliveries stopped
    }
    broker = after(broker, brokers);
  }

  private Link tryBrokers(List<Broker> list, int attempts) {
    OperationalException failure = null;
    for (int attempt = 0; attempt < attempts; attempt++) {
      requireNotClosed();
      Broker next = list.get(broker % list.size());
      try {
        return open(next);
      } catch (OperationalException e) {
        lastFailure = e;
        failedAttempts.incrementAndGet();
        log.debug("Could not connect to {}", next.url(), e);
        events.recovering(e);
        failure = failure == null || e.isRecoverable() ? e : failure;
        broker = after(broker, list);
      }
    }
    throw failure != null ? failure : closedException();
  }

  /** The list may have become shorter since {@code failed} was chosen. */
  private int after(int failed, List<Broker> list) {
    return settings.failover().next(failed % list.size(), list.size());
  }

  private Link open(Broker next) {
    Link opened = new Link(inbox, events);
    TransportConnection transport =
        next.provider().open(settings.login().apply(next.url()), next.options(), opened);
    opened.attach(transport);
    return opened;
  }

  private void adopt(Link opened, List<Broker> tried) {
    lock.lock();
    try {
      round = null;
      if (!closing.isDone() && brokers.equals(tried)) {
        link = opened;
        return;
      }
    } finally {
      lock.unlock();
    }
    opened.abort();
    requireNotClosed();
    throw OperationalException.lost("the connection was switched to another broker", null);
  }

  private void endRound() {
    lock.lock();
    try {
      round = null;
    } finally {
      lock.unlock();
    }
  }

  private void setLink(@Nullable Link newLink) {
    lock.lock();
    try {
      link = newLink;
    } finally {
      lock.unlock();
    }
  }

  private void requireNotClosed() {
    if (closing.isDone()) {
      throw closedException();
    }
  }

  private static OperationalException closedException() {
    return OperationalException.refused("the connection is closed", 0, null);
  }
}
