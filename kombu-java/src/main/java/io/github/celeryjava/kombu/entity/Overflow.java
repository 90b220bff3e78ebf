package io.github.celeryjava.kombu.entity;

/** What a queue that is full does with one more message. */
public enum Overflow {
  /** Drops, or dead-letters, the oldest message. */
  DROP_HEAD("drop-head"),
  /** Refuses the new message; its publisher hears of it. */
  REJECT_PUBLISH("reject-publish"),
  /** Refuses the new message and dead-letters it; not for quorum queues. */
  REJECT_PUBLISH_DLX("reject-publish-dlx");

  private final String code;

  Overflow(String code) {
    this.code = code;
  }

  /** RabbitMQ's word for it. */
  public String code() {
    return code;
  }
}
