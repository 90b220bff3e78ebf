package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * When an event happened: by the logical clock of its process, and by the clock on the wall.
 *
 * <p>There is no order for sorting: two events of which one has no logical clock go by the wall,
 * others do not, so that three events may be before each other in a circle.
 *
 * <p>Named after {@code kombu.clocks.timetuple}; what belongs to the event stays with the caller.
 *
 * @param clock what {@link LamportClock} said; 0 if nobody asked it
 * @param timestamp what the clock on the wall said
 * @param process who says so, {@code hostname:pid} for example
 */
public record EventTime(long clock, Instant timestamp, String process) {

  public EventTime {
    requireNonNull(timestamp, "timestamp");
    requireNonNull(process, "process");
  }

  /**
   * Whether this came before another: by the logical clocks, and at the same time by the name of
   * the process; by the clocks on the wall unless both have a logical one.
   */
  public boolean isBefore(EventTime other) {
    if (clock == 0 || other.clock == 0) {
      return timestamp.isBefore(other.timestamp);
    }
    return clock == other.clock
        ? LamportClock.BY_CODE_POINTS.compare(process, other.process) < 0
        : clock < other.clock;
  }
}
