package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.internal.Internal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Task message protocol, version 2, for one app. Immutable and thread-safe.
 *
 * <p>Wire source: {@code as_task_v2} in {@code celery/app/amqp.py} (5.2 to 5.7); keys that 5.2 does
 * not know it passes over. Golden copies: {@code src/test/resources/wire/task-v2/}.
 *
 * @hidden
 */
@Internal
public final class TaskMessageV2 {

  private static final String LANG = "java";
  // Room for Celery's 19 headers and a few of the caller's without growing.
  private static final int HEADER_CAPACITY = 48;
  private static final List<@Nullable Object> NO_LIMITS =
      Collections.unmodifiableList(Arrays.<@Nullable Object>asList(null, null));
  private static final Map<String, @Nullable Object> NO_LINKS =
      Collections.unmodifiableMap(embed(TaskLinks.NONE));

  private final MessageStyle style;

  /** Writes messages in the style of one app. */
  public TaskMessageV2(MessageStyle style) {
    this.style = requireNonNull(style, "style");
  }

  /**
   * The whole message.
   *
   * @throws IllegalArgumentException if a time lies outside the years 1 to 9999, which is all that
   *     Python can read
   */
  public TaskMessage of(TaskCall call) {
    String replyTo = call.replyTo();
    return new TaskMessage(headers(call), body(call), call.id(), replyTo == null ? "" : replyTo);
  }

  /**
   * The headers, in a map of the caller's own.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public Map<String, @Nullable Object> headers(TaskCall call) {
    String rootId = call.rootId();
    String origin = call.origin();
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(HEADER_CAPACITY);
    headers.put(TaskKeys.LANG, LANG);
    headers.put(TaskKeys.TASK, call.task());
    headers.put(TaskKeys.ID, call.id());
    headers.put(TaskKeys.SHADOW, call.shadow());
    headers.put(TaskKeys.ETA, PyTime.formatOrNull(call.eta(), style.zone()));
    headers.put(TaskKeys.EXPIRES, PyTime.formatOrNull(call.expires(), style.zone()));
    headers.put(TaskKeys.GROUP, call.group());
    headers.put(TaskKeys.GROUP_INDEX, call.groupIndex());
    headers.put(TaskKeys.RETRIES, call.retries());
    headers.put(TaskKeys.TIME_LIMIT, timeLimit(call.timeLimit(), call.softTimeLimit()));
    headers.put(TaskKeys.ROOT_ID, rootId == null || rootId.isEmpty() ? call.id() : rootId);
    headers.put(TaskKeys.PARENT_ID, call.parentId());
    headers.put(TaskKeys.ARGSREPR, argsrepr(call));
    headers.put(TaskKeys.KWARGSREPR, kwargsrepr(call));
    headers.put(TaskKeys.ORIGIN, origin == null ? style.origin() : origin);
    headers.put(TaskKeys.IGNORE_RESULT, call.ignoreResult());
    headers.put(TaskKeys.REPLACED_TASK_NESTING, call.replacedTaskNesting());
    headers.put(TaskKeys.STAMPED_HEADERS, call.stampedHeaders());
    headers.put(TaskKeys.STAMPS, call.stamps());
    headers.putAll(call.headers());
    return headers;
  }

  /** The body {@code [args, kwargs, embed]}; absent links are null, never left out. */
  public List<Object> body(TaskCall call) {
    TaskLinks links = call.links();
    return List.of(call.args(), call.kwargs(), links.isEmpty() ? NO_LINKS : embed(links));
  }

  private String argsrepr(TaskCall call) {
    String given = call.argsrepr();
    if (given != null) {
      return given;
    }
    return call.tuple()
        ? PyRepr.ofTuple(call.args(), style.reprLength(), style.reprLevels())
        : PyRepr.of(call.args(), style.reprLength(), style.reprLevels());
  }

  private String kwargsrepr(TaskCall call) {
    String given = call.kwargsrepr();
    return given != null ? given : PyRepr.of(call.kwargs(), style.reprLength(), style.reprLevels());
  }

  private static Map<String, @Nullable Object> embed(TaskLinks links) {
    SignatureData chord = links.chord();
    Map<String, @Nullable Object> embed = new LinkedHashMap<>(8);
    embed.put(TaskKeys.CALLBACKS, SignatureData.toMaps(links.callbacks()));
    embed.put(TaskKeys.ERRBACKS, SignatureData.toMaps(links.errbacks()));
    embed.put(TaskKeys.CHAIN, SignatureData.toMaps(links.chain()));
    embed.put(TaskKeys.CHORD, chord == null ? null : chord.toMap());
    return embed;
  }

  /** Hard limit first, though the manual says otherwise. */
  static List<@Nullable Object> timeLimit(@Nullable Duration hard, @Nullable Duration soft) {
    return hard == null && soft == null ? NO_LIMITS : Arrays.asList(seconds(hard), seconds(soft));
  }

  /** Whole seconds as an integer, as a Python caller would have written them. */
  static @Nullable Number seconds(@Nullable Duration duration) {
    if (duration == null) {
      return null;
    }
    long seconds = duration.toSeconds();
    if (duration.toNanosPart() != 0) {
      return seconds + duration.toNanosPart() / 1e9;
    }
    return (int) seconds == seconds ? (Number) (int) seconds : (Number) seconds;
  }
}
