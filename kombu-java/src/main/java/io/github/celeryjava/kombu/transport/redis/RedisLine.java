package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection and the thread that alone uses it: what others want done on it waits in a line.
 * Thread-safe; no method waits for the server.
 *
 * <p>A job has to read the answers to all it sends. One that fails without an answer ends the line:
 * the jobs behind it fail, and its owner is told.
 */
final class RedisLine {

  private static final Logger log = LoggerFactory.getLogger(RedisLine.class);
  private static final CommandArguments PING = new CommandArguments(Command.PING);

  private final RedisClients clients;
  private final String name;
  private final RedisSockets sockets;
  private final Consumer<OperationalException> onLost;
  private final LongSupplier nanos;
  private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Mutable state
  private final Deque<Job<?>> jobs = new ArrayDeque<>(); // guarded by lock
  private boolean closing; // guarded by lock
  private @Nullable OperationalException end; // guarded by lock
  private volatile boolean busy = true; // connecting at first
  private volatile long lastUse;
  private long lastTraffic; // the checking thread's
  private long movedAt; // the checking thread's

  private RedisLine(
      RedisClients clients,
      String name,
      Consumer<OperationalException> onLost,
      LongSupplier nanos) {
    this.clients = clients;
    this.name = name;
    this.sockets = clients.sockets();
    this.onLost = onLost;
    this.nanos = nanos;
    lastUse = nanos.getAsLong();
    movedAt = lastUse;
  }

  /**
   * Starts to connect.
   *
   * @param name of the thread
   * @param onLost told once, on the line's thread, if it ends without having been asked to
   */
  static RedisLine start(
      RedisClients clients,
      String name,
      Consumer<OperationalException> onLost,
      LongSupplier nanos) {
    RedisLine line = new RedisLine(clients, name, onLost, nanos);
    Threads.platform(name, line::run).start();
    return line;
  }

  /** Done once the connection is open; fails if it cannot be opened. */
  CompletableFuture<@Nullable Void> opened() {
    return opened;
  }

  /**
   * Has a job done after those that wait already.
   *
   * @param job may throw what the driver throws, and {@link OperationalException} for an answer
   *     that it does not like
   */
  <T extends @Nullable Object> CompletableFuture<T> submit(Function<RedisConnection, T> job) {
    Job<T> added = new Job<>(job);
    OperationalException over;
    lock.lock();
    try {
      over = closing && end == null ? closed() : end;
      if (over == null) {
        jobs.addLast(added);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    if (over != null) {
      added.result.completeExceptionally(over);
    }
    return added.result;
  }

  /** How many bytes have moved so far. */
  long traffic() {
    return sockets.traffic().bytes();
  }

  /** Ends the line once all its jobs are done. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the line at once, in the middle of whatever it does; its owner is not told. */
  void abort() {
    lock.lock();
    try {
      closing = true;
      if (end == null) {
        end = closed();
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
    sockets.end();
  }

  /**
   * Gives a line up that has been in the middle of one write for too long; called by one thread,
   * more often than the limit. Reads know limits of their own.
   */
  void check(Duration limit) {
    long now = nanos.getAsLong();
    long bytes = sockets.traffic().bytes();
    if (!sockets.traffic().isWriting() || bytes != lastTraffic) {
      lastTraffic = bytes;
      movedAt = now;
    } else if (now - movedAt > limit.toNanos()) {
      lost(
          OperationalException.lost(
              clients.description() + ": it has read nothing for " + limit.toMillis() + " ms",
              null));
      sockets.end();
    }
  }

  /** Asks for a sign of life if the line has been idle for so long. */
  void pingIfIdle(Duration idle) {
    if (!busy && nanos.getAsLong() - lastUse >= idle.toNanos()) {
      lastUse = nanos.getAsLong();
      CompletableFuture<@Nullable Object> unused =
          this.<@Nullable Object>submit(connection -> connection.call(PING));
    }
  }

  private void run() {
    RedisConnection connection = null;
    try {
      connection = clients.open(sockets);
      opened.complete(null);
      for (Job<?> job = next(); job != null; job = next()) {
        job.run(connection);
      }
    } catch (JedisException e) {
      lost(clients.failure(e));
    } catch (RuntimeException e) {
      log.error("{} ends by an error of its own", name, e);
      lost(OperationalException.lost(name + ": " + e, e));
    } finally {
      finish();
    }
  }

  /** The next job, waiting for it; null once there is none and there will be none. */
  private @Nullable Job<?> next() {
    busy = false;
    lock.lock();
    try {
      while (jobs.isEmpty() && !closing && end == null) {
        changed.awaitUninterruptibly();
      }
      if (end != null) {
        return null;
      }
      busy = !jobs.isEmpty();
      lastUse = nanos.getAsLong();
      return jobs.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Takes down why the line ends, unless that is known. */
  private void lost(OperationalException cause) {
    lock.lock();
    try {
      if (end == null) {
        end = cause;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void finish() {
    sockets.end();
    OperationalException cause;
    boolean told;
    Deque<Job<?>> left;
    lock.lock();
    try {
      told = end != null && !closing;
      cause = end == null ? closed() : end;
      end = cause;
      left = new ArrayDeque<>(jobs);
      jobs.clear();
    } finally {
      lock.unlock();
    }
    opened.completeExceptionally(cause);
    left.forEach(job -> job.result.completeExceptionally(cause));
    if (told) {
      log.debug("{} is lost", name, cause);
      onLost.accept(cause);
    }
  }

  private OperationalException closed() {
    return OperationalException.lost(
        "the connection to " + clients.description() + " is closed", null);
  }

  /** One piece of work, and its outcome. */
  private final class Job<T extends @Nullable Object> {

    private final Function<RedisConnection, T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Job(Function<RedisConnection, T> work) {
      this.work = work;
    }

    /** Completes the result; throws what leaves the connection in a state that nobody knows. */
    void run(RedisConnection connection) {
      try {
        result.complete(work.apply(connection));
      } catch (OperationalException e) {
        result.completeExceptionally(e);
      } catch (JedisDataException e) {
        result.completeExceptionally(clients.failure(e));
      } catch (JedisException e) {
        lost(clients.failure(e));
        result.completeExceptionally(cause());
        throw e;
      } catch (RuntimeException e) {
        result.completeExceptionally(OperationalException.lost(name + ": " + e, e));
        throw e;
      }
    }

    /** Why the line ends: what was noticed first. */
    private OperationalException cause() {
      lock.lock();
      try {
        return end == null ? closed() : end;
      } finally {
        lock.unlock();
      }
    }
  }
}
