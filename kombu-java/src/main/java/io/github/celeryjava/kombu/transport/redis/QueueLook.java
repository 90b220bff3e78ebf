package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Looks at all lists of all armed queues ten times a second, with one command as long as they are
 * empty. Thread-safe; no method waits for the server.
 */
final class QueueLook {

  private static final long INTERVAL_MILLIS = 95;

  /** Whose queues are looked at. */
  interface Owner {

    /** The queues that somebody waits for. */
    List<String> armed();

    /** One of them holds a message. */
    void found(String queue);

    /** Looking is not possible any more. */
    void lost(OperationalException cause);
  }

  private final RedisContext context;
  private final RedisKeys keys;
  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private @Nullable RedisLine line;
  private boolean looking;
  private boolean asking;
  private boolean ended;

  QueueLook(RedisContext context, Owner owner) {
    this.context = context;
    this.keys = context.options().keys();
    this.owner = owner;
  }

  /** Begins to look, unless it does already; ends by itself when no queue is armed. */
  void start() {
    lock.lock();
    try {
      if (!looking && !ended) {
        looking = true;
        lookLater();
      }
    } finally {
      lock.unlock();
    }
  }

  void end() {
    RedisLine used;
    lock.lock();
    try {
      ended = true;
      used = line;
    } finally {
      lock.unlock();
    }
    if (used != null) {
      used.abort();
    }
  }

  /** The connection that is looked with, if there is one. */
  @Nullable RedisLine lineIfOpen() {
    lock.lock();
    try {
      return line;
    } finally {
      lock.unlock();
    }
  }

  private void lookLater() {
    var unused = context.timer().schedule(this::look, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** On the timer. */
  private void look() {
    try {
      boolean wanted = !owner.armed().isEmpty();
      RedisLine used = wanted ? lineToAsk() : rest();
      if (used != null) {
        CompletableFuture<?> unused = used.submit(this::ask);
      }
    } catch (RuntimeException e) {
      owner.lost(OperationalException.lost("watching queues failed: " + e, e));
    }
  }

  /** Whoever arms a queue from now on starts anew; whoever did so just before is seen here. */
  private @Nullable RedisLine rest() {
    lock.lock();
    try {
      looking = false;
    } finally {
      lock.unlock();
    }
    if (!owner.armed().isEmpty()) {
      start();
    }
    return null;
  }

  private @Nullable RedisLine lineToAsk() {
    lock.lock();
    try {
      if (ended) {
        return null;
      }
      lookLater();
      if (asking) {
        return null; // the server takes its time
      }
      asking = true;
      if (line == null) {
        line =
            RedisLine.start(
                context.clients(),
                "kombu-redis-watch " + context.clients().description(),
                (Consumer<OperationalException>) owner::lost,
                context.nanos());
      }
      return line;
    } finally {
      lock.unlock();
    }
  }

  private boolean ask(RedisConnection connection) {
    try {
      List<String> armed = owner.armed();
      if (!armed.isEmpty() && !isZero(connection.call(exists(armed)))) {
        RedisPipeline pipeline = new RedisPipeline(connection);
        for (String queue : armed) {
          pipeline.add(
              exists(List.of(queue)),
              answer -> {
                if (!isZero(answer)) {
                  owner.found(queue);
                }
              });
        }
        pipeline.exchange();
      }
      return true;
    } finally {
      lock.lock();
      try {
        asking = false;
      } finally {
        lock.unlock();
      }
    }
  }

  private CommandArguments exists(List<String> some) {
    CommandArguments command = new CommandArguments(Command.EXISTS);
    some.forEach(queue -> keys.lists(queue).forEach(command::add));
    return command;
  }

  private static boolean isZero(@Nullable Object answer) {
    return answer instanceof Long number && number == 0;
  }
}
