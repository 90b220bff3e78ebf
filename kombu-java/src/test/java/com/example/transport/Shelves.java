package com.example.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.virtual.ExchangeMatcher;
import io.github.celeryjava.kombu.transport.virtual.ExchangeTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The "server": shelves with messages, known by name, and who waits at which. Thread-safe; waiting
 * stores are told with no lock held.
 */
final class Shelves {

  final ExchangeTable exchanges = new ExchangeTable(new ExchangeMatcher());

  // Mutable state, guarded by this
  private final Map<String, Deque<ShelfMessage>> shelves = new HashMap<>();
  private final Map<String, Set<ShelfStore>> waiting = new HashMap<>();
  private final Map<String, List<ShelfStore>> consumers = new HashMap<>();

  synchronized void add(String name) {
    shelves.computeIfAbsent(name, any -> new ArrayDeque<>());
  }

  synchronized boolean has(String name) {
    return shelves.containsKey(name);
  }

  synchronized int size(String name) {
    return shelf(name).size();
  }

  synchronized int consumers(String name) {
    return consumers.getOrDefault(name, List.of()).size();
  }

  synchronized void startConsuming(String name, ShelfStore store) {
    shelf(name);
    consumers.computeIfAbsent(name, any -> new ArrayList<>()).add(store);
  }

  synchronized void stopConsuming(String name, ShelfStore store) {
    consumers.getOrDefault(name, new ArrayList<>()).remove(store);
  }

  synchronized List<ShelfMessage> take(String name, int most) {
    Deque<ShelfMessage> shelf = shelf(name);
    List<ShelfMessage> taken = new ArrayList<>();
    while (taken.size() < most && !shelf.isEmpty()) {
      taken.add(shelf.removeFirst());
    }
    return taken;
  }

  synchronized int empty(String name) {
    int messages = shelf(name).size();
    shelf(name).clear();
    return messages;
  }

  void put(ShelfMessage message, boolean inFront) {
    tell(
        () -> {
          Deque<ShelfMessage> shelf = shelves.get(message.shelf());
          if (shelf == null) {
            return Set.of(); // taken down meanwhile, with all that was on it
          }
          if (inFront) {
            shelf.addFirst(message);
          } else {
            shelf.addLast(message);
          }
          return waitingAt(message.shelf());
        },
        store -> store.ready(message.shelf()));
  }

  void await(String name, ShelfStore store) {
    tell(
        () -> {
          waiting.computeIfAbsent(name, any -> new HashSet<>()).add(store);
          Deque<ShelfMessage> shelf = shelves.get(name);
          return shelf == null || shelf.isEmpty() ? Set.of() : waitingAt(name);
        },
        waiter -> waiter.ready(name));
  }

  void remove(String name) {
    exchanges.unbindAll(name);
    tell(
        () -> {
          shelves.remove(name);
          waiting.remove(name);
          List<ShelfStore> gone = consumers.remove(name);
          return gone == null ? Set.of() : new HashSet<>(gone);
        },
        store -> store.deleted(name));
  }

  synchronized void forget(ShelfStore store) {
    waiting.values().forEach(stores -> stores.remove(store));
    consumers.values().forEach(stores -> stores.removeIf(store::equals));
  }

  private Set<ShelfStore> waitingAt(String name) {
    Set<ShelfStore> stores = waiting.remove(name);
    return stores == null ? Set.of() : stores;
  }

  private Deque<ShelfMessage> shelf(String name) {
    Deque<ShelfMessage> shelf = shelves.get(name);
    if (shelf == null) {
      throw OperationalException.refused("no queue '" + name + "'", 404, null);
    }
    return shelf;
  }

  private void tell(Supplier<Set<ShelfStore>> change, Consumer<ShelfStore> news) {
    Set<ShelfStore> concerned;
    synchronized (this) {
      concerned = change.get();
    }
    concerned.forEach(news);
  }
}
