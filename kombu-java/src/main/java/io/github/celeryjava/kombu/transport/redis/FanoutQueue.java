package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was broadcast to one queue of one connection and is not taken yet. It is in memory, since
 * the server keeps no broadcasts, and bounded: if nobody takes, the oldest are dropped.
 * Thread-safe.
 */
final class FanoutQueue {

  private static final Logger log = LoggerFactory.getLogger(FanoutQueue.class);

  private static final int MOST_MESSAGES = 100_000;
  private static final long MOST_BYTES = 64L * 1024 * 1024;

  private final String name;
  private final Runnable onReady;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state of the subscriber's thread
  private byte[] latest = {};
  private final Set<String> latestPatterns = new HashSet<>();

  // Mutable state, guarded by lock
  private final Deque<FanoutMessage> ready = new ArrayDeque<>();
  private long bytes;
  private boolean armed;
  private long dropped;

  /**
   * @param onReady told once after each {@link #arm}, when there is a message
   */
  FanoutQueue(String name, Runnable onReady) {
    this.name = name;
    this.onReady = onReady;
  }

  String name() {
    return name;
  }

  /**
   * Takes in what was broadcast. The server sends a broadcast once for each pattern that matches,
   * one right after the other; each has a delivery tag of its own.
   *
   * @param pattern by which it came
   */
  void broadcast(String pattern, byte[] json) {
    if (Arrays.equals(json, latest) && latestPatterns.add(pattern)) {
      return;
    }
    latest = json;
    latestPatterns.clear();
    latestPatterns.add(pattern);
    try {
      add(new FanoutMessage(this, VirtualEnvelope.decode(json), json.length, false), End.BACK);
    } catch (DecodeException e) {
      log.error(
          "Dropping a broadcast to queue {} that cannot be read, {} bytes: {}: {}",
          name,
          json.length,
          e.getMessage(),
          PoisonDump.of(json));
    }
  }

  void add(FanoutMessage message, End end) {
    boolean tell;
    lock.lock();
    try {
      if (end == End.FRONT) {
        ready.addFirst(message);
      } else {
        ready.addLast(message);
      }
      bytes += message.size();
      while (ready.size() > MOST_MESSAGES || (bytes > MOST_BYTES && ready.size() > 1)) {
        drop(ready.removeFirst());
      }
      tell = armed;
      armed = false;
    } finally {
      lock.unlock();
    }
    if (tell) {
      onReady.run();
    }
  }

  List<FanoutMessage> take(int most) {
    lock.lock();
    try {
      List<FanoutMessage> taken = new ArrayList<>(Math.min(most, ready.size()));
      while (taken.size() < most && !ready.isEmpty()) {
        FanoutMessage first = ready.removeFirst();
        bytes -= first.size();
        taken.add(first);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  void arm() {
    boolean tell;
    lock.lock();
    try {
      tell = !ready.isEmpty();
      armed = !tell;
    } finally {
      lock.unlock();
    }
    if (tell) {
      onReady.run();
    }
  }

  int size() {
    lock.lock();
    try {
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  /** Empties the queue; says how many there were. */
  int purge() {
    return take(Integer.MAX_VALUE).size();
  }

  /** Under the lock. */
  private void drop(FanoutMessage oldest) {
    bytes -= oldest.size();
    if (dropped++ % MOST_MESSAGES == 0) {
      log.warn("Broadcasts to queue {} are dropped, oldest first: nobody takes them", name);
    }
  }
}
