package io.github.celeryjava.celery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Both kinds of time, which move only when a test moves them. */
public final class ManualClock extends Clock implements LongSupplier {

  private volatile Instant now;
  private volatile long nanos;
  private volatile Duration step = Duration.ZERO;

  public ManualClock(Instant now) {
    this.now = now;
  }

  public void advance(Duration by) {
    now = now.plus(by);
    nanos += by.toNanos();
  }

  /** From now on time passes, but only between one look and the next. */
  public void passesWhenLookedAt(Duration step) {
    this.step = step;
  }

  @Override
  public Instant instant() {
    Instant seen = now;
    now = seen.plus(step);
    return seen;
  }

  @Override
  public long getAsLong() {
    return nanos;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
