package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all connections of this process to one server do together: waiting for messages, putting
 * back what others have dropped, keeping bindings alive. So a process with many consumers asks no
 * more of the server than one with few. Thread-safe; no method waits for the server.
 *
 * <p>If one of its own connections is lost, all members are told, and it is over.
 */
final class RedisHub {

  private static final Logger log = LoggerFactory.getLogger(RedisHub.class);

  private static final long UPKEEP_MILLIS = 5_000;

  private final RedisContext context;
  private final Consumer<RedisHub> onEnd;
  private final QueueWatch watch;
  private final UnackedSweep sweep;
  private final BindingUpkeep bindings;
  private final Set<HubMember> members = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private @Nullable RedisLine line;
  private @Nullable ScheduledFuture<?> sweeping;
  private @Nullable ScheduledFuture<?> upkeep;
  private boolean ended;

  /**
   * @param onEnd told when it is over, so that no further member joins
   */
  RedisHub(RedisContext context, Consumer<RedisHub> onEnd) {
    this.context = context;
    this.onEnd = onEnd;
    this.watch = new QueueWatch(context, this::lost);
    this.sweep = new UnackedSweep(context, this::isHeld);
    this.bindings = new BindingUpkeep(context, watch::consumed);
  }

  void join(HubMember member) {
    members.add(member);
  }

  /** Says whether it was the last one. */
  boolean leave(HubMember member) {
    members.remove(member);
    watch.leave(member);
    return members.isEmpty();
  }

  /** A member begins to consume. */
  void addConsumer(HubMember member, String queue) {
    watch.addConsumer(member, queue);
    start();
  }

  void removeConsumer(HubMember member, String queue) {
    watch.removeConsumer(member, queue);
  }

  void arm(HubMember member, String queue) {
    watch.arm(member, queue);
  }

  /** Tells all members that a queue is gone; its consumers have ended without being removed. */
  void deleted(String queue) {
    watch.forget(queue);
    members.forEach(member -> member.deleted(queue));
  }

  /** Looks after its own connections; called now and then on the timer. */
  void check() {
    Duration health = context.options().healthInterval();
    RedisLine own = lineIfOpen();
    if (own != null) {
      own.check(context.standstill());
      if (!health.isZero()) {
        own.pingIfIdle(health);
      }
    }
    RedisLine watching = watch.lineIfOpen();
    if (watching != null) {
      watching.check(context.standstill());
      if (!health.isZero()) {
        watching.pingIfIdle(health);
      }
    }
  }

  /** Ends everything; members are not told. */
  void end() {
    RedisLine used;
    lock.lock();
    try {
      ended = true;
      used = line;
      for (ScheduledFuture<?> task : new ScheduledFuture<?>[] {sweeping, upkeep}) {
        if (task != null) {
          task.cancel(false);
        }
      }
    } finally {
      lock.unlock();
    }
    onEnd.accept(this);
    watch.end();
    if (used != null) {
      used.abort();
    }
  }

  private void lost(OperationalException cause) {
    end(); // first, so that nobody joins and is not told
    List.copyOf(members).forEach(member -> member.lost(cause));
  }

  private boolean isHeld(String tag) {
    return members.stream().anyMatch(member -> member.holds(tag));
  }

  /** With the first consumer; who only publishes has nothing to look after. */
  private void start() {
    lock.lock();
    try {
      if (sweeping != null || ended) {
        return;
      }
      sweeping = every(sweepMillis(), this::sweep);
      upkeep = every(UPKEEP_MILLIS, bindings::run);
    } finally {
      lock.unlock();
    }
  }

  private long sweepMillis() {
    return Math.max(1, context.options().sweepInterval().toMillis());
  }

  private ScheduledFuture<?> every(long millis, Consumer<RedisConnection> job) {
    AtomicBoolean underWay = new AtomicBoolean();
    return context
        .timer()
        .scheduleWithFixedDelay(() -> submit(job, underWay), 0, millis, TimeUnit.MILLISECONDS);
  }

  private void submit(Consumer<RedisConnection> job, AtomicBoolean underWay) {
    RedisLine used = watch.consumed().isEmpty() ? null : line();
    if (used == null || !underWay.compareAndSet(false, true)) {
      return;
    }
    CompletableFuture<?> unused =
        used.submit(
                connection -> {
                  job.accept(connection);
                  return true;
                })
            .whenComplete(
                (done, error) -> {
                  underWay.set(false);
                  report(error);
                });
  }

  private void report(@Nullable Throwable error) {
    if (error instanceof OperationalException refusal && !refusal.isRecoverable()) {
      log.warn("Looking after what others have dropped failed: {}", refusal.getMessage());
    }
  }

  private @Nullable RedisLine line() {
    lock.lock();
    try {
      if (line == null && !ended) {
        line =
            RedisLine.start(
                context.clients(),
                "kombu-redis-leases " + context.clients().description(),
                this::lost,
                context.nanos());
      }
      return line;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable RedisLine lineIfOpen() {
    lock.lock();
    try {
      return line;
    } finally {
      lock.unlock();
    }
  }

  private void sweep(RedisConnection connection) {
    if (context.options().ackEmulation()) {
      sweep.run(connection);
    }
  }
}
