package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.BackendException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handle on a result as nested tuples: of a task {@code [[id, parent], null]}, of a group {@code
 * [[id, parent], [child, …]]}.
 *
 * <p>Wire source: {@code as_tuple} and {@code result_from_tuple} in {@code celery/result.py} (5.2
 * to 5.7). Golden copies: {@code src/test/resources/wire/result-meta/}.
 *
 * @param id task id or group id
 * @param parent what came before it in a chain; null for nothing
 * @param children results of a group; null for the result of a task
 */
public record ResultTree(
    String id, @Nullable ResultTree parent, @Nullable List<ResultTree> children) {

  private static final int DEEPEST = 1000;

  /** Checks the id and copies the children. */
  public ResultTree {
    requireNonNull(id, "id");
    children = children == null ? null : List.copyOf(children);
  }

  /** The result of a task without a parent. */
  public static ResultTree task(String id) {
    return new ResultTree(id, null, null);
  }

  /** The result of a group without a parent. */
  public static ResultTree group(String id, List<ResultTree> children) {
    return new ResultTree(id, null, children);
  }

  /** Whether this is the result of a group. */
  public boolean isGroup() {
    return children != null;
  }

  /** The form on the wire. */
  public List<@Nullable Object> toTuple() {
    List<@Nullable Object> handle = Arrays.asList(id, parent == null ? null : parent.toTuple());
    return Arrays.asList(handle, children == null ? null : toTuples(children));
  }

  /** The form of several results on the wire. */
  static List<Object> toTuples(List<ResultTree> results) {
    List<Object> tuples = new ArrayList<>(results.size());
    for (ResultTree result : results) {
      tuples.add(result.toTuple());
    }
    return tuples;
  }

  /**
   * Reads a tuple; {@code ["id", nodes]} is accepted too.
   *
   * @throws BackendException if it is no such tuple, or nested deeper than 1000 levels
   */
  public static ResultTree read(@Nullable Object value) {
    return read(value, DEEPEST);
  }

  /** Whether {@code value} has the shape that {@link #read} takes. */
  public static boolean isTuple(@Nullable Object value) {
    try {
      read(value);
      return true;
    } catch (BackendException e) {
      return false;
    }
  }

  private static ResultTree read(@Nullable Object value, int levels) {
    if (levels == 0) {
      throw new BackendException("result tuple is nested deeper than " + DEEPEST, null);
    }
    if (!(value instanceof List<?> pair) || pair.size() != 2) {
      throw wrong("a pair", value);
    }
    Object handle = pair.get(0);
    Object parent = null;
    if (handle instanceof List<?> named) {
      if (named.size() != 2) {
        throw wrong("a pair of id and parent", handle);
      }
      handle = named.get(0);
      parent = named.get(1);
    }
    if (!(handle instanceof String id)) {
      throw wrong("an id", handle);
    }
    return new ResultTree(
        id, parent == null ? null : read(parent, levels - 1), children(pair.get(1), levels - 1));
  }

  private static @Nullable List<ResultTree> children(@Nullable Object value, int levels) {
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> nodes)) {
      throw wrong("a list of children", value);
    }
    List<ResultTree> children = new ArrayList<>(nodes.size());
    for (Object node : nodes) {
      children.add(read(node, levels));
    }
    return children;
  }

  private static BackendException wrong(String expected, @Nullable Object found) {
    return new BackendException(
        "result tuple must hold " + expected + ", was " + PyRepr.of(found, 100, 2), null);
  }
}
