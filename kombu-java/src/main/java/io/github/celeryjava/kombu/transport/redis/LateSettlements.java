package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.redis.RedisWriter.Leftovers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Settles what a lost connection has left: acknowledges what was acknowledged, so that it does not
 * run twice, and puts the rest back, so that it need not wait for the visibility timeout. Goes on
 * until the server is back, but no longer than that timeout, after which everybody else would put
 * the messages back. Thread-safe; one thread a process, which ends when there is nothing to do.
 */
final class LateSettlements {

  private static final Logger log = LoggerFactory.getLogger(LateSettlements.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final ScheduledExecutorService thread = Threads.onDemand("kombu-redis-late");

  /**
   * Takes over what a connection has left. Returns at once.
   *
   * @param takes what is known of its takes, if it may have taken messages without hearing of it;
   *     else null
   */
  void add(RedisContext context, @Nullable RedisTakes takes, Leftovers left) {
    if (takes != null || !left.settlements().isEmpty() || !left.pushes().isEmpty()) {
      Rest rest =
          new Rest(
              context,
              takes,
              List.copyOf(left.settlements()),
              new ArrayDeque<>(left.pushes()),
              context.nanos().getAsLong());
      thread.execute(() -> attempt(rest, FIRST_PAUSE));
    }
  }

  /**
   * What one connection has left.
   *
   * @param pushes emptied as they are sent, for doing one twice would double a message
   */
  private record Rest(
      RedisContext context,
      @Nullable RedisTakes takes,
      List<Settlement> settlements,
      Deque<RawPush> pushes,
      long sinceNanos) {

    boolean isPointless() {
      long limit = context.options().visibilityTimeout().toNanos();
      return context.nanos().getAsLong() - sinceNanos > limit;
    }
  }

  private void attempt(Rest rest, Duration pause) {
    RedisClients clients = rest.context.clients();
    RedisSockets sockets = clients.sockets();
    try {
      settle(rest, clients.open(sockets));
    } catch (JedisException e) {
      again(rest, clients.failure(e), pause);
    } catch (OperationalException e) {
      again(rest, e, pause);
    } catch (RuntimeException e) {
      log.error("{} messages stay unsettled: {}", rest.settlements.size(), e.getMessage(), e);
    } finally {
      sockets.end();
    }
  }

  private static void settle(Rest rest, RedisConnection connection) {
    RedisContext context = rest.context;
    List<Settlement> all = new ArrayList<>(rest.settlements);
    if (rest.takes != null) {
      Set<String> settled =
          rest.settlements.stream().map(Settlement::tag).collect(Collectors.toSet());
      rest.takes.unheard(connection).stream()
          .filter(unheard -> !settled.contains(unheard.tag()))
          .forEach(all::add);
    }
    SettlingBatch batch = new SettlingBatch(context.clients(), context.options().keys(), all);
    RedisPipeline pipeline = new RedisPipeline(connection);
    batch.look(pipeline);
    pipeline.exchange();
    batch.settle(pipeline);
    pipeline.exchange();
    batch.requireSettled();
    while (!rest.pushes.isEmpty()) {
      Object unused = connection.call(rest.pushes.removeFirst().command());
    }
    log.debug("{} messages of a lost connection were settled", all.size());
  }

  private void again(Rest rest, OperationalException cause, Duration pause) {
    if (rest.isPointless()) {
      log.warn(
          "{} messages of a lost connection were not settled, others will put them back: {}",
          rest.settlements.size(),
          cause.getMessage());
      return;
    }
    Duration doubled = pause.multipliedBy(2);
    Duration next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    var unused =
        thread.schedule(() -> attempt(rest, next), pause.toMillis(), TimeUnit.MILLISECONDS);
  }
}
