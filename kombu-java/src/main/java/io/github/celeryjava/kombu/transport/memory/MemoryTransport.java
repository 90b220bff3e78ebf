package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportOptions;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.virtual.VirtualConnection;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code memory://} and {@code memory://name}: connections that name the same host share one
 * broker, those that name none share the nameless one. Thread-safe.
 *
 * <p>The brokers belong to this object, so they are shared by all who use the same provider:
 * whoever looks providers up has to do so once a process. A provider of one's own is a world of its
 * own, which is what tests want. Brokers live as long as their provider; all is lost with it.
 *
 * <p>The transport option {@value #CLOCK} may hold a {@link Clock} for everything that expires; the
 * connection that is first to name a broker decides. With {@code deadletter_queue} a message that
 * its direct exchange can route nowhere goes to the queue of that name, which is made if need be.
 *
 * <p>Named after {@code kombu.transport.memory}, and closer to AMQP than that: priorities are
 * honoured in queues declared with them, highest first; unsettled messages are given back on close;
 * messages and queues expire, found out when they are next looked at; dead messages go where their
 * queue says; what reaches no queue is reported. Topic exchanges have the pattern dialect of
 * kombu's virtual transports.
 */
@Internal
public final class MemoryTransport implements TransportProvider {

  /** Name of the transport option that holds the clock. */
  public static final String CLOCK = "clock";

  private static final String DEAD_LETTER_QUEUE = "deadletter_queue";

  /** The last two are kombu's; there is nothing to poll here, and bodies stay bytes. */
  private static final Set<String> KNOWN =
      Set.of(CLOCK, DEAD_LETTER_QUEUE, "polling_interval", "body_encoding");

  private final Map<String, MemoryBroker> brokers = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}, and for a world of one's own. */
  public MemoryTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public int defaultPort(String scheme) {
    return 0;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.TOPIC,
        Capability.FANOUT,
        Capability.PRIORITY,
        Capability.CONFIRMS,
        Capability.MANDATORY,
        Capability.NATIVE_EXPIRY);
  }

  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    TransportOptions given = TransportOptions.of(options);
    given.requireKnown("memory", KNOWN);
    String name = url.host() == null ? "" : url.host();
    Clock clock = clock(given);
    MemoryBroker broker = brokers.computeIfAbsent(name, unknown -> new MemoryBroker(clock));
    MemoryStore store = new MemoryStore(broker, given.text(DEAD_LETTER_QUEUE));
    return VirtualConnection.open(store, options, listener, "memory://" + name);
  }

  private static Clock clock(TransportOptions given) {
    Object clock = given.get(CLOCK);
    if (clock == null) {
      return Clock.systemUTC();
    }
    if (clock instanceof Clock usable) {
      return usable;
    }
    throw given.wrong(CLOCK, "a java.time.Clock");
  }
}
