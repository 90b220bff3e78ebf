package io.github.celeryjava.kombu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A logical clock that orders what several processes do. Thread-safe.
 *
 * <p>Named after {@code kombu.clocks.LamportClock}; 0 means that nothing has happened yet.
 */
public final class LamportClock {

  /** How Python compares text, unlike {@code String.compareTo}. */
  static final Comparator<String> BY_CODE_POINTS =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private final AtomicLong value;

  /** A clock at 0. */
  public LamportClock() {
    this(0);
  }

  /** A clock that goes on from {@code start}, for a process that kept its value. */
  public LamportClock(long start) {
    value = new AtomicLong(start);
  }

  /** The time of the last event. */
  public long value() {
    return value.get();
  }

  /** Counts an event of this process, such as a message it is about to send; returns its time. */
  public long forward() {
    return value.incrementAndGet();
  }

  /**
   * Takes in a peer's time from a message received.
   *
   * @param other the time in the message, 0 if it had none
   * @return the time of the receipt, later than both clocks
   */
  public long adjust(long other) {
    return value.accumulateAndGet(other, (mine, theirs) -> Math.max(mine, theirs) + 1);
  }

  /**
   * Which of several events comes first, where processes have to agree on one, as in an election:
   * the first of the list, or, if others have its time, the one whose process has the smallest
   * name.
   *
   * <p>Of those with the same time the last is overlooked, as {@code sort_heap} of kombu does:
   * whoever votes together with Python has to come to the same result.
   *
   * @param events sorted by their clocks; not changed
   * @param clock the time of an event
   * @param process the name of its process
   * @throws IllegalArgumentException if there are no events
   */
  public static <E> E sortHeap(
      List<E> events, ToLongFunction<? super E> clock, Function<? super E, String> process) {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("there are no events");
    }
    E first = events.get(0);
    E smallest = first;
    for (int i = 1; i + 1 < events.size(); i++) {
      E event = events.get(i);
      long time = clock.applyAsLong(event);
      if (time != clock.applyAsLong(first) || time != clock.applyAsLong(events.get(i + 1))) {
        break;
      }
      if (BY_CODE_POINTS.compare(process.apply(event), process.apply(smallest)) < 0) {
        smallest = event;
      }
    }
    return smallest;
  }
}
