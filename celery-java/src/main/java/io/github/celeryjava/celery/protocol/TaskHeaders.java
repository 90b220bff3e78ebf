package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a received task message says about the run, apart from its arguments.
 *
 * <p>Wire source: {@code Request.__init__} in {@code celery/worker/request.py} and {@code Context}
 * in {@code celery/app/task.py} (5.2 to 5.7).
 *
 * @param task name of the task
 * @param id id of the run
 * @param lang language of the sender; null if not said
 * @param shadow name to show instead of the task's; null for none
 * @param eta time at which it runs; null for at once
 * @param expires time after which it does not run; null for never
 * @param group id of the group this is a part of; null for none
 * @param groupIndex position in that group; null for none
 * @param retries runs before this one
 * @param timeLimit hard time limit; null for the worker's own
 * @param softTimeLimit soft time limit; null for the worker's own
 * @param rootId first task of the workflow; null if not said
 * @param parentId task that sent this one; null for none
 * @param argsrepr text of the arguments for people; null if not said
 * @param kwargsrepr text of the keyword arguments for people; null if not said
 * @param origin process that sent the task first; null if not said
 * @param ignoreResult whether the result is of no interest; null leaves it to the task's settings
 * @param replacedTaskNesting how often the task was replaced
 * @param stampedHeaders names of the stamps; null for none
 * @param stamps values of stamps
 * @param custom the sender's own headers
 */
public record TaskHeaders(
    String task,
    String id,
    @Nullable String lang,
    @Nullable String shadow,
    @Nullable Instant eta,
    @Nullable Instant expires,
    @Nullable String group,
    @Nullable Integer groupIndex,
    int retries,
    @Nullable Duration timeLimit,
    @Nullable Duration softTimeLimit,
    @Nullable String rootId,
    @Nullable String parentId,
    @Nullable String argsrepr,
    @Nullable String kwargsrepr,
    @Nullable String origin,
    @Nullable Boolean ignoreResult,
    int replacedTaskNesting,
    @Nullable List<String> stampedHeaders,
    Map<String, @Nullable Object> stamps,
    Map<String, @Nullable Object> custom) {

  /** Checks what a run cannot do without. */
  public TaskHeaders {
    requireNonNull(task, "task");
    requireNonNull(id, "id");
    requireNonNull(stamps, "stamps");
    requireNonNull(custom, "custom");
  }

  /** Headers that say nothing but what runs. */
  public static TaskHeaders of(String task, String id) {
    return read(Map.of(TaskKeys.TASK, task, TaskKeys.ID, id));
  }

  /**
   * Reads the headers of a version 2 message. Only {@code task} and {@code id} must be there;
   * anything else may be missing or null.
   *
   * @throws InvalidTaskException if one of the two is missing, or a header has a value that cannot
   *     be used
   */
  public static TaskHeaders read(Map<String, ? extends @Nullable Object> headers) {
    return read(Fields.ofHeaders(headers), custom(headers));
  }

  static TaskHeaders read(Fields fields, Map<String, @Nullable Object> custom) {
    Integer retries = fields.integer(TaskKeys.RETRIES);
    Integer nesting = fields.integer(TaskKeys.REPLACED_TASK_NESTING);
    Object limits = fields.raw(TaskKeys.TIME_LIMIT);
    return new TaskHeaders(
        fields.requiredText(TaskKeys.TASK),
        fields.requiredText(TaskKeys.ID),
        fields.shown(TaskKeys.LANG),
        fields.shown(TaskKeys.SHADOW),
        fields.time(TaskKeys.ETA),
        fields.time(TaskKeys.EXPIRES),
        fields.text(TaskKeys.GROUP),
        fields.integer(TaskKeys.GROUP_INDEX),
        retries == null ? 0 : retries,
        limit(limits, 0, fields),
        limit(limits, 1, fields),
        fields.text(TaskKeys.ROOT_ID),
        fields.text(TaskKeys.PARENT_ID),
        fields.shown(TaskKeys.ARGSREPR),
        fields.shown(TaskKeys.KWARGSREPR),
        fields.shown(TaskKeys.ORIGIN),
        fields.flag(TaskKeys.IGNORE_RESULT),
        nesting == null ? 0 : nesting,
        names(fields.list(TaskKeys.STAMPED_HEADERS)),
        fields.mapOrEmpty(TaskKeys.STAMPS),
        custom);
  }

  /** The name to show in logs and events. */
  public String displayName() {
    return shadow == null || shadow.isEmpty() ? task : shadow;
  }

  /** The first task of the workflow: this one, if the message names no other. */
  public String rootOrSelf() {
    return rootId == null || rootId.isEmpty() ? id : rootId;
  }

  /**
   * A value for each stamp that {@link #stampedHeaders} names, null where the sender left it out:
   * Python workers stop at a name without a value, so that one is never sent on.
   */
  public Map<String, @Nullable Object> knownStamps() {
    if (stampedHeaders == null) {
      return Map.of();
    }
    Map<String, @Nullable Object> known = new LinkedHashMap<>();
    for (String name : stampedHeaders) {
      known.put(name, stamps.get(name));
    }
    return known;
  }

  /** The headers that are neither Celery's nor the broker's. */
  static Map<String, @Nullable Object> custom(Map<String, ? extends @Nullable Object> headers) {
    Map<String, @Nullable Object> custom = null;
    for (Map.Entry<String, ? extends @Nullable Object> entry : headers.entrySet()) {
      if (!TaskKeys.RESERVED.contains(entry.getKey())) {
        custom = custom == null ? new LinkedHashMap<>() : custom;
        custom.put(entry.getKey(), entry.getValue());
      }
    }
    return custom == null ? Map.of() : custom;
  }

  // Python looks at the first two of a list, and passes over anything else.
  private static @Nullable Duration limit(@Nullable Object limits, int index, Fields fields) {
    if (!(limits instanceof List<?> list) || list.size() < 2) {
      return null;
    }
    Object limit = list.get(index);
    return limit == null
        ? null
        : Fields.seconds(limit, fields.path(TaskKeys.TIME_LIMIT) + "[" + index + "]");
  }

  private static @Nullable List<String> names(@Nullable List<@Nullable Object> values) {
    if (values == null) {
      return null;
    }
    List<String> names = new ArrayList<>(values.size());
    for (Object value : values) {
      names.add(value instanceof String name ? name : PyRepr.of(value));
    }
    return names;
  }
}
