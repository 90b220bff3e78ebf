package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Knows, for all connections of this process to one server, when queues hold messages. Thread-safe;
 * no method waits for the server.
 *
 * <p>Each queue has one {@link QueueWaiter}, on the list that most messages are in: one push wakes
 * every waiter and carries the body to each, so there is one in a process and not one a consumer.
 * All lists are looked at besides, ten times a second with one command for all queues, which finds
 * messages of other priorities, and everything else should a waiter wait in vain.
 */
final class QueueWatch {

  private static final long INTERVAL_MILLIS = 95;

  private final RedisContext context;
  private final RedisKeys keys;
  private final Consumer<OperationalException> onLost;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<String, Watched> queues = new HashMap<>();
  private @Nullable RedisLine line;
  private boolean looking;
  private boolean asking;
  private boolean ended;

  QueueWatch(RedisContext context, Consumer<OperationalException> onLost) {
    this.context = context;
    this.keys = context.options().keys();
    this.onLost = onLost;
  }

  void addConsumer(String queue) {
    lock.lock();
    try {
      queues.computeIfAbsent(queue, Watched::new).consumers++;
    } finally {
      lock.unlock();
    }
  }

  void removeConsumer(String queue) {
    QueueWaiter idle = null;
    lock.lock();
    try {
      Watched watched = queues.get(queue);
      if (watched != null && --watched.consumers == 0) {
        queues.remove(queue);
        idle = watched.waiter;
      }
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.end();
    }
  }

  /** The queues that are consumed from. */
  Set<String> consumed() {
    lock.lock();
    try {
      return Set.copyOf(queues.keySet());
    } finally {
      lock.unlock();
    }
  }

  /** Has the member told once as soon as the queue holds a message. */
  void arm(HubMember member, String queue) {
    QueueWaiter waiter;
    lock.lock();
    try {
      Watched watched = queues.get(queue);
      if (watched == null || ended) {
        return; // nobody consumes any more
      }
      watched.armed.add(member);
      waiter = watched.waiter();
      if (!looking) {
        looking = true;
        lookLater();
      }
    } finally {
      lock.unlock();
    }
    waiter.wake();
  }

  /** Forgets what a member is armed for. */
  void disarm(HubMember member) {
    lock.lock();
    try {
      queues.values().forEach(watched -> watched.armed.remove(member));
    } finally {
      lock.unlock();
    }
  }

  void end() {
    List<Watched> all;
    RedisLine used;
    lock.lock();
    try {
      ended = true;
      all = List.copyOf(queues.values());
      queues.clear();
      used = line;
    } finally {
      lock.unlock();
    }
    for (Watched watched : all) {
      if (watched.waiter != null) {
        watched.waiter.end();
      }
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
    RedisLine used;
    lock.lock();
    try {
      looking = !ended && queues.values().stream().anyMatch(watched -> !watched.armed.isEmpty());
      if (!looking) {
        return;
      }
      lookLater();
      if (asking) {
        return; // the server takes its time
      }
      asking = true;
      if (line == null) {
        line =
            RedisLine.start(
                context.clients(),
                "kombu-redis-watch " + context.clients().description(),
                onLost,
                context.nanos());
      }
      used = line;
    } finally {
      lock.unlock();
    }
    CompletableFuture<?> unused = used.submit(this::ask);
  }

  private boolean ask(RedisConnection connection) {
    List<String> armed = armedQueues();
    try {
      if (!armed.isEmpty() && !isZero(connection.call(exists(armed)))) {
        RedisPipeline pipeline = new RedisPipeline(connection);
        for (String queue : armed) {
          pipeline.add(
              exists(List.of(queue)),
              answer -> {
                if (!isZero(answer)) {
                  found(queue, Integer.MAX_VALUE);
                }
              });
        }
        pipeline.exchange();
      }
    } finally {
      asked();
    }
    return true;
  }

  private void asked() {
    lock.lock();
    try {
      asking = false;
    } finally {
      lock.unlock();
    }
  }

  private List<String> armedQueues() {
    List<String> armed = new ArrayList<>();
    lock.lock();
    try {
      for (Watched watched : queues.values()) {
        if (!watched.armed.isEmpty()) {
          armed.add(watched.queue);
        }
      }
    } finally {
      lock.unlock();
    }
    return armed;
  }

  private CommandArguments exists(List<String> some) {
    CommandArguments command = new CommandArguments(Command.EXISTS);
    some.forEach(queue -> keys.lists(queue).forEach(command::add));
    return command;
  }

  private static boolean isZero(@Nullable Object answer) {
    return answer instanceof Long number && number == 0;
  }

  /** Tells so many of those who are armed for a queue, in the order of arming. */
  private void found(String queue, int most) {
    List<HubMember> told = new ArrayList<>();
    lock.lock();
    try {
      Watched watched = queues.get(queue);
      while (watched != null && told.size() < most && !watched.armed.isEmpty()) {
        HubMember first = watched.armed.iterator().next();
        watched.armed.remove(first);
        told.add(first);
      }
    } finally {
      lock.unlock();
    }
    told.forEach(member -> member.ready(queue));
  }

  /** A queue that is consumed from. Guarded by lock. */
  private final class Watched implements QueueWaiter.Owner {

    private final String queue;
    private final Set<HubMember> armed = new LinkedHashSet<>();
    private int consumers;
    private @Nullable QueueWaiter waiter;

    Watched(String queue) {
      this.queue = queue;
    }

    QueueWaiter waiter() {
      if (waiter == null) {
        waiter = new QueueWaiter(context, queue, this);
      }
      return waiter;
    }

    /** One only: while the message is there the waiter finds it again, and tells the next. */
    @Override
    public void found() {
      QueueWatch.this.found(queue, 1);
    }

    @Override
    public boolean isWanted() {
      lock.lock();
      try {
        return !armed.isEmpty();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void lost(OperationalException cause) {
      onLost.accept(cause);
    }
  }
}
