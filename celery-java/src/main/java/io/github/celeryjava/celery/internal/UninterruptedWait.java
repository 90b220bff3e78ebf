package io.github.celeryjava.celery.internal;

import io.github.celeryjava.kombu.internal.Internal;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Waits for what others do, with a limit that always holds and no regard for interrupts: for calls
 * whose outcome nobody would know if they were cut short. Thread-safe.
 */
@Internal
public final class UninterruptedWait {

  private final LongSupplier nanos;

  /** Measures by {@code nanos}, a monotonic clock. */
  public UninterruptedWait(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Waits until {@code future} is done, however. An interrupt does not end the wait; the flag is
   * set again afterwards.
   *
   * @param timeout the longest wait; zero only looks
   * @return whether the future is done
   */
  public boolean isDone(CompletableFuture<?> future, Duration timeout) {
    long deadline = nanos.getAsLong() + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (!future.isDone()) {
        long left = deadline - nanos.getAsLong();
        if (left <= 0) {
          return false;
        }
        try {
          future.get(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException | ExecutionException | CancellationException e) {
          // The loop's own conditions say which it was.
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
