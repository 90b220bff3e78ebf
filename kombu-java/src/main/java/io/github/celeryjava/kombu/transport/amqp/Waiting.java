package io.github.celeryjava.kombu.transport.amqp;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Waits with a time limit and without being interruptible. Stateless. */
final class Waiting {

  private Waiting() {}

  /** Whether the future is done within {@code limit}. An interrupt is still pending afterwards. */
  static boolean isDone(CompletableFuture<?> future, Duration limit, LongSupplier nanos) {
    long deadline = nanos.getAsLong() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Object unused = future.get(deadline - nanos.getAsLong(), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return true;
        } catch (TimeoutException e) {
          return false;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
