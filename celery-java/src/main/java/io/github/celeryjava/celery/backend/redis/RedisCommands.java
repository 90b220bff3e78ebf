package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.internal.UninterruptedWait;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.redis.RedisClients;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Runs commands, each within a time that always holds, again after errors that may pass.
 * Thread-safe.
 *
 * <p>A command runs on the calling thread if that cannot harm or hold up anything: on a platform
 * thread, over a connection that is already open, and small enough to be written without waiting.
 * Otherwise it runs on a thread kept for that: sockets of virtual threads are closed by interrupts,
 * and opening and writing know no limit.
 */
final class RedisCommands {

  /** Fits into the buffers of any socket on which all earlier commands have been answered. */
  private static final int MOST_BYTES_ON_CALLER = 8_192;

  private static final int IDLE_SECONDS = 10;
  private static final long NANOS_A_MILLI = 1_000_000;
  private static final long YEAR = Duration.ofDays(365).toNanos();

  /** Commands, and what they have in mind with the answers; may be run again. */
  interface Command<R extends @Nullable Object> {
    R run(Connection connection);
  }

  /**
   * How long and how often to try.
   *
   * @param time from the call; null means that only {@code retries} end it
   */
  record Limits(@Nullable Duration time, RetryPolicy retries) {}

  private final RedisClients clients;
  private final RedisConnections connections;
  private final boolean retryOnTimeout;
  private final long answerLimit;
  private final LongSupplier nanos;
  private final UninterruptedWait wait;
  private final ThreadPoolExecutor threads;
  private final CompletableFuture<@Nullable Void> closing = new CompletableFuture<>();

  RedisCommands(RedisBackendOptions options, LongSupplier nanos) {
    clients = options.clients();
    connections =
        new RedisConnections(clients, options.maxConnections(), options.idleLimit(), nanos);
    retryOnTimeout = options.retryOnTimeout();
    answerLimit = options.answerLimit().toNanos();
    this.nanos = nanos;
    wait = new UninterruptedWait(nanos);
    threads =
        new ThreadPoolExecutor(
            options.maxConnections(),
            options.maxConnections(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.factory("celery-redis"));
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a command. An interrupt does not end it; the flag is kept.
   *
   * @param what for the message of an error: what could not be done
   * @param bytes size of what it sends
   * @throws BackendException if it failed as often, or took as long, as {@code limits} allow, or
   *     the server refused it
   */
  <R extends @Nullable Object> R call(String what, int bytes, Limits limits, Command<R> command) {
    long start = nanos.getAsLong();
    for (int failures = 1; ; failures++) {
      try {
        requireOpen();
        return attempt(bytes, Math.min(answerLimit, left(limits, start)), command);
      } catch (OperationalException e) {
        Duration pause = limits.retries.interval(failures - 1);
        boolean again = e.isRecoverable() && (retryOnTimeout || !isTimeout(e));
        if (!again || !limits.retries.allows(failures) || pause.toNanos() >= left(limits, start)) {
          String tries = failures == 1 ? "" : " (tried " + failures + " times)";
          throw new BackendException(what + ": " + e.getMessage() + tries, e);
        }
        boolean unused = wait.isDone(closing, pause);
      }
    }
  }

  /** Ends commands that are under way, with an error. */
  void close() {
    closing.complete(null);
    threads.shutdown();
    connections.close();
  }

  private void requireOpen() {
    if (closing.isDone()) {
      throw closedFailure();
    }
  }

  private <R extends @Nullable Object> R attempt(int bytes, long limit, Command<R> command) {
    if (bytes <= MOST_BYTES_ON_CALLER && !Threads.inVirtualThread()) {
      Connection idle = connections.takeIdle();
      if (idle != null) {
        return use(idle, limit, command);
      }
    }
    Handed<R> handed = new Handed<>(limit, command);
    try {
      threads.execute(handed);
    } catch (RejectedExecutionException e) {
      throw closedFailure();
    }
    if (!wait.isDone(handed.result, Duration.ofNanos(limit))) {
      handed.giveUp();
      throw OperationalException.lost(
          clients.description() + " has not answered", new SocketTimeoutException("out of time"));
    }
    try {
      return handed.result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Uses a connection that was taken, and gives it back. */
  private <R extends @Nullable Object> R use(
      Connection connection, long limit, Command<R> command) {
    boolean sound = false;
    try {
      connection.setSoTimeout(
          (int) Math.max(1, Math.min(limit / NANOS_A_MILLI, Integer.MAX_VALUE)));
      R result = command.run(connection);
      sound = true;
      return result;
    } catch (JedisDataException e) {
      sound = true; // an answer, if not a welcome one
      throw clients.failure(e);
    } catch (JedisException e) {
      throw clients.failure(e);
    } finally {
      if (sound) {
        connections.giveBack(connection);
      } else {
        connections.discard(connection);
        connections.endIdle();
      }
    }
  }

  /** What is left of the time; what no limit leaves is a year. */
  private long left(Limits limits, long start) {
    Duration time = limits.time;
    return time == null ? YEAR : time.toNanos() - (nanos.getAsLong() - start);
  }

  private static boolean isTimeout(OperationalException error) {
    Throwable cause = error;
    while (cause != null && !(cause instanceof SocketTimeoutException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  private static OperationalException closedFailure() {
    return OperationalException.refused("the app was closed", 0, null);
  }

  /** A command on its way to a thread of its own, and its outcome. */
  private final class Handed<R extends @Nullable Object> implements Runnable {

    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final long limit;
    private final long start = nanos.getAsLong();
    private final Command<R> command;

    // Mutable state
    private volatile @Nullable Connection connection;
    private volatile boolean givenUp;

    Handed(long limit, Command<R> command) {
      this.limit = limit;
      this.command = command;
    }

    /** Ends a read or a write that nobody waits for any more, by closing the socket. */
    void giveUp() {
      givenUp = true;
      Connection used = connection;
      if (used != null) {
        RedisConnections.end(used);
      }
    }

    @Override
    public void run() {
      try {
        result.complete(runWithin(limit - (nanos.getAsLong() - start)));
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    }

    private R runWithin(long left) {
      Connection taken;
      try {
        taken = connections.take(left);
      } catch (JedisException e) {
        throw clients.failure(e);
      }
      connection = taken;
      try {
        if (givenUp) {
          RedisConnections.end(taken);
        }
        return use(taken, limit - (nanos.getAsLong() - start), command);
      } finally {
        connection = null;
      }
    }
  }
}
