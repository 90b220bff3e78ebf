package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.MessageStyle;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.protocol.TaskMessage;
import io.github.celeryjava.celery.protocol.TaskMessageV1;
import io.github.celeryjava.celery.protocol.TaskMessageV2;
import io.github.celeryjava.celery.routing.Route;
import io.github.celeryjava.celery.routing.Router;
import io.github.celeryjava.celery.routing.TaskQueues;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.serialization.Encoded;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Task messages of one app: makes them, encodes them, and puts them on their way. Thread-safe.
 *
 * <p>Counterpart of {@code app.amqp} ({@code celery/app/amqp.py}).
 */
public final class Amqp {

  /** What messages are made with. */
  record Encoding(SerializerRegistry serializers, CompressorRegistry compressors, Clock clock) {}

  private static final Logger log = LoggerFactory.getLogger(Amqp.class);
  private static final int NO_PRIORITY = 0;

  private final CeleryConfig config;
  private final Encoding encoding;
  private final Supplier<Producer> producer;
  private final TaskMessageV1 version1;
  private final TaskMessageV2 version2;
  private final TaskQueues queues;
  private final Router router;
  private final PublishPlans plans;

  Amqp(CeleryConfig config, MessageStyle style, Encoding encoding, Supplier<Producer> producer) {
    this.config = config;
    this.encoding = encoding;
    this.producer = producer;
    version1 = new TaskMessageV1(style);
    version2 = new TaskMessageV2(style);
    queues = TaskQueues.of(config);
    router = new Router(config, queues);
    plans = new PublishPlans(config);
  }

  /** The queues of the app. */
  public TaskQueues queues() {
    return queues;
  }

  /** Where calls go. */
  public Router router() {
    return router;
  }

  /**
   * The message for a call, in the version that {@code task_protocol} names; a call with the rest
   * of a chain is always of version 2, the only one that can carry it.
   */
  public TaskMessage createTaskMessage(TaskCall call) {
    boolean first = config.get(Settings.TASK_PROTOCOL) == 1 && call.links().chain() == null;
    return first ? asTaskV1(call) : asTaskV2(call);
  }

  /**
   * The message for a call in version 1 of the protocol.
   *
   * @throws IllegalArgumentException if the rest of a chain follows it
   */
  public TaskMessage asTaskV1(TaskCall call) {
    return version1.of(call);
  }

  /** The message for a call in version 2 of the protocol. */
  public TaskMessage asTaskV2(TaskCall call) {
    return version2.of(call);
  }

  /**
   * Publishes a call and waits for the broker's confirm.
   *
   * @param options where and how to publish; the message is made of {@code call} alone
   * @param task options of the task itself; null for one that is known by name only
   * @throws io.github.celeryjava.kombu.exceptions.KombuException if it cannot be encoded, is
   *     refused, or is not confirmed in time
   */
  public void sendTaskMessage(TaskCall call, CallOptions options, @Nullable TaskOptions task) {
    OutgoingTask outgoing = prepare(call, options, task);
    producer.get().publish(outgoing.route().destination(), outgoing.message(), outgoing.options());
  }

  /** What many calls are published with at once. */
  PublishOptions batchOptions() {
    return plans.batch();
  }

  /** Everything that a publish needs, with nothing sent yet. */
  OutgoingTask prepare(TaskCall call, CallOptions options, @Nullable TaskOptions task) {
    Route route = router.route(options, task == null ? null : task.queue());
    TaskMessage message = createTaskMessage(call);
    Map<String, @Nullable Object> headers = message.headers();
    Encoded body =
        encoding.serializers().encode(message.body(), serializer(options, task), null, null);
    byte[] bytes = compressed(body.body(), headers, options, task);
    MessageProperties properties = properties(message, body, call, options, task, route);
    return new OutgoingTask(
        route, new TransportMessage(properties, headers, bytes), plans.options(route, options));
  }

  /** A publish ready to be made. */
  record OutgoingTask(Route route, TransportMessage message, PublishOptions options) {}

  private MessageProperties properties(
      TaskMessage message,
      Encoded body,
      TaskCall call,
      CallOptions options,
      @Nullable TaskOptions task,
      Route route) {
    return new MessageProperties(
        body.contentType(),
        body.contentEncoding(),
        options.deliveryMode() == null ? route.deliveryMode() : options.deliveryMode(),
        priority(options, task),
        message.correlationId(),
        message.replyTo(),
        expiration(call, options),
        null,
        null,
        null,
        null,
        null);
  }

  private String serializer(CallOptions options, @Nullable TaskOptions task) {
    if (options.serializer() != null) {
      return options.serializer();
    }
    return task != null && task.serializer() != null
        ? task.serializer()
        : config.get(Settings.TASK_SERIALIZER);
  }

  private byte[] compressed(
      byte[] body,
      Map<String, @Nullable Object> headers,
      CallOptions options,
      @Nullable TaskOptions task) {
    String wanted = options.compression();
    if (wanted == null) {
      wanted =
          task != null && task.compression() != null
              ? task.compression()
              : config.get(Settings.TASK_COMPRESSION);
    }
    return wanted == null || wanted.isEmpty()
        ? body
        : encoding.compressors().compress(wanted, body, headers);
  }

  private int priority(CallOptions options, @Nullable TaskOptions task) {
    Integer priority = options.priority();
    if (priority == null && task != null) {
      priority = task.priority();
    }
    if (priority == null) {
      priority = config.get(Settings.TASK_DEFAULT_PRIORITY);
    }
    return priority == null ? NO_PRIORITY : priority;
  }

  /** Exactly what the call said, where it said how long. */
  private @Nullable Duration expiration(TaskCall call, CallOptions options) {
    Instant expires = call.expires();
    if (expires == null) {
      return null;
    }
    Duration left =
        options.expiresIn() != null
            ? options.expiresIn()
            : Duration.between(encoding.clock().instant(), expires);
    if (left.isNegative()) {
      log.warn(
          "Task {} has expired before it is sent: brokers drop it unless a worker waits for it",
          LogText.task(call.task(), call.id()));
      return Duration.ZERO;
    }
    return left;
  }
}
