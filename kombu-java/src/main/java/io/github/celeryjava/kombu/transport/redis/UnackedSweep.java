package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import io.github.celeryjava.kombu.protocol.UnackedRecord;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Puts messages back whose holder has not been heard of for the visibility timeout, in Java or
 * Python, holding the lock that kombu's own sweep holds. Belongs to one thread.
 *
 * <p>A message goes to all queues that its exchange and key route to, as in kombu, which loses it
 * if there are none; here its record stays, and is looked at again after another timeout.
 *
 * <p>Source: {@code QoS.restore_visible} and {@code _do_restore_message} in {@code
 * kombu/transport/redis.py}.
 */
final class UnackedSweep {

  private static final Logger log = LoggerFactory.getLogger(UnackedSweep.class);

  private static final int PAGE = 100;

  private final RedisContext context;
  private final RedisOptions options;
  private final RedisKeys keys;
  private final Predicate<String> isHeld;

  /**
   * @param isHeld whether this process holds the message of a tag, whatever its time
   */
  UnackedSweep(RedisContext context, Predicate<String> isHeld) {
    this.context = context;
    this.options = context.options();
    this.keys = options.keys();
    this.isHeld = isHeld;
  }

  /** Looks once; does nothing while somebody else looks. */
  void run(RedisConnection connection) {
    byte[] token = bytes(DeliveryTags.next());
    CommandArguments acquire =
        new CommandArguments(Command.SET)
            .add(keys.mutex())
            .add(token)
            .add("NX")
            .add("PX")
            .add(options.mutexLifetime().toMillis());
    if (connection.call(acquire) == null) {
      return;
    }
    try {
      listAnew(connection);
      int count = putBackAll(connection);
      if (count > 0) {
        log.info(
            "Put back {} messages that nobody had renewed for {} s",
            count,
            options.visibilityTimeout().toSeconds());
      }
    } finally {
      Object unused = RedisScripts.RELEASE.run(connection, List.of(keys.mutex()), List.of(token));
    }
  }

  private void listAnew(RedisConnection connection) {
    Object added =
        RedisScripts.LIST_ANEW.run(
            connection, List.of(keys.unacked(), keys.unackedIndex()), List.of());
    if (added instanceof Long count && count > 0) {
      log.warn(
          "{} messages were missing from the index of {}, which Redis may have evicted: listed anew",
          count,
          keys.unackedName());
    }
  }

  private int putBackAll(RedisConnection connection) {
    long end = context.nanos().getAsLong() + options.mutexLifetime().toNanos() / 2;
    int limit = options.sweepLimit() == 0 ? Integer.MAX_VALUE : options.sweepLimit();
    int page = Math.min(PAGE, limit);
    int count = 0;
    int passed = 0;
    int found = page;
    while (found == page && count < limit && context.nanos().getAsLong() - end < 0) {
      List<Overdue> some = overdue(connection, passed, Math.min(page, limit - count));
      found = some.size();
      for (Overdue overdue : some) {
        if (isHeld.test(overdue.tag)) {
          passed++; // this process was asleep; it is about to renew
        } else {
          try {
            count += putBack(connection, overdue) ? 1 : 0;
          } catch (JedisDataException e) {
            passed++; // it must not hold up the others
            log.warn("Message {} could not be put back: {}", overdue.tag, e.getMessage());
          }
        }
      }
    }
    return count;
  }

  /**
   * A message that nobody has renewed in time.
   *
   * @param time what the index says, to be sure later that it is still the same
   */
  private record Overdue(String tag, String time) {}

  private List<Overdue> overdue(RedisConnection connection, int passed, int most) {
    Duration timeout = options.visibilityTimeout();
    String seconds = BigDecimal.valueOf(timeout.toMillis(), 3).toPlainString();
    Object answer =
        RedisScripts.OVERDUE.run(
            connection,
            List.of(keys.unackedIndex()),
            List.of(
                bytes(seconds), bytes(Integer.toString(passed)), bytes(Integer.toString(most))));
    List<Overdue> some = new ArrayList<>();
    if (answer instanceof List<?> parts) {
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        some.add(new Overdue(text(parts.get(i)), text(parts.get(i + 1))));
      }
    }
    return some;
  }

  /** Says whether it is back in a queue. */
  private boolean putBack(RedisConnection connection, Overdue overdue) {
    Object json =
        connection.call(
            new CommandArguments(Command.HGET).add(keys.unacked()).add(bytes(overdue.tag)));
    if (!(json instanceof byte[] bytes)) {
      return push(connection, overdue, List.of(), List.of()); // only forgets its time
    }
    try {
      UnackedRecord record = UnackedRecord.read(bytes);
      if (!record.exchange().isEmpty() && context.topology().isFanout(record.exchange())) {
        forget(connection, overdue); // it was for its holder alone
        return false;
      }
      Collection<String> queues = queues(connection, record);
      if (queues.isEmpty()) {
        stay(connection, overdue, "no queue is bound to its exchange '" + record.exchange() + "'");
        return false;
      }
      return push(connection, overdue, lists(queues, record), envelopes(queues, record));
    } catch (DecodeException e) {
      stay(connection, overdue, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private List<byte[]> lists(Collection<String> queues, UnackedRecord record) {
    return queues.stream().map(queue -> keys.list(queue, record.priority())).toList();
  }

  private static List<byte[]> envelopes(Collection<String> queues, UnackedRecord record) {
    List<byte[]> envelopes = new ArrayList<>(List.of(record.redelivered()));
    while (envelopes.size() < queues.size()) {
      envelopes.add(record.redeliveredAs(DeliveryTags.next()));
    }
    return envelopes;
  }

  private Collection<String> queues(RedisConnection connection, UnackedRecord record) {
    if (record.exchange().isEmpty()) {
      return record.routingKey().isEmpty() ? Set.of() : Set.of(record.routingKey());
    }
    Object answer =
        connection.call(
            new CommandArguments(Command.SMEMBERS).add(keys.bindings(record.exchange())));
    List<Member> members = new ArrayList<>(context.topology().boundHere(record.exchange()));
    if (answer instanceof Collection<?> values) {
      for (Object value : values) {
        Member member = value instanceof byte[] bytes ? keys.binding(bytes) : null;
        if (member != null) {
          members.add(member);
        }
      }
    }
    Set<String> queues = context.topology().route(record.exchange(), record.routingKey(), members);
    String deadLetters = options.deadLetterQueue();
    return queues.isEmpty() && deadLetters != null ? Set.of(deadLetters) : queues;
  }

  private boolean push(
      RedisConnection connection, Overdue overdue, List<byte[]> lists, List<byte[]> envelopes) {
    List<byte[]> all = new ArrayList<>(List.of(keys.unacked(), keys.unackedIndex()));
    all.addAll(lists);
    List<byte[]> arguments =
        new ArrayList<>(
            List.of(bytes(overdue.tag), bytes(overdue.time), bytes(End.FRONT.command())));
    arguments.addAll(envelopes);
    Object done = RedisScripts.PUT_BACK.run(connection, all, arguments);
    return done instanceof Long number && number == 1;
  }

  private void forget(RedisConnection connection, Overdue overdue) {
    log.debug("Dropping the broadcast message {} of a consumer that is gone", overdue.tag);
    SettlingBatch batch =
        new SettlingBatch(context.clients(), keys, List.of(new Settlement.Ack(overdue.tag)));
    RedisPipeline pipeline = new RedisPipeline(connection);
    batch.settle(pipeline);
    pipeline.exchange();
  }

  /** Its time moves on, so that kombu, which would lose it, does not look at it either. */
  private void stay(RedisConnection connection, Overdue overdue, String why) {
    log.warn(
        "Message {} stays in {} and is not put back: {}", overdue.tag, keys.unackedName(), why);
    Object unused =
        RedisScripts.RENEW.run(
            connection, List.of(keys.unacked(), keys.unackedIndex()), List.of(bytes(overdue.tag)));
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
