package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners, none of which can harm the others or their caller. Thread-safe. */
final class Traffic implements TrafficListener {

  /** Tells nobody. */
  static final TrafficListener NONE = new TrafficListener() {};

  private static final Logger log = LoggerFactory.getLogger(Traffic.class);

  private final List<TrafficListener> listeners;

  private Traffic(List<TrafficListener> listeners) {
    this.listeners = listeners;
  }

  static TrafficListener of(List<TrafficListener> listeners) {
    return listeners.isEmpty() ? NONE : new Traffic(List.copyOf(listeners));
  }

  @Override
  public void published(Destination to, int bytes) {
    tell(listener -> listener.published(to, bytes));
  }

  @Override
  public void confirmed(Destination to, long nanos) {
    tell(listener -> listener.confirmed(to, nanos));
  }

  @Override
  public void failed(Destination to, KombuException error) {
    tell(listener -> listener.failed(to, error));
  }

  @Override
  public void consumed(String queue, int bytes) {
    tell(listener -> listener.consumed(queue, bytes));
  }

  @Override
  public void undecodable(String queue) {
    tell(listener -> listener.undecodable(queue));
  }

  @Override
  public void handled(String queue, long nanos) {
    tell(listener -> listener.handled(queue, nanos));
  }

  @Override
  public void settled(String queue, Settlement how) {
    tell(listener -> listener.settled(queue, how));
  }

  @Override
  public void connected(String broker) {
    tell(listener -> listener.connected(broker));
  }

  @Override
  public void disconnected(OperationalException cause) {
    tell(listener -> listener.disconnected(cause));
  }

  @Override
  public void lent(String resource, long waitedNanos) {
    tell(listener -> listener.lent(resource, waitedNanos));
  }

  @Override
  public void givenBack(String resource) {
    tell(listener -> listener.givenBack(resource));
  }

  @Override
  public void exhausted(String resource) {
    tell(listener -> listener.exhausted(resource));
  }

  private void tell(Consumer<TrafficListener> event) {
    for (TrafficListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        log.error("A traffic listener failed, going on without it: {}", listener, e);
      }
    }
  }
}
