package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a task whose message is to be rejected rather than acknowledged. It has an effect only
 * with late acknowledgement; otherwise the message was acknowledged before the task began.
 *
 * <p>Named after {@code celery.exceptions.Reject}.
 */
public final class RejectException extends CeleryException {

  private final @Nullable String reason;
  private final boolean requeued;

  private RejectException(@Nullable String reason, boolean requeued) {
    super("reject requeue=" + requeued + ": " + reason, null, false);
    this.reason = reason;
    this.requeued = requeued;
  }

  /**
   * Drops the message, or dead-letters it where its queue says so.
   *
   * @param reason text for the log and for the peers, null for none
   */
  public static RejectException dropped(@Nullable String reason) {
    return new RejectException(reason, false);
  }

  /**
   * Puts the message back into its queue, for this or another worker.
   *
   * @param reason text for the log and for the peers, null for none
   */
  public static RejectException requeued(@Nullable String reason) {
    return new RejectException(reason, true);
  }

  /** Why, null if no reason was given. */
  public @Nullable String reason() {
    return reason;
  }

  /** Whether the message goes back into its queue. */
  public boolean isRequeued() {
    return requeued;
  }
}
