package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.BackendException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of a task's state and result, as every backend but the database stores or sends it.
 *
 * <p>Wire source: {@code _get_result_meta} in {@code celery/backends/base.py}, {@code _to_result}
 * in {@code celery/backends/rpc.py} (5.2 to 5.7). Before 5.7 the rpc backend sent five keys only.
 * Golden copies: {@code src/test/resources/wire/result-meta/}.
 *
 * @param taskId id of the task
 * @param status state: {@code SUCCESS}, {@code FAILURE}, a task's own
 * @param result return value; the exception as data on {@code FAILURE}, {@code RETRY} and {@code
 *     REVOKED}; whatever the task gave in a state of its own
 * @param traceback stack trace on {@code FAILURE} and {@code RETRY}; null otherwise
 * @param children tasks sent while it ran; null if not known
 * @param dateDone when it reached a final state; null before
 * @param groupId group it is a part of; null for none
 * @param parentId task that sent it; null for none
 * @param extended what {@code result_extended} adds; null without
 */
public record ResultMeta(
    String taskId,
    String status,
    @Nullable Object result,
    @Nullable String traceback,
    @Nullable List<ResultTree> children,
    @Nullable Instant dateDone,
    @Nullable String groupId,
    @Nullable String parentId,
    @Nullable Extended extended) {

  private static final String STATUS = "status";
  private static final String RESULT = "result";
  private static final String TRACEBACK = "traceback";
  private static final String CHILDREN = "children";
  private static final String DATE_DONE = "date_done";
  private static final String GROUP_ID = "group_id";
  private static final String PARENT_ID = "parent_id";
  private static final String TASK_ID = "task_id";
  private static final String NAME = "name";
  private static final String WORKER = "worker";
  private static final String QUEUE = "queue";

  /** Checks the two parts that are always there. */
  public ResultMeta {
    requireNonNull(taskId, "taskId");
    requireNonNull(status, "status");
  }

  /** A state and a result, and nothing more. */
  public static ResultMeta of(String taskId, String status, @Nullable Object result) {
    return new ResultMeta(taskId, status, result, null, List.of(), null, null, null, null);
  }

  /**
   * The form on the wire.
   *
   * @param zone the app's time zone, for {@code date_done}
   */
  public Map<String, @Nullable Object> toMap(ZoneId zone) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>(32);
    map.put(STATUS, status);
    map.put(RESULT, result);
    map.put(TRACEBACK, traceback);
    map.put(CHILDREN, children == null ? null : ResultTree.toTuples(children));
    map.put(DATE_DONE, PyTime.formatOrNull(dateDone, zone));
    if (groupId != null && !groupId.isEmpty()) {
      map.put(GROUP_ID, groupId);
    }
    if (parentId != null && !parentId.isEmpty()) {
      map.put(PARENT_ID, parentId);
    }
    if (extended != null) {
      extended.addTo(map);
    }
    map.put(TASK_ID, taskId);
    return map;
  }

  /**
   * Reads a decoded record. What is missing or of the wrong kind counts as not known, apart from
   * the state and the id.
   *
   * @param taskId id the record was asked for by, if the record itself has none; null if it must
   * @throws BackendException if it is no map, or names no state or no task
   */
  public static ResultMeta read(@Nullable Object value, @Nullable String taskId) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new BackendException(
          "result of task " + taskId + " is no map: " + PyRepr.of(value, 100, 2), null);
    }
    String id = text(map, TASK_ID) == null ? taskId : text(map, TASK_ID);
    String status = text(map, STATUS);
    if (id == null || status == null) {
      throw new BackendException(
          "result of task " + id + " has no " + (id == null ? TASK_ID : STATUS), null);
    }
    return new ResultMeta(
        id,
        status,
        map.get(RESULT),
        text(map, TRACEBACK),
        children(map.get(CHILDREN)),
        time(map.get(DATE_DONE)),
        text(map, GROUP_ID),
        text(map, PARENT_ID),
        map.containsKey(NAME) ? Extended.read(map) : null);
  }

  private static @Nullable String text(Map<?, ?> map, String key) {
    return map.get(key) instanceof String text ? text : null;
  }

  private static @Nullable Instant time(@Nullable Object value) {
    try {
      return value == null ? null : PyTime.instant(value);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable List<ResultTree> children(@Nullable Object value) {
    if (!(value instanceof List<?> tuples)) {
      return null;
    }
    List<ResultTree> children = new ArrayList<>(tuples.size());
    for (Object tuple : tuples) {
      if (ResultTree.isTuple(tuple)) {
        children.add(ResultTree.read(tuple));
      }
    }
    return children;
  }

  /**
   * What {@code result_extended} adds to a record.
   *
   * @param name name of the task
   * @param args positional arguments
   * @param kwargs keyword arguments
   * @param worker node that ran it
   * @param retries runs before this one
   * @param queue routing key of its message
   * @param stampedHeaders names of the stamps; null for none
   * @param stamps value of each
   */
  public record Extended(
      @Nullable String name,
      @Nullable Object args,
      @Nullable Object kwargs,
      @Nullable String worker,
      @Nullable Integer retries,
      @Nullable String queue,
      @Nullable List<String> stampedHeaders,
      Map<String, @Nullable Object> stamps) {

    private void addTo(Map<String, @Nullable Object> map) {
      map.put(NAME, name);
      map.put(TaskKeys.ARGS, args);
      map.put(TaskKeys.KWARGS, kwargs);
      map.put(WORKER, worker);
      map.put(TaskKeys.RETRIES, retries);
      map.put(QUEUE, queue);
      if (stampedHeaders != null && !stamps.isEmpty()) {
        map.put(TaskKeys.STAMPED_HEADERS, stampedHeaders);
        for (String stamp : stampedHeaders) {
          if (stamps.containsKey(stamp)) {
            map.put(stamp, stamps.get(stamp));
          }
        }
      }
    }

    private static Extended read(Map<?, ?> map) {
      List<String> names = null;
      Map<String, @Nullable Object> stamps = new LinkedHashMap<>();
      if (map.get(TaskKeys.STAMPED_HEADERS) instanceof List<?> listed) {
        names = listed.stream().filter(String.class::isInstance).map(String.class::cast).toList();
        names.stream().filter(map::containsKey).forEach(name -> stamps.put(name, map.get(name)));
      }
      return new Extended(
          text(map, NAME),
          map.get(TaskKeys.ARGS),
          map.get(TaskKeys.KWARGS),
          text(map, WORKER),
          map.get(TaskKeys.RETRIES) instanceof Number retries ? retries.intValue() : null,
          text(map, QUEUE),
          names,
          stamps);
    }
  }
}
