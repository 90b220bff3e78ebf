package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The one thread of a connection that publishes and settles. What gathers while it waits for the
 * server leaves together, so many callers cost few round trips and one is not held up. Thread-safe;
 * no method waits for the server.
 */
final class RedisWriter {

  /** Beyond this many unwritten bytes the server has evidently stopped reading. */
  static final long MOST_BYTES = 64L * 1024 * 1024;

  private static final int BATCH = 512;
  private static final long BATCH_BYTES = 4L * 1024 * 1024;

  private final RedisContext context;
  private final String name;
  private final Consumer<OperationalException> onLost;
  private final Consumer<Leftovers> onLate;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Deque<RedisPublish> publishes = new ArrayDeque<>();
  private final Deque<Settlement> settlements = new ArrayDeque<>();
  private final Deque<RawPush> pushes = new ArrayDeque<>();
  private List<Settlement> settling = List.of();
  private @Nullable RedisLine line;
  private long bytes;
  private boolean draining;
  private boolean ended;

  /**
   * @param name of the thread, which starts when there is something to write
   * @param onLost told when the connection is lost, or the server refuses to settle
   * @param onLate given what is to be done after the end
   */
  RedisWriter(
      RedisContext context,
      String name,
      Consumer<OperationalException> onLost,
      Consumer<Leftovers> onLate) {
    this.context = context;
    this.name = name;
    this.onLost = onLost;
    this.onLate = onLate;
  }

  /** Sends a message; its future tells how that went. */
  CompletableFuture<@Nullable Void> publish(RedisPublish publish) {
    boolean asleep;
    lock.lock();
    try {
      if (ended) {
        return CompletableFuture.failedFuture(closed());
      }
      if (bytes > MOST_BYTES) {
        return CompletableFuture.failedFuture(
            new LimitExceededException(
                "more than "
                    + MOST_BYTES
                    + " bytes wait to be written: the server has stopped reading, or is far too slow",
                null));
      }
      publishes.addLast(publish);
      bytes += publish.size();
      asleep = wake();
    } finally {
      lock.unlock();
    }
    drainIf(asleep);
    return publish.stored();
  }

  /** Settles a message; if the writer has ended, on a connection of somebody else's. */
  void settle(Settlement settlement) {
    boolean asleep = false;
    boolean late;
    lock.lock();
    try {
      late = ended;
      if (!late) {
        settlements.addLast(settlement);
        asleep = wake();
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      onLate.accept(new Leftovers(List.of(settlement), List.of()));
    }
    drainIf(asleep);
  }

  /** Puts a message back that has no record; after the end as in {@link #settle}. */
  void push(RawPush push) {
    boolean asleep = false;
    boolean late;
    lock.lock();
    try {
      late = ended;
      if (!late) {
        pushes.addLast(push);
        asleep = wake();
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      onLate.accept(new Leftovers(List.of(), List.of(push)));
    }
    drainIf(asleep);
  }

  /** Has something else done by the same thread, after what was added so far. */
  <T extends @Nullable Object> CompletableFuture<T> submit(Function<RedisConnection, T> job) {
    RedisLine used;
    lock.lock();
    try {
      used = line();
    } finally {
      lock.unlock();
    }
    return used.submit(job);
  }

  /** Done once everything that was added so far is. */
  CompletableFuture<@Nullable Void> flushed() {
    lock.lock();
    try {
      if (line == null) {
        return CompletableFuture.completedFuture(null);
      }
    } finally {
      lock.unlock();
    }
    return submit(
        connection -> {
          drain(connection);
          return null;
        });
  }

  /** The connection, if it was ever needed. */
  @Nullable RedisLine lineIfOpen() {
    lock.lock();
    try {
      return line;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What a writer had to do and has not done, as far as it knows.
   *
   * @param pushes those that were not even sent
   */
  record Leftovers(List<Settlement> settlements, List<RawPush> pushes) {}

  /** Ends the writer at once. */
  Leftovers abort() {
    List<Settlement> left;
    List<RawPush> unpushed;
    List<RedisPublish> unsent;
    RedisLine used;
    lock.lock();
    try {
      ended = true;
      left = new ArrayList<>(settling);
      left.addAll(settlements);
      unsent = List.copyOf(publishes);
      settlements.clear();
      publishes.clear();
      unpushed = List.copyOf(pushes);
      pushes.clear();
      used = line;
    } finally {
      lock.unlock();
    }
    if (used != null) {
      used.abort();
    }
    unsent.forEach(publish -> publish.stored().completeExceptionally(closed()));
    return new Leftovers(left, unpushed);
  }

  /** Ends the writer once everything is done. */
  void close() {
    lock.lock();
    try {
      ended = true;
      if (line != null) {
        line.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock; says whether somebody has to have it drained. */
  private boolean wake() {
    boolean asleep = !draining && !ended;
    draining = true;
    return asleep;
  }

  /** Not under the lock: a line that has ended answers at once, and then everything ends. */
  private void drainIf(boolean asleep) {
    if (asleep) {
      CompletableFuture<?> unused =
          submit(
                  connection -> {
                    drain(connection);
                    return true;
                  })
              .whenComplete(this::drained);
    }
  }

  private RedisLine line() {
    if (line == null) {
      line = RedisLine.start(context.clients(), name, onLost, context.nanos());
    }
    return line;
  }

  private void drain(RedisConnection connection) {
    while (true) {
      List<RedisPublish> publishing = new ArrayList<>();
      List<RawPush> pushing = new ArrayList<>();
      lock.lock();
      try {
        settling = take(settlements);
        takePublishes(publishing);
        pushing.addAll(take(pushes));
        if (settling.isEmpty() && publishing.isEmpty() && pushing.isEmpty()) {
          draining = false;
          return;
        }
      } finally {
        lock.unlock();
      }
      try {
        new WriterBatch(context, publishing, pushing, settling).run(connection);
      } catch (JedisException e) {
        OperationalException cause = context.clients().failure(e);
        publishing.forEach(publish -> publish.stored().completeExceptionally(cause));
        throw e;
      }
    }
  }

  private void takePublishes(List<RedisPublish> publishing) {
    long size = 0;
    while (!publishes.isEmpty() && publishing.size() < BATCH && size < BATCH_BYTES) {
      RedisPublish next = publishes.removeFirst();
      size += next.size();
      publishing.add(next);
    }
    bytes -= size;
  }

  private static <T> List<T> take(Deque<T> from) {
    List<T> some = new ArrayList<>(Math.min(BATCH, from.size()));
    while (some.size() < BATCH && !from.isEmpty()) {
      some.add(from.removeFirst());
    }
    return some;
  }

  /** The server's refusal to settle is as good as a loss: nothing would be settled any more. */
  private void drained(@Nullable Object done, @Nullable Throwable error) {
    if (error instanceof OperationalException cause) {
      onLost.accept(cause);
    }
  }

  private OperationalException closed() {
    return OperationalException.lost(
        "the connection to " + context.clients().description() + " is closed", null);
  }
}
