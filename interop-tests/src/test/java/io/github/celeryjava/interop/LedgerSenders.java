package io.github.celeryjava.interop;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.SendAllException;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends tasks that each write their id to a ledger, in every way there is to send: half of them in
 * batches, a quarter for futures, a quarter by threads that wait for each confirm. What was
 * reported as not sent is sent again, under its id, until it is reported as sent. Thread-safe.
 */
final class LedgerSenders implements AutoCloseable {

  private static final int BATCH = 100;
  private static final int ON_THEIR_WAY = 200;
  private static final int WAITING_THREADS = 4;
  private static final long LOOK_MILLIS = 10;

  private final Celery app;
  private final ExecutionLedger ledger;
  private final List<String> tasks;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> running = new ArrayList<>();
  private final List<Way> ways;
  private final Map<String, Long> sent = new ConcurrentHashMap<>();
  private final LongAdder failures = new LongAdder();

  /**
   * @param tasks names of tasks that take the path of the ledger and what to write, used in turn
   * @param count how many to send
   */
  LedgerSenders(Celery app, ExecutionLedger ledger, List<String> tasks, int count) {
    this.app = app;
    this.ledger = ledger;
    this.tasks = tasks;
    ways =
        List.of(
            new Way("batch", count / 2),
            new Way("future", count / 4),
            new Way("waiting", count - count / 2 - count / 4));
  }

  /** Begins; every way stops for {@link #goOn} after a quarter of its tasks. */
  void start() {
    run(() -> sendBatches(ways.get(0)));
    run(() -> sendFutures(ways.get(1)));
    for (int i = 0; i < WAITING_THREADS; i++) {
      run(() -> sendOneByOne(ways.get(2)));
    }
    ways.forEach(Way::releaseFirstQuarter);
  }

  /** Lets every way send the rest of its tasks. */
  void goOn() {
    ways.forEach(Way::releaseTheRest);
  }

  /** The ids that were reported as sent so far. */
  Set<String> sent() {
    return sent.keySet();
  }

  /** How often a task was reported as not sent. */
  long failures() {
    return failures.sum();
  }

  /** Waits until every task was reported as sent. */
  void awaitAll(Duration limit) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Future<?> way : running) {
      way.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  /** When, counted from {@code nanos}, each of some tasks was reported as sent. */
  List<String> reports(Collection<String> ids, long nanos) {
    return ids.stream().map(id -> id + " at " + Duration.ofNanos(sent.get(id) - nanos)).toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void run(Callable<@Nullable Void> sending) {
    running.add(threads.submit(sending));
  }

  private @Nullable Void sendBatches(Way way) throws InterruptedException {
    while (!way.isDone()) {
      List<String> batch = way.next(BATCH);
      Set<Integer> failed = Set.of();
      try {
        var unused = app.sendAll(batch.stream().map(this::call).toList());
      } catch (SendAllException e) {
        failed = e.failures().keySet();
      }
      for (int i = 0; i < batch.size(); i++) {
        way.outcome(batch.get(i), !failed.contains(i));
      }
    }
    return null;
  }

  private @Nullable Void sendFutures(Way way) throws InterruptedException {
    Semaphore places = new Semaphore(ON_THEIR_WAY);
    while (!way.isDone()) {
      for (String id : way.next(1)) {
        places.acquire();
        var unused =
            app.sendAsync(call(id))
                .whenComplete(
                    (result, error) -> {
                      way.outcome(id, error == null);
                      places.release();
                    });
      }
    }
    return null;
  }

  private @Nullable Void sendOneByOne(Way way) throws InterruptedException {
    while (!way.isDone()) {
      for (String id : way.next(1)) {
        try {
          var unused = app.send(call(id));
          way.outcome(id, true);
        } catch (OperationalException e) {
          way.outcome(id, false);
        }
      }
    }
    return null;
  }

  private TaskSignature call(String id) {
    String task = tasks.get(Math.floorMod(id.hashCode(), tasks.size()));
    return TaskSignature.of(task, List.of(ledger.file().toString(), id))
        .withOptions(CallOptions.builder().taskId(id).ignoreResult(true).build());
  }

  /** The tasks that are sent in one way. */
  private final class Way {

    private final String name;
    private final int count;
    private final BlockingQueue<String> todo = new LinkedBlockingQueue<>();
    private final AtomicInteger unsent;

    Way(String name, int count) {
      this.name = name;
      this.count = count;
      unsent = new AtomicInteger(count);
    }

    void releaseFirstQuarter() {
      release(0, count / 4);
    }

    void releaseTheRest() {
      release(count / 4, count);
    }

    private void release(int from, int to) {
      todo.addAll(IntStream.range(from, to).mapToObj(i -> name + "-" + i).toList());
    }

    boolean isDone() {
      return unsent.get() == 0;
    }

    /** As many as there are up to {@code most}; none if none comes back soon. */
    List<String> next(int most) throws InterruptedException {
      List<String> taken = new ArrayList<>();
      String first = todo.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (first != null) {
        taken.add(first);
        todo.drainTo(taken, most - 1);
      }
      return taken;
    }

    void outcome(String id, boolean success) {
      if (success) {
        sent.put(id, System.nanoTime());
        unsent.decrementAndGet();
      } else {
        failures.increment();
        todo.add(id);
      }
    }
  }
}
