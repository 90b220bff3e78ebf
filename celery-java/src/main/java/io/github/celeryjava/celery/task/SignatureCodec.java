package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.canvas.WorkflowOptions;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.protocol.Fields;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.protocol.SignatureOptions;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.protocol.TaskLinks;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.internal.Internal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls of plain tasks to serialised signatures and back. Stateless and thread-safe.
 *
 * <p>How long to try to publish ({@code retryPolicy}, {@code timeout}) is up to whoever publishes,
 * and does not travel. What is read and not understood here – the rest of a chain, a chord, stamps,
 * links of links – is kept as it came, in {@link WorkflowOptions}.
 *
 * <p>Source: {@code Signature} in {@code celery/canvas.py}, {@code Task.apply_async} in {@code
 * celery/app/task.py}.
 *
 * @hidden
 */
@Internal
public final class SignatureCodec {

  private static final String PERSISTENT = "persistent";
  private static final String TRANSIENT = "transient";

  private SignatureCodec() {}

  /** Puts what follows a call, and what else it carries for its workflow, into its message. */
  public static TaskCall.Builder addTo(TaskCall.Builder call, CallOptions options) {
    WorkflowOptions workflow = options.workflow();
    return call.links(links(options))
        .retries(workflow.retries())
        .replacedTaskNesting(workflow.replacedTaskNesting())
        .stamps(workflow.stampedHeaders(), workflow.stamps())
        .origin(workflow.origin());
  }

  /** What follows a call. */
  public static TaskLinks links(CallOptions options) {
    TaskLinks carried = options.workflow().links();
    if (options.link().isEmpty() && options.linkError().isEmpty()) {
      return carried;
    }
    return new TaskLinks(
        joined(carried.callbacks(), options.link()),
        joined(carried.errbacks(), options.linkError()),
        carried.chain(),
        carried.chord());
  }

  /** A call as data. */
  public static SignatureData encode(TaskSignature call) {
    return new SignatureData(
        call.task(),
        call.args(),
        call.kwargs(),
        encode(call.options()),
        null,
        call.immutable(),
        Map.of());
  }

  /**
   * A call from data.
   *
   * @param where its place in the message, for errors
   * @throws InvalidTaskException if an option cannot be used, or if it is no call of a plain task
   */
  public static TaskSignature decode(SignatureData data, String where) {
    if (data.isComposite()) {
      throw new InvalidTaskException(
          where, "must be the call of a task, is a " + data.subtaskType());
    }
    try {
      return new TaskSignature(
          data.task(),
          data.args(),
          data.kwargs(),
          decode(Fields.of(data.options(), where + ".options")),
          data.immutable());
    } catch (IllegalArgumentException e) {
      throw new InvalidTaskException(where, "cannot be sent: " + e.getMessage());
    }
  }

  private static @Nullable List<SignatureData> joined(
      @Nullable List<SignatureData> carried, List<TaskSignature> added) {
    if (added.isEmpty()) {
      return carried;
    }
    List<SignatureData> all = carried == null ? new ArrayList<>() : new ArrayList<>(carried);
    for (TaskSignature call : added) {
      all.add(encode(call));
    }
    return all;
  }

  private static Map<String, @Nullable Object> encode(CallOptions options) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    put(map, SignatureOptions.TASK_ID, options.taskId());
    put(map, SignatureOptions.GROUP_ID, options.groupId());
    put(map, SignatureOptions.GROUP_INDEX, options.groupIndex());
    put(map, SignatureOptions.ROOT_ID, options.rootId());
    put(map, SignatureOptions.PARENT_ID, options.parentId());
    put(map, SignatureOptions.REPLY_TO, options.replyTo());
    put(map, SignatureOptions.QUEUE, options.queue());
    put(map, SignatureOptions.EXCHANGE, options.exchange());
    put(map, SignatureOptions.ROUTING_KEY, options.routingKey());
    put(map, SignatureOptions.PRIORITY, options.priority());
    put(map, SignatureOptions.SERIALIZER, options.serializer());
    put(map, SignatureOptions.COMPRESSION, options.compression());
    put(map, SignatureOptions.SHADOW, options.shadow());
    put(map, SignatureOptions.ARGSREPR, options.argsrepr());
    put(map, SignatureOptions.KWARGSREPR, options.kwargsrepr());
    put(map, SignatureOptions.IGNORE_RESULT, options.ignoreResult());
    put(map, SignatureOptions.HEADERS, options.headers().isEmpty() ? null : options.headers());
    DeliveryMode mode = options.deliveryMode();
    put(map, SignatureOptions.DELIVERY_MODE, mode == null ? null : mode.code());
    putTimes(map, options);
    putWorkflow(map, options);
    return map;
  }

  private static void putTimes(Map<String, @Nullable Object> map, CallOptions options) {
    put(map, SignatureOptions.COUNTDOWN, SignatureOptions.seconds(options.countdown()));
    put(map, SignatureOptions.ETA, SignatureOptions.time(options.eta()));
    put(
        map,
        SignatureOptions.EXPIRES,
        options.expiresIn() != null
            ? SignatureOptions.seconds(options.expiresIn())
            : SignatureOptions.time(options.expires()));
    put(map, SignatureOptions.TIME_LIMIT, SignatureOptions.seconds(options.timeLimit()));
    put(map, SignatureOptions.SOFT_TIME_LIMIT, SignatureOptions.seconds(options.softTimeLimit()));
  }

  private static void putWorkflow(Map<String, @Nullable Object> map, CallOptions options) {
    TaskLinks links = links(options);
    put(map, SignatureOptions.LINK, links.callbacks());
    put(map, SignatureOptions.LINK_ERROR, links.errbacks());
    put(map, SignatureOptions.CHAIN, links.chain());
    put(map, SignatureOptions.CHORD, links.chord());
    WorkflowOptions workflow = options.workflow();
    if (workflow.retries() > 0) {
      map.put(SignatureOptions.RETRIES, workflow.retries());
    }
    if (workflow.replacedTaskNesting() > 0) {
      map.put(SignatureOptions.REPLACED_TASK_NESTING, workflow.replacedTaskNesting());
    }
    if (workflow.stampedHeaders() != null) {
      map.put(SignatureOptions.STAMPED_HEADERS, workflow.stampedHeaders());
      map.putAll(workflow.stamps());
    }
  }

  private static void put(Map<String, @Nullable Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static CallOptions decode(Fields options) {
    CallOptionsBuilder call =
        CallOptions.builder()
            .taskId(options.text(SignatureOptions.TASK_ID))
            .groupId(options.text(SignatureOptions.GROUP_ID))
            .groupIndex(options.integer(SignatureOptions.GROUP_INDEX))
            .rootId(options.text(SignatureOptions.ROOT_ID))
            .parentId(options.text(SignatureOptions.PARENT_ID))
            .replyTo(options.text(SignatureOptions.REPLY_TO))
            .queue(options.text(SignatureOptions.QUEUE))
            .exchange(options.text(SignatureOptions.EXCHANGE))
            .routingKey(options.text(SignatureOptions.ROUTING_KEY))
            .priority(options.integer(SignatureOptions.PRIORITY))
            .serializer(options.text(SignatureOptions.SERIALIZER))
            .compression(options.text(SignatureOptions.COMPRESSION))
            .shadow(options.text(SignatureOptions.SHADOW))
            .argsrepr(options.text(SignatureOptions.ARGSREPR))
            .kwargsrepr(options.text(SignatureOptions.KWARGSREPR))
            .ignoreResult(options.flag(SignatureOptions.IGNORE_RESULT))
            .headers(options.mapOrEmpty(SignatureOptions.HEADERS))
            .deliveryMode(deliveryMode(options))
            .countdown(seconds(options, SignatureOptions.COUNTDOWN))
            .eta(options.time(SignatureOptions.ETA))
            .timeLimit(seconds(options, SignatureOptions.TIME_LIMIT))
            .softTimeLimit(seconds(options, SignatureOptions.SOFT_TIME_LIMIT))
            .workflow(workflow(options));
    if (options.raw(SignatureOptions.EXPIRES) instanceof Number) {
      call.expiresIn(seconds(options, SignatureOptions.EXPIRES));
    } else {
      call.expires(options.time(SignatureOptions.EXPIRES));
    }
    return call.build();
  }

  private static WorkflowOptions workflow(Fields options) {
    Object chord = options.raw(SignatureOptions.CHORD);
    List<String> names = names(options);
    Map<String, @Nullable Object> stamps = new LinkedHashMap<>();
    if (names != null) {
      names.forEach(name -> stamps.put(name, options.raw(name)));
    }
    Integer retries = options.integer(SignatureOptions.RETRIES);
    Integer nesting = options.integer(SignatureOptions.REPLACED_TASK_NESTING);
    return new WorkflowOptions(
        new TaskLinks(
            signatures(options, SignatureOptions.LINK),
            signatures(options, SignatureOptions.LINK_ERROR),
            signatures(options, SignatureOptions.CHAIN),
            chord == null ? null : SignatureData.read(chord, options.path(SignatureOptions.CHORD))),
        retries == null ? 0 : retries,
        nesting == null ? 0 : nesting,
        names,
        stamps,
        null); // whoever sends the call is its origin
  }

  private static @Nullable List<SignatureData> signatures(Fields options, String key) {
    return SignatureData.readAll(options.raw(key), options.path(key));
  }

  private static @Nullable List<String> names(Fields options) {
    List<@Nullable Object> listed = options.list(SignatureOptions.STAMPED_HEADERS);
    if (listed == null) {
      return null;
    }
    List<String> names = new ArrayList<>(listed.size());
    for (Object name : listed) {
      if (!(name instanceof String text)) {
        throw options.wrong(SignatureOptions.STAMPED_HEADERS, "must hold names", name);
      }
      names.add(text);
    }
    return names;
  }

  private static @Nullable Duration seconds(Fields options, String key) {
    Object value = options.raw(key);
    return value == null ? null : Fields.seconds(value, options.path(key));
  }

  private static @Nullable DeliveryMode deliveryMode(Fields options) {
    Object mode = options.raw(SignatureOptions.DELIVERY_MODE);
    if (PERSISTENT.equals(mode)) {
      return DeliveryMode.PERSISTENT;
    }
    if (TRANSIENT.equals(mode)) {
      return DeliveryMode.TRANSIENT;
    }
    Integer code = options.integer(SignatureOptions.DELIVERY_MODE);
    return code == null ? null : DeliveryMode.of(code);
  }
}
