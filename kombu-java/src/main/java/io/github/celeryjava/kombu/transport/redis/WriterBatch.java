package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import io.github.celeryjava.kombu.transport.Destination;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What the writer sends together, in two exchanges with the server: first the bindings of the
 * exchanges that are published to, and what else has to be known, then everything. Belongs to one
 * thread.
 *
 * <p>Source: {@code Channel._put}, {@code _put_fanout} and {@code get_table} in {@code
 * kombu/transport/redis.py}, {@code Channel._lookup} in {@code kombu/transport/virtual/base.py}.
 */
final class WriterBatch {

  private static final Logger log = LoggerFactory.getLogger(WriterBatch.class);

  private final RedisContext context;
  private final RedisKeys keys;
  private final RedisTopology topology;
  private final List<RedisPublish> publishes;
  private final List<RawPush> pushes;
  private final SettlingBatch settling;

  // Mutable state
  private final Map<String, List<Member>> tables = new HashMap<>();
  private final Map<String, JedisDataException> unreadable = new HashMap<>();

  WriterBatch(
      RedisContext context,
      List<RedisPublish> publishes,
      List<RawPush> pushes,
      List<Settlement> settlements) {
    this.context = context;
    this.keys = context.options().keys();
    this.topology = context.topology();
    this.publishes = publishes;
    this.pushes = pushes;
    this.settling = new SettlingBatch(context.clients(), keys, settlements);
  }

  /**
   * Sends everything and tells those who published.
   *
   * @throws OperationalException if the server has refused to settle
   */
  void run(RedisConnection connection) {
    RedisPipeline pipeline = new RedisPipeline(connection);
    publishes.forEach(publish -> look(pipeline, publish.to()));
    settling.look(pipeline);
    pipeline.exchange();
    publishes.forEach(publish -> send(pipeline, publish));
    settling.settle(pipeline);
    for (RawPush push : pushes) {
      pipeline.add(push.command(), this::pushed);
    }
    pipeline.exchange();
    publishes.forEach(RedisPublish::finish);
    settling.requireSettled();
  }

  private void look(RedisPipeline pipeline, Destination to) {
    String exchange = to.exchange();
    if (exchange.isEmpty() || topology.isFanout(exchange) || tables.containsKey(exchange)) {
      return;
    }
    List<Member> table = new ArrayList<>();
    tables.put(exchange, table);
    pipeline.add(
        new CommandArguments(Command.SMEMBERS).add(keys.bindings(exchange)),
        answer -> {
          if (answer instanceof JedisDataException refusal) {
            unreadable.put(exchange, refusal);
          } else if (answer instanceof Collection<?> members) {
            members.forEach(member -> addMember(table, member));
          }
        });
  }

  private void addMember(List<Member> table, @Nullable Object member) {
    Member binding = member instanceof byte[] bytes ? keys.binding(bytes) : null;
    if (binding != null) {
      table.add(binding);
    }
  }

  private void send(RedisPipeline pipeline, RedisPublish publish) {
    Destination to = publish.to();
    JedisDataException refusal = unreadable.get(to.exchange());
    if (refusal != null) {
      publish.answered(refusal, context.clients());
    } else if (!to.exchange().isEmpty() && topology.isFanout(to.exchange())) {
      broadcast(pipeline, publish);
    } else {
      Collection<String> queues = queues(pipeline, to);
      queues.forEach(queue -> push(pipeline, publish, queue));
      if (queues.isEmpty()) {
        publish.unrouted();
      }
    }
  }

  private void broadcast(RedisPipeline pipeline, RedisPublish publish) {
    Destination to = publish.to();
    pipeline.add(
        new CommandArguments(Command.PUBLISH)
            .add(keys.channel(to.exchange(), to.routingKey()))
            .add(publish.copy()),
        answer -> {
          publish.answered(answer, context.clients());
          if (answer instanceof Long receivers && receivers == 0) {
            publish.unrouted();
          }
        });
  }

  private Collection<String> queues(RedisPipeline pipeline, Destination to) {
    String exchange = to.exchange();
    Set<String> queues;
    if (exchange.isEmpty()) {
      queues = to.routingKey().isEmpty() ? Set.of() : Set.of(to.routingKey());
    } else {
      List<Member> table = tables.getOrDefault(exchange, List.of());
      if (table.isEmpty()) {
        table = bindAgain(pipeline, exchange);
        tables.put(exchange, table);
      }
      queues = topology.route(exchange, to.routingKey(), table);
    }
    return queues.isEmpty() ? deadLetter(to) : queues;
  }

  /** The server may have evicted the set; what was bound here is bound again. */
  private List<Member> bindAgain(RedisPipeline pipeline, String exchange) {
    List<Member> own = List.copyOf(topology.boundHere(exchange));
    if (!own.isEmpty()) {
      log.warn("The bindings of exchange '{}' were gone from Redis, binding again", exchange);
      for (Member member : own) {
        for (CommandArguments command : context.bindings().bind(exchange, member)) {
          pipeline.add(command, this::bound);
        }
      }
    }
    return own;
  }

  private Collection<String> deadLetter(Destination to) {
    String deadLetters = context.options().deadLetterQueue();
    if (deadLetters == null) {
      return Set.of();
    }
    log.warn("No queue is bound to exchange '{}' for key '{}'", to.exchange(), to.routingKey());
    boolean topic = topology.typeOf(to.exchange()).filter(ExchangeType.TOPIC::equals).isPresent();
    return topic ? Set.of() : Set.of(deadLetters);
  }

  private void push(RedisPipeline pipeline, RedisPublish publish, String queue) {
    pipeline.add(
        new CommandArguments(Command.LPUSH)
            .add(keys.list(queue, publish.priority()))
            .add(publish.copy()),
        answer -> publish.answered(answer, context.clients()));
    long expires = topology.expiresMillis(queue);
    if (expires > 0) {
      for (byte[] list : keys.lists(queue)) {
        pipeline.add(
            new CommandArguments(Command.PEXPIRE).add(list).add(expires),
            answer -> publish.answered(answer, context.clients()));
      }
    }
  }

  private void bound(@Nullable Object answer) {
    if (answer instanceof JedisDataException refusal) {
      log.warn("Could not bind again: {}", refusal.getMessage());
    }
  }

  private void pushed(@Nullable Object answer) {
    if (answer instanceof JedisDataException refusal) {
      log.error("A message that nobody could be given did not go back: {}", refusal.getMessage());
    }
  }
}
