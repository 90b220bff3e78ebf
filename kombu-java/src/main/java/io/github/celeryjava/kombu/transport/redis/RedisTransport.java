package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.virtual.VirtualConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Redis as a broker, with the keys of kombu: {@code redis:}, {@code rediss:}, {@code sentinel:} and
 * {@code redis+socket:}. Found by {@link java.util.ServiceLoader}; thread-safe.
 *
 * <p>Takes kombu's transport options: names of keys ({@code global_keyprefix}, {@code sep}, {@code
 * priority_steps}, {@code unacked_key}, {@code unacked_index_key}, {@code unacked_mutex_key},
 * {@code fanout_prefix}, {@code fanout_patterns}), how long messages may be held ({@code
 * ack_emulation}, {@code visibility_timeout}, {@code unacked_restore_limit}, {@code
 * unacked_restore_interval}, {@code unacked_restore_throttle}, {@code unacked_mutex_expire}),
 * sockets and login ({@code socket_timeout}, {@code socket_connect_timeout}, {@code
 * socket_keepalive}, {@code socket_keepalive_options}, {@code health_check_interval}, {@code
 * client_name}, {@code credential_provider}), sentinels ({@code master_name}, {@code
 * min_other_sentinels}, {@code sentinel_kwargs}), and {@code queue_order_strategy}, {@code
 * polling_interval}, {@code body_encoding}, {@code deadletter_queue}. {@code max_connections} and
 * {@code retry_on_timeout} are accepted and change nothing: there are few connections, and who
 * sends tries again anyway.
 *
 * <p>Named after {@code kombu.transport.redis}.
 */
@Internal
public final class RedisTransport implements TransportProvider {

  private static final Set<String> SCHEMES =
      Collections.unmodifiableSet(new LinkedHashSet<>(RedisClients.SCHEMES));

  private static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.TOPIC,
          Capability.FANOUT,
          Capability.PRIORITY,
          Capability.HEARTBEAT,
          Capability.CONFIRMS,
          Capability.MANDATORY);

  private static final CommandArguments PING = new CommandArguments(Command.PING);

  private final ScheduledExecutorService timer = Threads.onDemand("kombu-redis-timer");
  private final LateSettlements late = new LateSettlements();
  private final KnownOptions known = new KnownOptions();

  // Mutable state, guarded by this
  private final Map<Namespace, RedisTopology> topologies = new HashMap<>();
  private final Map<Sharing, RedisHub> hubs = new HashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public RedisTransport() {}

  @Override
  public Set<String> schemes() {
    return SCHEMES;
  }

  @Override
  public int defaultPort(String scheme) {
    return switch (scheme) {
      case RedisClients.SENTINEL_SCHEME -> Sentinels.DEFAULT_PORT;
      case RedisClients.SOCKET_SCHEME -> 0;
      default -> RedisClients.DEFAULT_PORT;
    };
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    known.check(options.transportOptions().keySet());
    RedisOptions read = RedisOptions.of(url, options);
    RedisClients clients = RedisClients.to(url, options, read.network());
    RedisTopology topology = topology(url, read);
    RedisContext context =
        new RedisContext(
            clients,
            read,
            topology,
            new BindingCommands(read.keys(), topology),
            timer,
            System::nanoTime);
    AtomicReference<@Nullable RedisStore> made = new AtomicReference<>();
    RedisLine calls = connect(context, options.connectTimeout(), made);
    RedisStore store = store(context, calls, url, options);
    made.set(store);
    return VirtualConnection.open(store, options, listener, clients.description());
  }

  /** A server, a database and a prefix: what two connections have to share to see the same. */
  private record Namespace(
      @Nullable String host, @Nullable Integer port, @Nullable String database, String prefix) {}

  /** What has to be equal for connections to share a hub. */
  private record Sharing(
      ConnectionUrl url,
      Map<String, @Nullable Object> transportOptions,
      @Nullable SSLContext tls,
      boolean verifyHostname,
      List<Duration> times,
      @Nullable String clientName) {}

  private synchronized RedisTopology topology(ConnectionUrl url, RedisOptions options) {
    Namespace namespace =
        new Namespace(url.host(), url.port(), url.virtualHost(), options.keys().prefix());
    return topologies.computeIfAbsent(namespace, any -> new RedisTopology());
  }

  /** In one step, so that no hub ends between being found and being joined. */
  private synchronized RedisStore store(
      RedisContext context, RedisLine calls, ConnectionUrl url, ConnectionOptions options) {
    Sharing sharing =
        new Sharing(
            url,
            options.transportOptions(),
            options.tls(),
            options.verifyHostname(),
            List.of(options.connectTimeout(), options.callTimeout(), options.heartbeat()),
            options.clientName());
    RedisHub hub =
        hubs.computeIfAbsent(sharing, any -> new RedisHub(context, over -> forget(sharing, over)));
    return new RedisStore(
        context, calls, hub, late, options.callTimeout(), member -> release(sharing, hub, member));
  }

  private void release(Sharing sharing, RedisHub hub, HubMember member) {
    synchronized (this) {
      if (!hub.leave(member)) {
        return;
      }
      hubs.remove(sharing, hub);
    }
    hub.end();
  }

  private synchronized void forget(Sharing sharing, RedisHub over) {
    hubs.remove(sharing, over);
  }

  private static RedisLine connect(
      RedisContext context, Duration limit, AtomicReference<@Nullable RedisStore> made) {
    String where = context.clients().description();
    RedisLine line =
        RedisLine.start(
            context.clients(),
            "kombu-redis-calls " + where,
            cause -> {
              RedisStore store = made.get();
              if (store != null) {
                store.lost(cause);
              }
            },
            context.nanos());
    try {
      Object unused =
          RedisWait.result(
              line.<@Nullable Object>submit(connection -> connection.call(PING)),
              limit,
              context.nanos(),
              "connecting to " + where);
      return line;
    } catch (OperationalException e) {
      line.abort();
      throw e;
    }
  }
}
