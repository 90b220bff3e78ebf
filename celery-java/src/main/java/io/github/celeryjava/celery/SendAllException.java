package io.github.celeryjava.celery;

import io.github.celeryjava.kombu.exceptions.KombuException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some tasks of a batch were not confirmed by the broker; the others were. */
public final class SendAllException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> taskIds;
  private final transient SortedMap<Integer, KombuException> failures;

  private SendAllException(
      List<String> taskIds,
      SortedMap<Integer, KombuException> failures,
      Map.Entry<Integer, KombuException> first) {
    super(
        failures.size()
            + " of "
            + taskIds.size()
            + " tasks were not confirmed, the first is number "
            + first.getKey()
            + ": "
            + first.getValue().getMessage(),
        first.getValue());
    this.taskIds = List.copyOf(taskIds);
    this.failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
  }

  /** There is at least one failure. */
  static SendAllException of(List<String> taskIds, SortedMap<Integer, KombuException> failures) {
    return new SendAllException(taskIds, failures, failures.entrySet().iterator().next());
  }

  /** The ids of all tasks of the batch, in order. */
  public List<String> taskIds() {
    return taskIds;
  }

  /** What went wrong with each task that was not confirmed, by its place from 0. */
  public SortedMap<Integer, KombuException> failures() {
    return failures;
  }
}
