package io.github.celeryjava.kombu.entity;

import java.util.Locale;

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

  /**
   * The mode that a configuration names: {@code transient}, {@code persistent}, {@code 1} or {@code
   * 2}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static DeliveryMode named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "transient", "1" -> TRANSIENT;
      case "persistent", "2" -> PERSISTENT;
      default ->
          throw new IllegalArgumentException(
              "delivery mode is transient, persistent, 1 or 2, was " + name);
    };
  }
}
