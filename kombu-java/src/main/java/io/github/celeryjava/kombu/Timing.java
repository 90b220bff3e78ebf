package io.github.celeryjava.kombu;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** The monotonic clock and the one way to wait by it. Thread-safe. */
interface Timing {

  /** Nanoseconds since some moment; compare by subtraction. */
  long nanos();

  /**
   * Waits until {@code future} is done, however, or {@code deadline} is reached. An interrupt does
   * not end the wait; the flag is set again afterwards.
   *
   * @return whether the future is done
   */
  boolean await(CompletableFuture<?> future, long deadline);

  /** Waits for real, measuring by {@code nanos}. */
  static Timing of(LongSupplier nanos) {
    return new Timing() {

      @Override
      public long nanos() {
        return nanos.getAsLong();
      }

      @Override
      public boolean await(CompletableFuture<?> future, long deadline) {
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
    };
  }
}
