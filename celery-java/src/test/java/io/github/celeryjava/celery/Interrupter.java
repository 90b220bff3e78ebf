package io.github.celeryjava.celery;

import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Interrupts threads in the middle of what they do, at moments that spread over it. */
public final class Interrupter implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ScheduledExecutorService later = Threads.onDemand("interrupter");
  private final Random random = new Random(11);
  private final AtomicInteger interrupts = new AtomicInteger();

  // Mutable state, thread of the test only
  private long typicalNanos = 1_000_000; // how long a body takes
  private int hits;

  /**
   * Runs the body on a thread of a user and interrupts that thread at some moment meanwhile.
   *
   * @return what the body returned
   */
  public <T> T during(ExecutorService users, Callable<T> body) throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    AtomicReference<T> result = new AtomicReference<>();
    Future<Boolean> hit =
        users.submit(
            () -> {
              thread.set(Thread.currentThread());
              started.countDown();
              try {
                result.set(body.call());
              } finally {
                over.countDown();
              }
              return Thread.interrupted();
            });
    started.await();
    long start = System.nanoTime();
    long moment = random.nextLong(typicalNanos);
    if (!over.await(moment, TimeUnit.NANOSECONDS)) {
      thread.get().interrupt();
    }
    if (hit.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
      hits++;
    }
    typicalNanos = (9 * typicalNanos + System.nanoTime() - start) / 10;
    return result.get();
  }

  /** How many bodies ended with the flag of an interrupt that came in the middle. */
  public int hits() {
    return hits;
  }

  /** Interrupts a thread within a millisecond or two; any thread may ask for that. */
  public void soon(Thread thread) {
    long delay;
    synchronized (random) {
      delay = random.nextLong(2_000_000);
    }
    var unused = later.schedule(() -> now(thread), delay, TimeUnit.NANOSECONDS);
  }

  /** Interrupts a thread, which may be the calling one. */
  public void now(Thread thread) {
    interrupts.incrementAndGet();
    thread.interrupt();
  }

  /** How many interrupts {@link #soon} and {@link #now} have caused. */
  public int interrupts() {
    return interrupts.get();
  }

  @Override
  public void close() {
    later.shutdownNow();
  }
}
