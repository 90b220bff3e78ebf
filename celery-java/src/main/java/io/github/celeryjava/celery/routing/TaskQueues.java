package io.github.celeryjava.celery.routing;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The queues of one app: those it was given, the default one, and those made on the fly for a name
 * that nobody has declared. Thread-safe.
 *
 * <p>Counterpart of {@code celery.app.amqp.Queues}.
 */
public final class TaskQueues {

  private static final String CLASSIC = "classic";

  private final CeleryConfig config;
  private final Map<String, Queue> declared = new LinkedHashMap<>();

  // Mutable state
  private final Map<String, Queue> missing = new ConcurrentHashMap<>();

  private TaskQueues(CeleryConfig config) {
    this.config = config;
  }

  /**
   * The queues that the settings name.
   *
   * @throws ConfigurationException if {@code task_queues} holds anything but queues, or two of the
   *     same name
   */
  public static TaskQueues of(CeleryConfig config) {
    TaskQueues queues = new TaskQueues(config);
    Object given = config.get(Settings.TASK_QUEUES);
    if (given == null) {
      queues.add(queues.defaultQueue());
    } else if (given instanceof Iterable<?> several) {
      several.forEach(queues::addGiven);
    } else {
      queues.addGiven(given);
    }
    return queues;
  }

  /** The queue of calls that no route sends elsewhere. */
  public Queue defaultQueue() {
    String name = config.get(Settings.TASK_DEFAULT_QUEUE);
    Queue known = declared.get(name);
    return known != null
        ? known
        : completed(
            Queue.builder(name)
                .exchange(
                    exchange(
                        config.get(Settings.TASK_DEFAULT_EXCHANGE),
                        config.get(Settings.TASK_DEFAULT_EXCHANGE_TYPE)))
                .routingKey(config.get(Settings.TASK_DEFAULT_ROUTING_KEY)),
            config.get(Settings.TASK_DEFAULT_QUEUE_TYPE));
  }

  /**
   * The queue of that name: one of the app's, or a new one that is named like its exchange and its
   * routing key.
   *
   * @throws ConfigurationException if the app has no such queue and {@code
   *     task_create_missing_queues} is false
   */
  public Queue find(String name) {
    Queue known = declared.get(name);
    if (known != null) {
      return known;
    }
    if (name.equals(config.get(Settings.TASK_DEFAULT_QUEUE))) {
      return missing.computeIfAbsent(name, unused -> defaultQueue());
    }
    if (!config.get(Settings.TASK_CREATE_MISSING_QUEUES)) {
      throw new ConfigurationException(
          "there is no queue '"
              + name
              + "' and task_create_missing_queues is off; declared are "
              + declared.keySet());
    }
    return missing.computeIfAbsent(name, this::create);
  }

  /**
   * What a worker consumes.
   *
   * @param chosen names; empty means all of the app's queues
   * @param excluded names to leave out
   * @throws ConfigurationException if nothing is left, or a name is unknown as in {@link #find}
   */
  public List<Queue> select(List<String> chosen, List<String> excluded) {
    List<Queue> selected = new ArrayList<>();
    for (String name : chosen.isEmpty() ? List.copyOf(declared.keySet()) : chosen) {
      if (!excluded.contains(name)) {
        selected.add(find(name));
      }
    }
    if (selected.isEmpty()) {
      throw new ConfigurationException(
          "no queue is left to consume: chosen " + chosen + ", excluded " + excluded);
    }
    return selected;
  }

  /** The app's queues, in the order of their declaration. */
  public List<Queue> all() {
    return List.copyOf(declared.values());
  }

  private void addGiven(@Nullable Object given) {
    if (!(given instanceof Queue queue)) {
      throw new ConfigurationException(
          "task_queues takes kombu queues, got "
              + (given == null ? "null" : given.getClass().getName()));
    }
    add(completed(queue.toBuilder(), CLASSIC));
  }

  private void add(Queue queue) {
    if (declared.putIfAbsent(queue.name(), queue) != null) {
      throw new ConfigurationException("task_queues names '" + queue.name() + "' twice");
    }
  }

  private Queue create(String name) {
    String type = config.get(Settings.TASK_CREATE_MISSING_QUEUE_EXCHANGE_TYPE);
    return completed(
        Queue.builder(name)
            .exchange(exchange(name, type == null ? ExchangeType.DIRECT.name() : type))
            .routingKey(name),
        config.get(Settings.TASK_CREATE_MISSING_QUEUE_TYPE));
  }

  private Exchange exchange(String name, String type) {
    return Exchange.of(name, new ExchangeType(type))
        .withDeliveryMode(DeliveryMode.of(config.get(Settings.TASK_DEFAULT_DELIVERY_MODE)));
  }

  private Queue completed(QueueBuilder builder, String type) {
    Queue queue = builder.build();
    Integer maxPriority = config.get(Settings.TASK_QUEUE_MAX_PRIORITY);
    if (maxPriority != null
        && queue.maxPriority() == null
        && !queue.queueArguments().containsKey("x-max-priority")) {
      builder.maxPriority(maxPriority);
    }
    if (!type.equals(CLASSIC)) {
      builder.argument("x-queue-type", type);
    }
    return builder.build();
  }
}
