package io.github.celeryjava.kombu.transport.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one operation on a broker leaves to be done: messages that died, while the lock is still
 * held, and stores to be told, once it is not. Belongs to one thread.
 */
final class Aftermath {

  // Mutable state; made when first needed, since most operations leave nothing
  private @Nullable Deque<Dead> dead;
  private @Nullable List<Runnable> news;

  /** A message and what it died of. */
  record Dead(MemoryMessage message, Death cause) {}

  /** The queue holds a message; whoever waits for one is to be told, and waits no longer. */
  void ready(MemoryQueue queue) {
    tell(queue.disarm(), store -> store.ready(queue.name()));
  }

  void deleted(MemoryQueue queue) {
    tell(queue.consumers(), store -> store.deleted(queue.name()));
  }

  void died(MemoryMessage message, Death cause) {
    if (message.queue().settings().deadLetterExchange() != null) {
      if (dead == null) {
        dead = new ArrayDeque<>();
      }
      dead.add(new Dead(message, cause));
    }
  }

  /** The next message to dead-letter; null if there is none. */
  @Nullable Dead nextDead() {
    return dead == null ? null : dead.poll();
  }

  /** Tells the stores. Not under the lock. */
  void spread() {
    if (news != null) {
      news.forEach(Runnable::run);
    }
  }

  private void tell(Set<MemoryStore> stores, Consumer<MemoryStore> what) {
    if (stores.isEmpty()) {
      return;
    }
    if (news == null) {
      news = new ArrayList<>();
    }
    for (MemoryStore store : stores) {
      news.add(() -> what.accept(store));
    }
  }
}
