package io.github.celeryjava.kombu.transport;

/** What has to hold for a queue or an exchange to be deleted; refused with code 406 otherwise. */
public enum DeleteCondition {
  /** A queue has no consumers, an exchange has no bindings that start from it. */
  IF_UNUSED,
  /** A queue has no ready messages; means nothing for an exchange. */
  IF_EMPTY
}
