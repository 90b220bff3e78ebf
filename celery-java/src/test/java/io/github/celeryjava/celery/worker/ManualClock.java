package io.github.celeryjava.celery.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** A wall clock and a monotonic one, which move only when a test moves them. Thread-safe. */
final class ManualClock extends Clock implements LongSupplier {

  static final Instant START = Instant.parse("2030-01-02T03:04:05Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicLong nanos = new AtomicLong();

  /** Lets time pass. */
  void advance(Duration by) {
    now.updateAndGet(before -> before.plus(by));
    nanos.addAndGet(by.toNanos());
  }

  /** Sets the wall clock, as an administrator would. */
  void set(Instant time) {
    now.set(time);
  }

  /** Sets the monotonic clock, which may start anywhere. */
  void setNanos(long value) {
    nanos.set(value);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public long getAsLong() {
    return nanos.get();
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
