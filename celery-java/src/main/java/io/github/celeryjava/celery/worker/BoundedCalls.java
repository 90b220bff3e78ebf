package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls that may block, one after another on one thread, none of them waited for longer than a
 * limit. Thread-safe.
 *
 * <p>A call that does not return in time is given up, not ended: the thread is its own until it
 * returns. Until then the others fail at once, for they would only wait behind it; so what never
 * returns costs one thread and nothing more.
 */
final class BoundedCalls {

  private static final class Call {

    private final Runnable action;
    private final CompletableFuture<@Nullable Void> outcome = new CompletableFuture<>();

    // Mutable state
    private volatile boolean late;

    Call(Runnable action) {
      this.action = action;
    }
  }

  private final ExecutorService thread;
  private final Duration limit;
  private final ScheduledExecutorService timeouts = Threads.onDemand("celery-store-timeouts");

  // Mutable state
  private final Set<Call> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Call running;

  /**
   * @param thread runs one call at a time; the caller shuts it down
   * @param limit the longest that anybody waits for a call, from its start
   */
  BoundedCalls(ExecutorService thread, Duration limit) {
    this.thread = thread;
    this.limit = limit;
  }

  /**
   * Makes the call as soon as those before it have ended. Returns at once.
   *
   * @return completes when the call returns; exceptionally with what it threw, with {@link
   *     TimeoutException} if it did not return in time or had to wait for one that did not, and
   *     with {@link RejectedExecutionException} if the thread was shut down. What depends on it
   *     must not block
   */
  CompletableFuture<@Nullable Void> run(Runnable action) {
    Call call = new Call(action);
    waiting.add(call);
    if (isStuck()) {
      giveUpWaiting();
      return call.outcome;
    }
    try {
      thread.execute(() -> perform(call));
    } catch (RejectedExecutionException e) {
      waiting.remove(call);
      call.outcome.completeExceptionally(e);
    }
    return call.outcome;
  }

  private void perform(Call call) {
    if (!waiting.remove(call)) {
      return; // given up while it waited
    }
    running = call;
    ScheduledFuture<?> end =
        timeouts.schedule(() -> giveUp(call), limit.toNanos(), TimeUnit.NANOSECONDS);
    try {
      call.action.run();
      call.outcome.complete(null);
    } catch (RuntimeException
        | Error e) { // of somebody else's code, whose caller has to hear of it
      call.outcome.completeExceptionally(e);
    } finally {
      end.cancel(false);
      running = null;
    }
  }

  private void giveUp(Call call) {
    call.late = true;
    if (call.outcome.completeExceptionally(
        new TimeoutException("the call has not returned within " + limit))) {
      giveUpWaiting();
    }
  }

  private boolean isStuck() {
    Call now = running;
    return now != null && now.late;
  }

  private void giveUpWaiting() {
    for (Call call : List.copyOf(waiting)) {
      if (waiting.remove(call)) {
        call.outcome.completeExceptionally(
            new TimeoutException("an earlier call has not returned within " + limit));
      }
    }
  }
}
