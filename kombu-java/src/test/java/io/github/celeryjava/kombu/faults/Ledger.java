package io.github.celeryjava.kombu.faults;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What was confirmed and what was handled, by numbers that rise. Thread-safe. */
final class Ledger {

  private final Set<Long> confirmed = ConcurrentHashMap.newKeySet();
  private final Map<Long, Integer> handled = new ConcurrentHashMap<>();
  private final AtomicLong highestHandled = new AtomicLong(-1);

  void confirmed(long number) {
    confirmed.add(number);
  }

  void handled(long number) {
    handled.merge(number, 1, Integer::sum);
    highestHandled.accumulateAndGet(number, Math::max);
  }

  /** The highest number handled so far; -1 before the first. */
  long highestHandled() {
    return highestHandled.get();
  }

  /** Messages that were confirmed and have not been handled. */
  Set<Long> missing() {
    Set<Long> missing = new HashSet<>(confirmed);
    missing.removeAll(handled.keySet());
    return missing;
  }

  /** How often messages were handled again. */
  int doubled() {
    return handled.values().stream().mapToInt(count -> count - 1).sum();
  }

  @Override
  public String toString() {
    return confirmed.size() + " confirmed, " + handled.size() + " handled";
  }
}
