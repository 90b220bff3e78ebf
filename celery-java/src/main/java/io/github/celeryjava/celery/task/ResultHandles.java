package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.result.AsyncResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the handles of tasks that a task returns the form in which peers know them. Stateless and
 * thread-safe.
 *
 * <p>Source: {@code prepare_value} in {@code celery/backends/base.py} and {@code as_tuple} in
 * {@code celery/result.py}. Python does it for the result itself only; here for what is nested in
 * lists and maps too.
 */
final class ResultHandles {

  private ResultHandles() {}

  /** The value itself if no handle is in it, else a copy with a tuple in the place of each. */
  static @Nullable Object asTuples(@Nullable Object value) {
    return holdsHandle(value) ? copy(value) : value;
  }

  private static boolean holdsHandle(@Nullable Object value) {
    if (value instanceof Collection<?> items) {
      return items.stream().anyMatch(ResultHandles::holdsHandle);
    }
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().anyMatch(ResultHandles::holdsHandle);
    }
    if (value instanceof Object[] items) {
      return Arrays.stream(items).anyMatch(ResultHandles::holdsHandle);
    }
    return value instanceof AsyncResult<?>;
  }

  private static @Nullable Object copy(@Nullable Object value) {
    if (value instanceof AsyncResult<?> handle) {
      return ResultTree.task(handle.id()).toTuple();
    }
    if (value instanceof Collection<?> items) {
      return copies(items);
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put(key, copy(each)));
      return copy;
    }
    return value instanceof Object[] items ? copies(Arrays.asList(items)) : value;
  }

  private static List<@Nullable Object> copies(Collection<?> items) {
    List<@Nullable Object> copies = new ArrayList<>(items.size());
    items.forEach(each -> copies.add(copy(each)));
    return copies;
  }
}
