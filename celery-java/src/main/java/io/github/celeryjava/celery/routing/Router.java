package io.github.celeryjava.celery.routing;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.Destination;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a call says about its way into an exchange and a routing key. Thread-safe; the route
 * to a queue is worked out once.
 *
 * <p>Source: {@code celery/app/routes.py}, {@code send_task_message} in {@code celery/app/amqp.py}.
 */
public final class Router {

  private final TaskQueues queues;
  private final DeliveryMode deliveryMode;
  private final String defaultQueue;

  // Mutable state
  private final Map<String, Route> toQueues = new ConcurrentHashMap<>();

  public Router(CeleryConfig config, TaskQueues queues) {
    this.queues = queues;
    deliveryMode = DeliveryMode.of(config.get(Settings.TASK_DEFAULT_DELIVERY_MODE));
    defaultQueue = config.get(Settings.TASK_DEFAULT_QUEUE);
  }

  /**
   * The way of one call.
   *
   * @param taskQueue queue that the task itself names; null if it names none
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a queue is unknown and
   *     must not be made
   */
  public Route route(CallOptions options, @Nullable String taskQueue) {
    String named = options.queue() != null ? options.queue() : taskQueue;
    String queue = named == null ? defaultQueue : named;
    if (options.exchange() == null && options.routingKey() == null) {
      return toQueue(queue);
    }
    return explicit(options.exchange(), options.routingKey(), queues.find(queue));
  }

  private Route toQueue(String name) {
    Route known = toQueues.get(name);
    return known != null ? known : toQueues.computeIfAbsent(name, this::routeToQueue);
  }

  private Route routeToQueue(String name) {
    Queue queue = queues.find(name);
    Exchange exchange = queue.exchange();
    // A direct exchange adds nothing to the queue's own name, so it is left out, as in Celery.
    if (exchange.type().equals(ExchangeType.DIRECT)) {
      return new Route(Destination.queue(queue.name()), queue, mode(queue));
    }
    return new Route(
        new Destination(exchange.name(), queue.routingKey(), true), queue, mode(queue));
  }

  /**
   * One of exchange and key without the other means nothing where the queue has a direct exchange,
   * and is left out. The queue is declared even where both lead past it, as Celery does.
   */
  private Route explicit(@Nullable String exchange, @Nullable String routingKey, Queue queue) {
    if (isOpen(exchange) || isOpen(routingKey)) {
      if (queue.exchange().type().equals(ExchangeType.DIRECT)) {
        return toQueue(queue.name());
      }
    }
    return new Route(
        new Destination(
            exchange == null ? queue.exchange().name() : exchange,
            routingKey == null ? queue.routingKey() : routingKey,
            true),
        queue,
        mode(queue));
  }

  private static boolean isOpen(@Nullable String name) {
    return name == null || name.isEmpty();
  }

  private DeliveryMode mode(Queue queue) {
    DeliveryMode own = queue.exchange().deliveryMode();
    return own == null ? deliveryMode : own;
  }
}
