package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.transport.redis.RedisTopology.OwnBinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Keeps the bindings of queues that this process consumes from. The server may evict the sets, and
 * then whoever publishes reaches nobody; kombu sweeps away sets of queues that expire unless their
 * deadline moves on. Belongs to one thread.
 */
final class BindingUpkeep {

  private static final Logger log = LoggerFactory.getLogger(BindingUpkeep.class);

  private static final Duration RENEWAL = Duration.ofMinutes(5);
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final RedisContext context;
  private final RedisKeys keys;
  private final Supplier<Set<String>> consumed;

  // Mutable state
  private long renewedAt;
  private long sweptAt;

  /**
   * @param consumed the queues that are consumed from
   */
  BindingUpkeep(RedisContext context, Supplier<Set<String>> consumed) {
    this.context = context;
    this.keys = context.options().keys();
    this.consumed = consumed;
    renewedAt = context.nanos().getAsLong();
    sweptAt = renewedAt - SWEEP.toNanos();
  }

  /** Looks once: one command, unless something is missing or due. */
  void run(RedisConnection connection) {
    List<OwnBinding> lasting = new ArrayList<>();
    List<OwnBinding> temporary = new ArrayList<>();
    for (String queue : consumed.get()) {
      boolean expires = context.topology().expiresMillis(queue) > 0;
      (expires ? temporary : lasting).addAll(context.topology().bindingsOf(queue));
    }
    if (isAnyMissing(connection, lasting, temporary)) {
      bindMissing(connection, lasting, true);
      bindMissing(connection, temporary, false);
    }
    long now = context.nanos().getAsLong();
    if (now - renewedAt > RENEWAL.toNanos()) {
      renewedAt = now;
      bind(connection, temporary);
    }
    if (!temporary.isEmpty() && now - sweptAt > SWEEP.toNanos()) {
      sweptAt = now;
      Object unused = connection.call(context.bindings().sweep());
    }
  }

  private boolean isAnyMissing(
      RedisConnection connection, List<OwnBinding> lasting, List<OwnBinding> temporary) {
    Map<String, byte[]> expected = new LinkedHashMap<>();
    for (OwnBinding binding : lasting) {
      expected.put("+" + binding.exchange(), keys.bindings(binding.exchange()));
      expected.put("=" + binding.exchange(), keys.permanentBindings(binding.exchange()));
    }
    for (OwnBinding binding : temporary) {
      expected.put("+" + binding.exchange(), keys.bindings(binding.exchange()));
    }
    if (expected.isEmpty()) {
      return false;
    }
    CommandArguments exists = new CommandArguments(Command.EXISTS);
    expected.values().forEach(exists::add);
    return connection.call(exists) instanceof Long there && there < expected.size();
  }

  /** Those of exchanges with sets that are there are left alone: somebody may have unbound. */
  private void bindMissing(RedisConnection connection, List<OwnBinding> bindings, boolean lasting) {
    List<OwnBinding> missing = new ArrayList<>();
    RedisPipeline pipeline = new RedisPipeline(connection);
    for (OwnBinding binding : bindings) {
      CommandArguments exists =
          new CommandArguments(Command.EXISTS).add(keys.bindings(binding.exchange()));
      if (lasting) {
        exists.add(keys.permanentBindings(binding.exchange()));
      }
      pipeline.add(
          exists,
          answer -> {
            if (answer instanceof Long there && there < (lasting ? 2 : 1)) {
              missing.add(binding);
            }
          });
    }
    pipeline.exchange();
    if (!missing.isEmpty()) {
      log.warn("Bindings of queues that are consumed from were gone from Redis, binding again");
      bind(connection, missing);
    }
  }

  private void bind(RedisConnection connection, List<OwnBinding> bindings) {
    RedisPipeline pipeline = new RedisPipeline(connection);
    for (OwnBinding binding : bindings) {
      for (CommandArguments command :
          context.bindings().bind(binding.exchange(), binding.member())) {
        pipeline.add(command, this::bound);
      }
    }
    pipeline.exchange();
  }

  private void bound(@Nullable Object answer) {
    if (answer instanceof JedisDataException refusal) {
      log.warn("Could not bind a queue again: {}", refusal.getMessage());
    }
  }
}
