package io.github.celeryjava.celery.routing;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.NearestName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queues of one app: those it was given, the default one, and those made on the fly for a name
 * that nobody has declared. Thread-safe.
 *
 * <p>Counterpart of {@code celery.app.amqp.Queues}.
 */
public final class TaskQueues {

  private static final String CLASSIC = "classic";
  private static final String MAX_PRIORITY = "x-max-priority";

  private final CeleryConfig config;
  private final Map<String, Queue> declared = new LinkedHashMap<>();
  private final Map<String, Queue> byAlias = new HashMap<>();

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
    List<Queue> read =
        given == null ? List.of() : new QueueTable(queues.defaultExchange()).read(given);
    if (read.isEmpty()) {
      queues.add(queues.onlyQueue());
    }
    read.forEach(queue -> queues.add(queues.completed(queue.toBuilder(), CLASSIC)));
    return queues;
  }

  /**
   * The queue of calls that no route sends elsewhere.
   *
   * @throws ConfigurationException as {@link #find}
   */
  public Queue defaultQueue() {
    return find(config.get(Settings.TASK_DEFAULT_QUEUE));
  }

  /**
   * The queue of that name or alias: one of the app's, or a new one that is named like its exchange
   * and its routing key.
   *
   * @throws ConfigurationException if the app has no such queue and {@code
   *     task_create_missing_queues} is false
   */
  public Queue find(String name) {
    Queue known = byAlias.getOrDefault(name, declared.get(name));
    if (known != null) {
      return known;
    }
    if (!config.get(Settings.TASK_CREATE_MISSING_QUEUES)) {
      throw unknown(name);
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
    Map<String, Queue> selected = new LinkedHashMap<>();
    for (String name : chosen.isEmpty() ? List.copyOf(declared.keySet()) : chosen) {
      if (!excluded.contains(name)) {
        Queue queue = find(name);
        selected.put(queue.name(), queue);
      }
    }
    for (String name : excluded) {
      Queue alias = byAlias.get(name);
      selected.remove(alias == null ? name : alias.name());
    }
    if (selected.isEmpty()) {
      throw new ConfigurationException(
          "no queue is left to consume: chosen are "
              + (chosen.isEmpty() ? declared.keySet() : chosen)
              + ", excluded "
              + excluded);
    }
    return List.copyOf(selected.values());
  }

  /** The app's queues, in the order of their declaration. */
  public List<Queue> all() {
    return List.copyOf(declared.values());
  }

  /** What an app that names no queues has. */
  private Queue onlyQueue() {
    return completed(
        Queue.builder(config.get(Settings.TASK_DEFAULT_QUEUE))
            .exchange(defaultExchange())
            .routingKey(config.get(Settings.TASK_DEFAULT_ROUTING_KEY)),
        config.get(Settings.TASK_DEFAULT_QUEUE_TYPE));
  }

  private void add(Queue queue) {
    if (declared.putIfAbsent(queue.name(), queue) != null) {
      throw new ConfigurationException("task_queues names '" + queue.name() + "' twice");
    }
    if (queue.alias() != null) {
      byAlias.put(queue.alias(), queue);
    }
  }

  private ConfigurationException unknown(String name) {
    return new ConfigurationException(
        "there is no queue '"
            + name
            + "' in task_queues"
            + NearestName.of(name, declared.keySet())
                .map(near -> "; did you mean '" + near + "'? There")
                .orElse(", there")
            + " are "
            + declared.keySet()
            + ". Add it, or let it be made: task_create_missing_queues is off");
  }

  private Queue create(String name) {
    String type = config.get(Settings.TASK_CREATE_MISSING_QUEUE_EXCHANGE_TYPE);
    return completed(
        Queue.builder(name)
            .exchange(exchange(name, type == null ? ExchangeType.DIRECT.name() : type))
            .routingKey(name),
        config.get(Settings.TASK_CREATE_MISSING_QUEUE_TYPE));
  }

  private Exchange defaultExchange() {
    return exchange(
        config.get(Settings.TASK_DEFAULT_EXCHANGE),
        config.get(Settings.TASK_DEFAULT_EXCHANGE_TYPE));
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
        && !queue.queueArguments().containsKey(MAX_PRIORITY)) {
      builder.argument(MAX_PRIORITY, maxPriority); // 0 too, which Celery declares as it is
    }
    if (!type.equals(CLASSIC)) {
      builder.argument("x-queue-type", type);
    }
    return builder.build();
  }
}
