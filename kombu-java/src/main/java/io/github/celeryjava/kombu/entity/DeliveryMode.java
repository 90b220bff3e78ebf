package io.github.celeryjava.kombu.entity;

/** Whether the broker keeps a message on disk. */
public enum DeliveryMode {
  /** Lost when the broker restarts. */
  TRANSIENT(1),
  /** Kept on disk, in a durable queue. */
  PERSISTENT(2);

  private final int code;

  DeliveryMode(int code) {
    this.code = code;
  }

  /** The number on the wire: 1 or 2. */
  public int code() {
    return code;
  }

  /**
   * The mode with that number.
   *
   * @throws IllegalArgumentException if {@code code} is neither 1 nor 2
   */
  public static DeliveryMode of(int code) {
    return switch (code) {
      case 1 -> TRANSIENT;
      case 2 -> PERSISTENT;
      default -> throw new IllegalArgumentException("delivery mode is 1 or 2, was " + code);
    };
  }
}
