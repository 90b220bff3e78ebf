package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

  private final RedisContext context;
  private final Consumer<OperationalException> onLost;
  private final QueueLook look;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<String, Watched> queues = new HashMap<>();
  private boolean ended;

  QueueWatch(RedisContext context, Consumer<OperationalException> onLost) {
    this.context = context;
    this.onLost = onLost;
    this.look = new QueueLook(context, new Looking());
  }

  void addConsumer(HubMember member, String queue) {
    lock.lock();
    try {
      queues.computeIfAbsent(queue, Watched::new).consumers.merge(member, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  void removeConsumer(HubMember member, String queue) {
    List<Watched> idle = new ArrayList<>();
    lock.lock();
    try {
      Watched watched = queues.get(queue);
      if (watched != null) {
        watched.consumers.computeIfPresent(
            member, (who, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        removeIfIdle(watched, idle);
      }
    } finally {
      lock.unlock();
    }
    idle.forEach(Watched::end);
  }

  /** Forgets all consumers of a member that is gone, and what it is armed for. */
  void leave(HubMember member) {
    List<Watched> idle = new ArrayList<>();
    lock.lock();
    try {
      for (Watched watched : List.copyOf(queues.values())) {
        watched.armed.remove(member);
        watched.consumers.remove(member);
        removeIfIdle(watched, idle);
      }
    } finally {
      lock.unlock();
    }
    idle.forEach(Watched::end);
  }

  /** Under the lock. */
  private void removeIfIdle(Watched watched, List<Watched> idle) {
    if (watched.consumers.isEmpty()) {
      queues.remove(watched.queue);
      idle.add(watched);
    }
  }

  /** Forgets a queue that is gone, with all its consumers. */
  void forget(String queue) {
    Watched gone;
    lock.lock();
    try {
      gone = queues.remove(queue);
    } finally {
      lock.unlock();
    }
    if (gone != null) {
      gone.end();
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
    } finally {
      lock.unlock();
    }
    look.start();
    waiter.wake();
  }

  void end() {
    List<Watched> all;
    lock.lock();
    try {
      ended = true;
      all = List.copyOf(queues.values());
      queues.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(Watched::end);
    look.end();
  }

  /** The connection that is looked with, if there is one. */
  @Nullable RedisLine lineIfOpen() {
    return look.lineIfOpen();
  }

  private List<String> armed() {
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

  /** What looking at all queues is told, and tells. */
  private final class Looking implements QueueLook.Owner {

    @Override
    public List<String> armed() {
      return QueueWatch.this.armed();
    }

    /** All of them: there may be many messages, and the next look is a tenth of a second away. */
    @Override
    public void found(String queue) {
      QueueWatch.this.found(queue, Integer.MAX_VALUE);
    }

    @Override
    public void lost(OperationalException cause) {
      onLost.accept(cause);
    }
  }

  /** A queue that is consumed from. Guarded by lock. */
  private final class Watched implements QueueWaiter.Owner {

    private final String queue;
    private final Set<HubMember> armed = new LinkedHashSet<>();
    private final Map<HubMember, Integer> consumers = new HashMap<>();
    private @Nullable QueueWaiter waiter;

    Watched(String queue) {
      this.queue = queue;
    }

    /** Not under the lock, once it is removed. */
    void end() {
      QueueWaiter waiting = waiter;
      if (waiting != null) {
        waiting.end();
      }
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
