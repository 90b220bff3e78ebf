package io.github.celeryjava.kombu;

/** What became of a received message. */
public enum Settlement {
  /** Done with. */
  ACKNOWLEDGED,
  /** Dropped, or dead-lettered where the queue says so. */
  REJECTED,
  /** Put back for this or another consumer. */
  REQUEUED
}
