package io.github.celeryjava.celery.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows a task: the third part of a version 2 body. An empty list says no more than null,
 * and becomes null.
 *
 * @param callbacks run on success; null for none
 * @param errbacks run on failure; null for none
 * @param chain rest of the chain, <b>last step first</b>: the next step is the last element; null
 *     for none
 * @param chord body of the chord this task is a header part of; null for none
 */
public record TaskLinks(
    @Nullable List<SignatureData> callbacks,
    @Nullable List<SignatureData> errbacks,
    @Nullable List<SignatureData> chain,
    @Nullable SignatureData chord) {

  /** Nothing follows. */
  public static final TaskLinks NONE = new TaskLinks(null, null, null, null);

  /** Makes null of what is empty. */
  public TaskLinks {
    callbacks = orNull(callbacks);
    errbacks = orNull(errbacks);
    chain = orNull(chain);
  }

  /** Whether nothing follows. */
  public boolean isEmpty() {
    return callbacks == null && errbacks == null && chain == null && chord == null;
  }

  private static @Nullable List<SignatureData> orNull(@Nullable List<SignatureData> calls) {
    return calls == null || calls.isEmpty() ? null : calls;
  }
}
