package io.github.celeryjava.celery;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some tasks of a batch were not confirmed by the broker; the others were. */
public final class SendAllException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> taskIds;
  private final transient SortedMap<Integer, RuntimeException> failures;

  private SendAllException(
      List<String> taskIds,
      SortedMap<Integer, RuntimeException> failures,
      Map.Entry<Integer, RuntimeException> first) {
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
  static SendAllException of(List<String> taskIds, SortedMap<Integer, RuntimeException> failures) {
    return new SendAllException(taskIds, failures, failures.entrySet().iterator().next());
  }

  /**
   * The ids of all tasks of the batch, in order; empty text for one that failed before it had one.
   */
  public List<String> taskIds() {
    return taskIds;
  }

  /**
   * What went wrong with each task that was not confirmed, by its place from 0: a {@link
   * io.github.celeryjava.kombu.exceptions.KombuException}, an {@link IllegalArgumentException} for
   * a call that cannot be made, or what an interceptor or the source of the calls threw. Nothing
   * was sent for those that failed in another way than by a {@link
   * io.github.celeryjava.kombu.exceptions.PublishTimeoutException}, which says of itself whether
   * the task may have arrived.
   */
  public SortedMap<Integer, RuntimeException> failures() {
    return failures;
  }
}
