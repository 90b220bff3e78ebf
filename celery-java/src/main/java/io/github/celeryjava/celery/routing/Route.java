package io.github.celeryjava.celery.routing;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.Destination;
import org.jspecify.annotations.Nullable;

/**
 * Where a call is published.
 *
 * @param destination exchange and routing key
 * @param queue what has to be declared first; null if nothing has
 * @param deliveryMode mode of its messages unless the call says otherwise
 */
public record Route(Destination destination, @Nullable Queue queue, DeliveryMode deliveryMode) {

  /** Of the destination alone: cheap, since routes are looked up for every message. */
  @Override
  public int hashCode() {
    return destination.hashCode();
  }
}
