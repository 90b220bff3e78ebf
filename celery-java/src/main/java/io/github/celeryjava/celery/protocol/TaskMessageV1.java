package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Task message protocol, version 1, for one app: everything is in the body. Immutable and
 * thread-safe.
 *
 * <p>The version has no place for the rest of a chain, the workflow's root and parent, stamps,
 * origin and the texts for people.
 *
 * <p>Wire source: {@code as_task_v1} in {@code celery/app/amqp.py} and {@code proto1_to_proto2} in
 * {@code celery/worker/strategy.py} (5.2 to 5.7). Golden copies: {@code
 * src/test/resources/wire/task-v1/}.
 *
 * @hidden
 */
@Internal
public final class TaskMessageV1 {

  private final MessageStyle style;

  /** Writes messages in the style of one app. */
  public TaskMessageV1(MessageStyle style) {
    this.style = requireNonNull(style, "style");
  }

  /**
   * The whole message. Its headers are the caller's own, if there are any.
   *
   * @throws IllegalArgumentException if a time lies outside the years 1 to 9999, or if the call has
   *     a chain, which this version cannot carry
   */
  public TaskMessage of(TaskCall call) {
    String replyTo = call.replyTo();
    return new TaskMessage(
        new LinkedHashMap<>(call.headers()), body(call), call.id(), replyTo == null ? "" : replyTo);
  }

  /**
   * The body.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public Map<String, @Nullable Object> body(TaskCall call) {
    TaskLinks links = call.links();
    if (links.chain() != null) {
      throw new IllegalArgumentException(
          "version 1 of the protocol has no chain, task " + call.task());
    }
    SignatureData chord = links.chord();
    Map<String, @Nullable Object> body = new LinkedHashMap<>(32);
    body.put(TaskKeys.TASK, call.task());
    body.put(TaskKeys.ID, call.id());
    body.put(TaskKeys.ARGS, call.args());
    body.put(TaskKeys.KWARGS, call.kwargs());
    body.put(TaskKeys.GROUP, call.group());
    body.put(TaskKeys.GROUP_INDEX, call.groupIndex());
    body.put(TaskKeys.RETRIES, call.retries());
    body.put(TaskKeys.ETA, PyTime.formatOrNull(call.eta(), style.zone()));
    body.put(TaskKeys.EXPIRES, PyTime.formatOrNull(call.expires(), style.zone()));
    body.put(TaskKeys.UTC, style.utc());
    body.put(TaskKeys.CALLBACKS, SignatureData.toMaps(links.callbacks()));
    body.put(TaskKeys.ERRBACKS, SignatureData.toMaps(links.errbacks()));
    body.put(TaskKeys.TIME_LIMIT, TaskMessageV2.timeLimit(call.timeLimit(), call.softTimeLimit()));
    body.put(TaskKeys.TASKSET, call.group());
    body.put(TaskKeys.CHORD, chord == null ? null : chord.toMap());
    return body;
  }

  /**
   * Reads a version 1 body as the version 2 message it stands for.
   *
   * @param headers the message's headers: the caller's own
   * @param body decoded body
   * @throws InvalidTaskException if a part has the wrong shape
   */
  static IncomingTask read(Map<String, ? extends @Nullable Object> headers, Object body) {
    Fields fields = Fields.of(body, "body");
    TaskBody parts = parts(fields);
    Map<String, @Nullable Object> converted = new LinkedHashMap<>(fields.map());
    if (converted.containsKey(TaskKeys.TASKSET)) {
      converted.put(TaskKeys.GROUP, converted.get(TaskKeys.TASKSET));
    }
    converted.put(TaskKeys.ARGSREPR, PyRepr.of(parts.args()));
    converted.put(TaskKeys.KWARGSREPR, PyRepr.of(parts.kwargs()));
    TaskHeaders read = TaskHeaders.read(Fields.of(converted, "body"), TaskHeaders.custom(headers));
    return new IncomingTask(TaskMessages.Version.V1, read, parts);
  }

  /**
   * Reads a body of version 1 whose headers are of version 2, which transitional releases sent: the
   * headers win.
   *
   * @throws InvalidTaskException if a part has the wrong shape
   */
  static IncomingTask readHybrid(Map<String, ? extends @Nullable Object> headers, Object body) {
    Fields fields = Fields.of(body, "body");
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(fields.map());
    merged.keySet().retainAll(TaskKeys.RESERVED);
    merged.putAll(headers);
    return new IncomingTask(TaskMessages.Version.HYBRID, TaskHeaders.read(merged), parts(fields));
  }

  private static TaskBody parts(Fields fields) {
    Object chord = fields.raw(TaskKeys.CHORD);
    return new TaskBody(
        fields.map().containsKey(TaskKeys.ARGS)
            ? Fields.listOf(fields.raw(TaskKeys.ARGS), fields.path(TaskKeys.ARGS))
            : List.of(),
        fields.map().containsKey(TaskKeys.KWARGS)
            ? Fields.stringKeyed(fields.raw(TaskKeys.KWARGS), fields.path(TaskKeys.KWARGS))
            : Map.of(),
        new TaskLinks(
            SignatureData.readAll(fields.raw(TaskKeys.CALLBACKS), fields.path(TaskKeys.CALLBACKS)),
            SignatureData.readAll(fields.raw(TaskKeys.ERRBACKS), fields.path(TaskKeys.ERRBACKS)),
            null,
            chord == null ? null : SignatureData.read(chord, fields.path(TaskKeys.CHORD))));
  }
}
