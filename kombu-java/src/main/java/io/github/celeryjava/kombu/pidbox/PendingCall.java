package io.github.celeryjava.kombu.pidbox;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that waits for its answers: until there are as many as it wants, or none has come for its
 * time-out. Thread-safe.
 */
final class PendingCall {

  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private final String ticket;
  private final Command command;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final CompletableFuture<List<Reply>> done = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final List<Reply> replies = new ArrayList<>();
  private long quietSince;
  private @Nullable Future<?> nextLook;

  PendingCall(String ticket, Command command, ScheduledExecutorService timer, LongSupplier nanos) {
    this.ticket = ticket;
    this.command = command;
    this.timer = timer;
    this.nanos = nanos;
    var unused = done.whenComplete((result, error) -> stopLooking());
  }

  String ticket() {
    return ticket;
  }

  /** Completes with the answers; exceptionally only if the request could not be sent. */
  CompletableFuture<List<Reply>> done() {
    return done;
  }

  /** The answers so far. */
  List<Reply> replies() {
    lock.lock();
    try {
      return List.copyOf(replies);
    } finally {
      lock.unlock();
    }
  }

  /** The request is out: waits from now on. */
  void sent() {
    lock.lock();
    try {
      quietSince = nanos.getAsLong();
    } finally {
      lock.unlock();
    }
    look();
  }

  void received(Reply reply) {
    int count;
    lock.lock();
    try {
      if (done.isDone()) {
        return;
      }
      replies.add(reply);
      quietSince = nanos.getAsLong();
      count = replies.size();
    } finally {
      lock.unlock();
    }
    try {
      command.onReply().accept(reply);
    } catch (RuntimeException e) { // a user's
      log.error("What was to be told of the reply of {} failed", reply.hostname(), e);
    }
    if (command.expectedReplies() > 0 && count >= command.expectedReplies()) {
      end();
    }
  }

  void failed(Throwable error) {
    done.completeExceptionally(error);
  }

  /** Ends the call with what has come. */
  void end() {
    done.complete(replies());
  }

  private void look() {
    boolean over;
    lock.lock();
    try {
      long left = command.timeout().toNanos() - (nanos.getAsLong() - quietSince);
      over = left <= 0;
      if (!over && !done.isDone()) {
        nextLook = timer.schedule(this::look, left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
    if (over) {
      end();
    }
  }

  private void stopLooking() {
    lock.lock();
    try {
      if (nextLook != null) {
        nextLook.cancel(false);
      }
    } finally {
      lock.unlock();
    }
  }
}
