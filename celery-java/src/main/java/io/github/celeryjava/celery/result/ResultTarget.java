package io.github.celeryjava.celery.result;

import org.jspecify.annotations.Nullable;

/**
 * Whom a result is for, as the task's message named it. Stores that keep results under the task's
 * id need none of it; the rpc backend sends the result there.
 *
 * @param replyTo queue of the caller; null or empty if it wants no message
 * @param correlationId what the caller matches the answer by; null means the task's id
 */
public record ResultTarget(@Nullable String replyTo, @Nullable String correlationId) {

  /** Nobody in particular. */
  public static final ResultTarget NONE = new ResultTarget(null, null);
}
