package io.github.celeryjava.kombu.serialization;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A value that a format has no form for, and the way to it, collected on the way out. */
final class NoFormException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int STEPS_SHOWN = 20;

  // Mutable state
  private final transient Deque<String> steps = new ArrayDeque<>();

  NoFormException(String reason) {
    this(reason, null);
  }

  NoFormException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }

  /** Says that the value stands in another one, there. */
  NoFormException inside(String step) {
    steps.push(step);
    return this;
  }

  /** The place of the value, for example {@code $[0].when}. */
  String path() {
    if (steps.size() <= STEPS_SHOWN) {
      return "$" + String.join("", steps);
    }
    return "$"
        + String.join("", steps.stream().limit(STEPS_SHOWN).toList())
        + "... ("
        + steps.size()
        + " levels)";
  }
}
