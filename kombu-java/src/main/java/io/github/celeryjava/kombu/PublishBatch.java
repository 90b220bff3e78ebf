package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Many messages on their way at once, no more than a window of them unconfirmed. One thread adds
 * and waits; the answers come on threads of the transport.
 *
 * <p>The batch goes on for as long as answers keep coming, and gives up, for the messages on their
 * way and those not added yet, when none has come for the time-out.
 */
final class PublishBatch implements Publication.Listener {

  private static final int LOOKS_A_TIMEOUT = 8;

  private final PublishEngine engine;
  private final Timing timing;
  private final Connection connection;
  private final List<? extends Entity> declare;
  private final RetryPolicy policy;
  private final Duration timeout;
  private final SortedMap<Integer, KombuException> failures = new ConcurrentSkipListMap<>();
  private final AtomicInteger unsettled = new AtomicInteger();

  // Mutable state, adding thread only
  private final ArrayDeque<Publication> sent = new ArrayDeque<>();
  private int size;
  private @Nullable KombuException givenUp;

  // Mutable state
  private volatile int awaited;
  private volatile @Nullable CompletableFuture<@Nullable Void> reached;

  PublishBatch(
      PublishEngine engine,
      Connection connection,
      List<? extends Entity> declare,
      RetryPolicy policy,
      Duration timeout) {
    this.engine = engine;
    this.connection = connection;
    this.timing = connection.settings().timing();
    this.declare = declare;
    this.policy = policy;
    this.timeout = timeout;
  }

  /** Sends one more message, waiting for room in the window. */
  void add(OutgoingMessage message) {
    if (givenUp == null && unsettled.get() >= engine.window()) {
      awaitUnsettled(engine.window() / 2);
    }
    if (givenUp != null) {
      refuse(givenUp);
      return;
    }
    Publication publication =
        new Publication(
            engine,
            message,
            message.declare().isEmpty() ? declare : message.declare(),
            connection.retries(policy, timeout),
            this,
            size++);
    unsettled.incrementAndGet();
    remember(publication);
    engine.publish(publication);
  }

  /** Counts one message that cannot even be sent. */
  void refuse(KombuException error) {
    failures.put(size++, error);
  }

  /** Waits for the outcome of all. */
  PublishReport finish() {
    awaitUnsettled(0);
    return new PublishReport(size, failures);
  }

  @Override
  public void settled(Publication publication, @Nullable KombuException error) {
    if (error != null) {
      failures.put(publication.place(), error);
    }
    int left = unsettled.decrementAndGet();
    CompletableFuture<@Nullable Void> waiter = reached;
    if (waiter != null && left <= awaited) {
      waiter.complete(null);
    }
  }

  private void remember(Publication publication) {
    sent.add(publication);
    if (sent.size() > 2 * engine.window()) {
      while (!sent.isEmpty() && sent.element().isDone()) {
        sent.remove();
      }
    }
  }

  /** Waits until no more than {@code target} are on their way, or gives up on all of them. */
  private void awaitUnsettled(int target) {
    CompletableFuture<@Nullable Void> waiter = startWaiting(target);
    if (unsettled.get() > target && !awaitWhileAnswered(waiter)) {
      giveUp();
    }
    reached = null;
  }

  private CompletableFuture<@Nullable Void> startWaiting(int target) {
    CompletableFuture<@Nullable Void> waiter = new CompletableFuture<>();
    awaited = target;
    reached = waiter;
    return waiter;
  }

  private boolean awaitWhileAnswered(CompletableFuture<@Nullable Void> waiter) {
    long slice = Math.max(1, timeout.toNanos() / LOOKS_A_TIMEOUT);
    long quietSince = timing.nanos();
    int before = unsettled.get();
    long now = quietSince;
    while (!timing.await(waiter, now + slice)) {
      now = timing.nanos();
      int left = unsettled.get();
      if (left != before) {
        before = left;
        quietSince = now;
      } else if (now - quietSince >= timeout.toNanos()) {
        return false;
      }
    }
    return true;
  }

  private void giveUp() {
    sent.forEach(Publication::expired);
    CompletableFuture<@Nullable Void> waiter = startWaiting(0);
    if (unsettled.get() > 0) { // another thread is just noting how one of them ended
      boolean unused = timing.await(waiter, timing.nanos() + timeout.toNanos());
    }
    givenUp =
        new PublishTimeoutException(
            "not sent: the broker did not confirm the messages before it within " + timeout, null);
  }
}
