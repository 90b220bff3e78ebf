package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Waits for a message in one queue's first list without taking it: the server moves the message
 * from the end of the list to the same end. A connection and a thread of its own. Thread-safe.
 */
final class QueueWaiter {

  private static final Logger log = LoggerFactory.getLogger(QueueWaiter.class);

  private static final String END = "RIGHT";
  private static final String UNKNOWN_COMMAND = "unknown command";

  private final Owner owner;
  private final RedisLine line;
  private final CommandArguments command;
  private final int limitMillis;

  // Mutable state
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** Hears of messages, on the waiter's thread. */
  interface Owner {

    /** There is a message. */
    void found();

    /** Whether there is somebody to tell of another one. */
    boolean isWanted();

    /** Waiting is not possible any more. */
    void lost(OperationalException cause);
  }

  QueueWaiter(RedisContext context, String queue, Owner owner) {
    this.owner = owner;
    RedisOptions options = context.options();
    byte[] list = options.keys().lists(queue).get(0);
    long millis = options.longestWait().toMillis();
    String seconds = BigDecimal.valueOf(millis, 3).toPlainString();
    command =
        new CommandArguments(Command.BLMOVE).add(list).add(list).add(END).add(END).add(seconds);
    limitMillis = (int) millis + options.network().answerMillis();
    Consumer<OperationalException> onLost = owner::lost;
    line = RedisLine.start(context.clients(), "kombu-redis-wait " + queue, onLost, context.nanos());
  }

  /** Begins to wait, unless it does already. Returns at once. */
  void wake() {
    if (waiting.compareAndSet(false, true)) {
      CompletableFuture<?> unused = line.submit(this::await).whenComplete(this::over);
    }
  }

  void end() {
    line.abort();
  }

  private boolean await(RedisConnection connection) {
    connection.setSoTimeout(limitMillis);
    boolean found = connection.call(command) != null;
    waiting.set(false);
    if (found) {
      owner.found();
    }
    return found;
  }

  private void over(@Nullable Object found, @Nullable Throwable error) {
    if (error == null) {
      if (owner.isWanted()) {
        wake();
      }
      return;
    }
    waiting.set(false);
    if (!(error instanceof OperationalException refusal) || refusal.isRecoverable()) {
      return; // the line has told
    }
    if (String.valueOf(refusal.getMessage()).contains(UNKNOWN_COMMAND)) {
      owner.lost(
          OperationalException.refused(
              "consuming needs Redis 6.2 or newer: " + refusal.getMessage(), 0, refusal));
    } else {
      log.debug("Not waiting for the time being", refusal);
    }
  }
}
