package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what happens to one connection, in order, on the callback thread. Thread-safe.
 */
final class ConnectionEvents {

  private static final Logger log = LoggerFactory.getLogger(ConnectionEvents.class);

  private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
  private final Executor callbacks;
  private final TrafficListener traffic;

  /**
   * @param callbacks runs what it is given one at a time, in order
   */
  ConnectionEvents(
      Executor callbacks, List<ConnectionListener> listeners, TrafficListener traffic) {
    this.callbacks = callbacks;
    this.traffic = traffic;
    this.listeners.addAll(listeners);
  }

  void add(ConnectionListener listener) {
    listeners.add(listener);
  }

  void connected(String broker) {
    traffic.connected(broker);
    tell(listener -> listener.connected(broker));
  }

  void recovering(OperationalException cause) {
    traffic.disconnected(cause);
    tell(listener -> listener.recovering(cause));
  }

  void blocked(String reason) {
    tell(listener -> listener.blocked(reason));
  }

  void unblocked() {
    tell(ConnectionListener::unblocked);
  }

  void returned(Destination to, TransportMessage message, MessageRefusedException error) {
    tell(listener -> listener.returned(to, message, error));
  }

  void closed() {
    tell(ConnectionListener::closed);
  }

  private void tell(Consumer<ConnectionListener> event) {
    if (!listeners.isEmpty()) {
      callbacks.execute(() -> listeners.forEach(listener -> tellOne(listener, event)));
    }
  }

  private static void tellOne(ConnectionListener listener, Consumer<ConnectionListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      log.error("A connection listener failed, going on without it: {}", listener, e);
    }
  }
}
