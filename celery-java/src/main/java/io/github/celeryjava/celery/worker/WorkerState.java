package io.github.celeryjava.celery.worker;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the worker holds and has done, counted. Thread-safe.
 *
 * <p>Counterpart of {@code celery.worker.state}, one a worker instead of one a process.
 */
final class WorkerState {

  // Mutable state
  private final Set<Request> reserved = ConcurrentHashMap.newKeySet();
  private final Set<Request> active = ConcurrentHashMap.newKeySet();
  private final Map<String, LongAdder> accepted = new ConcurrentHashMap<>();
  private final LongAdder processed = new LongAdder();
  private final LongAdder poisonous = new LongAdder();

  void reserve(Request request) {
    reserved.add(request);
  }

  void accept(Request request) {
    active.add(request);
    LongAdder count = accepted.get(request.task());
    if (count == null) {
      count = accepted.computeIfAbsent(request.task(), name -> new LongAdder());
    }
    count.increment();
    processed.increment();
  }

  /** The request is over: run, discarded, or given back. */
  void release(Request request) {
    reserved.remove(request);
    active.remove(request);
  }

  void countPoisonous() {
    poisonous.increment();
  }

  /** Tasks received and not settled: waiting, held for their time, or running. */
  Collection<Request> reserved() {
    return Collections.unmodifiableCollection(reserved);
  }

  Collection<Request> active() {
    return Collections.unmodifiableCollection(active);
  }

  /** Messages that were no runnable task. */
  long poisonousCount() {
    return poisonous.sum();
  }

  /** Tasks that have started, by name. */
  Map<String, Long> totals() {
    Map<String, Long> totals = new TreeMap<>();
    accepted.forEach((name, count) -> totals.put(name, count.sum()));
    return totals;
  }

  long processedCount() {
    return processed.sum();
  }
}
