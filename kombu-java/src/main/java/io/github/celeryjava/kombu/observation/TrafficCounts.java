package io.github.celeryjava.kombu.observation;

import io.github.celeryjava.kombu.Settlement;
import io.github.celeryjava.kombu.TrafficListener;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts messages, connections and what pools have lent, since it was made. Thread-safe; counting
 * takes no lock.
 *
 * <p>Give it to {@code Connection.builder(…).listener(…)}, and its numbers to a metrics library, in
 * Micrometer for example {@code FunctionCounter.builder("kombu.confirmed", counts,
 * TrafficCounts::confirmed)} and {@code Gauge.builder("kombu.unsettled", counts,
 * TrafficCounts::unsettled)}. One may serve several connections.
 */
public final class TrafficCounts implements TrafficListener {

  private static final int NO_ROUTE = 312;

  private final LongAdder published = new LongAdder();
  private final LongAdder publishedBytes = new LongAdder();
  private final LongAdder confirmed = new LongAdder();
  private final LongAdder confirmNanos = new LongAdder();
  private final LongAdder returned = new LongAdder();
  private final LongAdder nacked = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder consumed = new LongAdder();
  private final LongAdder consumedBytes = new LongAdder();
  private final LongAdder undecodable = new LongAdder();
  private final LongAdder handled = new LongAdder();
  private final LongAdder handlerNanos = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder requeued = new LongAdder();
  private final LongAdder connected = new LongAdder();
  private final LongAdder disconnected = new LongAdder();
  private final ConcurrentMap<String, LongAdder> lent = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> exhausted = new ConcurrentHashMap<>();

  /** All at zero. */
  public TrafficCounts() {}

  /** Messages given to a transport, each time anew where they had to be sent again. */
  public long published() {
    return published.sum();
  }

  /** Bytes of their bodies. */
  public long publishedBytes() {
    return publishedBytes.sum();
  }

  /** Messages that brokers have taken charge of. */
  public long confirmed() {
    return confirmed.sum();
  }

  /** Time from publish to confirmation, summed up. */
  public long confirmNanos() {
    return confirmNanos.sum();
  }

  /** Messages that reached no queue although they had to. */
  public long returned() {
    return returned.sum();
  }

  /** Messages that brokers have refused at every attempt, as full queues do. */
  public long nacked() {
    return nacked.sum();
  }

  /**
   * Messages whose publishers were told of an error, {@link #returned} and nacked ones included.
   */
  public long failed() {
    return failed.sum();
  }

  /** Messages that reached consumers. */
  public long consumed() {
    return consumed.sum();
  }

  /** Bytes of their bodies, as they came. */
  public long consumedBytes() {
    return consumedBytes.sum();
  }

  /** Messages whose bodies could not be read. */
  public long undecodable() {
    return undecodable.sum();
  }

  /** Calls of handlers. */
  public long handled() {
    return handled.sum();
  }

  /** Time spent in handlers, summed up. */
  public long handlerNanos() {
    return handlerNanos.sum();
  }

  public long acknowledged() {
    return acknowledged.sum();
  }

  public long rejected() {
    return rejected.sum();
  }

  public long requeued() {
    return requeued.sum();
  }

  /**
   * Messages consumed and not settled: held by handlers now, lost with a connection, or consumed
   * without settling.
   */
  public long unsettled() {
    return consumed() - acknowledged() - rejected() - requeued();
  }

  /** Connections opened, the first time and again. */
  public long connected() {
    return connected.sum();
  }

  /** Connections lost, and attempts to connect that failed. */
  public long disconnected() {
    return disconnected.sum();
  }

  /**
   * How many {@code connection}s, {@code channel}s and {@code producer}s are lent at the moment.
   */
  public Map<String, Long> lent() {
    return sums(lent);
  }

  /** How often a pool had none of these to lend in time. */
  public Map<String, Long> exhausted() {
    return sums(exhausted);
  }

  @Override
  public void published(Destination to, int bytes) {
    published.increment();
    publishedBytes.add(bytes);
  }

  @Override
  public void confirmed(Destination to, long nanos) {
    confirmed.increment();
    confirmNanos.add(nanos);
  }

  @Override
  public void failed(Destination to, KombuException error) {
    failed.increment();
    if (error instanceof MessageRefusedException refusal) {
      (refusal.replyCode() == NO_ROUTE ? returned : nacked).increment();
    }
  }

  @Override
  public void consumed(String queue, int bytes) {
    consumed.increment();
    consumedBytes.add(bytes);
  }

  @Override
  public void undecodable(String queue) {
    undecodable.increment();
  }

  @Override
  public void handled(String queue, long nanos) {
    handled.increment();
    handlerNanos.add(nanos);
  }

  @Override
  public void settled(String queue, Settlement how) {
    switch (how) {
      case ACKNOWLEDGED -> acknowledged.increment();
      case REJECTED -> rejected.increment();
      case REQUEUED -> requeued.increment();
    }
  }

  @Override
  public void connected(String broker) {
    connected.increment();
  }

  @Override
  public void disconnected(OperationalException cause) {
    disconnected.increment();
  }

  @Override
  public void lent(String resource, long waitedNanos) {
    adder(lent, resource).increment();
  }

  @Override
  public void givenBack(String resource) {
    adder(lent, resource).decrement();
  }

  @Override
  public void exhausted(String resource) {
    adder(exhausted, resource).increment();
  }

  private static LongAdder adder(ConcurrentMap<String, LongAdder> adders, String resource) {
    return adders.computeIfAbsent(resource, absent -> new LongAdder());
  }

  private static Map<String, Long> sums(ConcurrentMap<String, LongAdder> adders) {
    Map<String, Long> sums = new TreeMap<>();
    adders.forEach((resource, adder) -> sums.put(resource, adder.sum()));
    return sums;
  }
}
