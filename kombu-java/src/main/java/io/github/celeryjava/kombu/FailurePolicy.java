package io.github.celeryjava.kombu;

/** What a {@link ConsumerLoop} does with a message whose handler has failed. */
public enum FailurePolicy {
  /**
   * Logs the error and rejects the message, which dead-letters it where the queue says so. The
   * default where the loop settles messages.
   */
  REJECT,
  /** Logs the error and puts the message back; a message that always fails comes back for ever. */
  REQUEUE,
  /**
   * Ends the loop with the error; what is not settled is the broker's again. What kombu does, and
   * the default where handlers settle messages themselves.
   */
  STOP
}
