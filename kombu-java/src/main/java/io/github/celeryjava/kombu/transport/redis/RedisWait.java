package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for what threads of the transport do, no longer than a limit. Stateless. */
final class RedisWait {

  private RedisWait() {}

  /**
   * The result of {@code future}. An interrupt does not end the wait; the flag is kept.
   *
   * @param what for the message of an error: what took too long
   * @throws OperationalException what the future failed with; lost if it is not done in time
   */
  static <T extends @Nullable Object> T result(
      CompletableFuture<T> future, Duration limit, LongSupplier nanos, String what) {
    return result(future, limit, nanos, what, () -> 0);
  }

  /**
   * The same for what may be large: the limit begins anew as long as something moves.
   *
   * @param traffic changes when something has moved
   */
  static <T extends @Nullable Object> T result(
      CompletableFuture<T> future,
      Duration limit,
      LongSupplier nanos,
      String what,
      LongSupplier traffic) {
    long deadline = nanos.getAsLong() + limit.toNanos();
    long moved = traffic.getAsLong();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get(deadline - nanos.getAsLong(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          long now = traffic.getAsLong();
          if (now == moved) {
            throw OperationalException.lost(
                what + " took longer than " + limit.toMillis() + " ms", e);
          }
          moved = now;
          deadline = nanos.getAsLong() + limit.toNanos();
        } catch (ExecutionException e) {
          throw e.getCause() instanceof OperationalException cause
              ? cause.toldHere()
              : OperationalException.lost(what + " failed: " + e.getCause(), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
