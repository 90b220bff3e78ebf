package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * A prefetch count that any thread may change and one thread applies. Thread-safe, but for {@link
 * #update}, which belongs to the thread that owns the consumers.
 *
 * <p>Named after {@code kombu.common.QoS}. A count of 0 means no limit, and stays 0 whatever is
 * added or taken away.
 */
public final class QoS {

  static final int LARGEST = 65_535;

  private final IntConsumer apply;
  private final Runnable changed;
  private final int max;
  private final AtomicInteger value;

  // Mutable state, applying thread only
  private int applied;

  /**
   * @param apply sends a count to the broker, for example {@code consumer::prefetch}; called by
   *     {@link #update} with 0 to 65 535
   * @param initial the count to start with, taken as applied already
   * @param max the count that adding stops at; 0 means no ceiling
   */
  public QoS(IntConsumer apply, int initial, int max) {
    this(apply, initial, max, () -> {});
  }

  /**
   * The same for an applying thread that may be asleep.
   *
   * @param changed wakes it; called by those who change the count
   */
  QoS(IntConsumer apply, int initial, int max, Runnable changed) {
    this.apply = requireNonNull(apply, "apply");
    this.changed = changed;
    this.max = requireNotNegative("max", max);
    value = new AtomicInteger(requireNotNegative("initial", initial));
    applied = initial;
  }

  /** The count wanted, whether applied or not. */
  public int value() {
    return value.get();
  }

  /** Allows {@code n} more, up to the ceiling; returns the count wanted from now on. */
  public int increment(int n) {
    return change(was -> max > 0 ? Math.max(was, Math.min(was + n, max)) : was + n);
  }

  /** Allows {@code n} fewer, but at least 1; returns the count wanted from now on. */
  public int decrement(int n) {
    return change(was -> Math.max(was - n, 1));
  }

  /** Wants exactly {@code count}; 0 means no limit. */
  public void set(int count) {
    value.set(requireNotNegative("count", count));
    changed.run();
  }

  /** Applies the count if it has changed since it was last applied; says whether it had. */
  public boolean update() {
    int wanted = value.get();
    if (wanted == applied) {
      return false;
    }
    applied = wanted;
    apply.accept(wanted > LARGEST ? 0 : wanted); // the wire has 16 bits for it
    return true;
  }

  private int change(IntUnaryOperator change) {
    int now = value.updateAndGet(was -> was == 0 ? 0 : change.applyAsInt(was));
    changed.run();
    return now;
  }

  private static int requireNotNegative(String what, int count) {
    if (count < 0) {
      throw new IllegalArgumentException(what + " must not be negative, was " + count);
    }
    return count;
  }
}
