package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code faulty://}: memory brokers behind a wire that a test cuts, holds back and closes. Thread-
 * safe.
 */
final class FaultyTransport implements TransportProvider {

  private record Wire(TransportConnection connection, TransportListener listener) {}

  private final MemoryTransport brokers;
  private final Queue<Wire> wires = new ConcurrentLinkedQueue<>();
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile RuntimeException always;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  FaultyTransport(MemoryTransport brokers) {
    this.brokers = brokers;
  }

  /** Makes the next attempts to connect fail, one each. */
  void failNext(RuntimeException... next) {
    failures.addAll(List.of(next));
  }

  /** Makes every attempt to connect fail; null ends that. */
  void failAlways(RuntimeException failure) {
    always = failure;
  }

  /** Makes attempts to connect wait for the latch. */
  void holdBack(CountDownLatch until) {
    gate = until;
  }

  /** Attempts to connect so far. */
  int attempts() {
    return attempts.get();
  }

  /** Cuts every connection that is open. */
  void cut() {
    for (Wire wire : List.copyOf(wires)) { // and none that is opened meanwhile
      if (wires.remove(wire) && wire.connection.isOpen()) {
        wire.connection.abort();
        wire.listener.lost(OperationalException.lost("the wire was cut", null));
      }
    }
  }

  @Override
  public Set<String> schemes() {
    return Set.of("faulty");
  }

  @Override
  public int defaultPort(String scheme) {
    return 0;
  }

  @Override
  public Set<Capability> capabilities() {
    return brokers.capabilities();
  }

  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    attempts.incrementAndGet();
    await(gate);
    RuntimeException failure = always == null ? failures.poll() : always;
    if (failure != null) {
      throw failure;
    }
    TransportConnection connection = brokers.open(url, options, listener);
    wires.add(new Wire(connection, listener));
    return connection;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
