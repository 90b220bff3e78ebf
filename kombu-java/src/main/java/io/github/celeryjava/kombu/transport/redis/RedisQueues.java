package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import io.github.celeryjava.kombu.transport.virtual.ExchangeMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What is done to queues, exchanges and bindings as a whole. Each method waits for the server, on
 * the thread of the connection it is given. Immutable.
 *
 * <p>Source: {@code Channel._size}, {@code _purge}, {@code _delete} in {@code
 * kombu/transport/redis.py}. Other than there, unbinding unbinds, and deleting ends the bindings
 * that others made.
 */
final class RedisQueues {

  private static final int NOT_ALLOWED = 406;
  private static final int SCANNED_AT_ONCE = 1_000;

  private final RedisContext context;
  private final RedisKeys keys;

  RedisQueues(RedisContext context) {
    this.context = context;
    this.keys = context.options().keys();
  }

  /** Refuses a name that would be taken for the list of another queue's priority. */
  void requireName(String queue) {
    if (queue.contains(keys.separator())) {
      throw OperationalException.refused(
          "queue '" + queue + "': its name holds the separator of Redis keys", NOT_ALLOWED, null);
    }
  }

  /**
   * What a binding is stored as.
   *
   * @throws OperationalException not recoverable, 406, if publishers in Python would fail on it
   */
  Member member(String queue, Binding binding) {
    requireName(queue);
    Exchange exchange = binding.exchange();
    ExchangeType type = context.topology().typeOf(exchange.name()).orElse(exchange.type());
    String pattern = ExchangeMatcher.pattern(type, binding.routingKey());
    if (pattern.contains(keys.separator()) || binding.routingKey().contains(keys.separator())) {
      throw OperationalException.refused(
          "queue '" + queue + "' cannot be bound by a key that holds the separator of Redis keys",
          NOT_ALLOWED,
          null);
    }
    return new Member(binding.routingKey(), pattern, queue);
  }

  /** How many messages are ready. */
  long size(RedisConnection connection, String queue) {
    return sum(connection, Command.LLEN, keys.lists(queue));
  }

  /** Removes the ready messages; says how many there were. */
  long purge(RedisConnection connection, String queue) {
    RedisPipeline pipeline = new RedisPipeline(connection);
    Answers answers = new Answers();
    CommandArguments delete = new CommandArguments(Command.DEL);
    pipeline.add(new CommandArguments(Command.MULTI), answers::ignore);
    for (byte[] list : keys.lists(queue)) {
      pipeline.add(new CommandArguments(Command.LLEN).add(list), answers::ignore);
      delete.add(list);
    }
    pipeline.add(delete, answers::ignore);
    pipeline.add(
        new CommandArguments(Command.EXEC), answer -> answers.addAllBut(answer, 1)); // of DEL
    pipeline.exchange();
    return answers.total();
  }

  void bind(RedisConnection connection, String exchange, Member member) {
    exchange(connection, context.bindings().bind(exchange, member));
  }

  /** Ends the bindings of a queue by one key, whatever their patterns are. */
  void unbind(RedisConnection connection, String exchange, String queue, String routingKey) {
    unbind(
        connection,
        exchange,
        member -> member.queue().equals(queue) && member.routingKey().equals(routingKey));
  }

  void deleteExchange(RedisConnection connection, String exchange) {
    exchange(connection, List.of(context.bindings().unbindAll(exchange)));
  }

  /**
   * Deletes a queue with its bindings; says how many messages were ready.
   *
   * @param declaredHere whether this process can be trusted to know where it is bound; else all
   *     bindings there are have to be looked through
   */
  long delete(RedisConnection connection, String queue, boolean declaredHere) {
    Set<String> exchanges = new TreeSet<>(context.topology().exchangeNames());
    if (!declaredHere) {
      exchanges.addAll(allExchanges(connection));
    }
    for (String exchange : exchanges) {
      unbind(connection, exchange, member -> member.queue().equals(queue));
    }
    return purge(connection, queue);
  }

  private void unbind(RedisConnection connection, String exchange, Predicate<Member> isUnwanted) {
    Object answer =
        connection.call(new CommandArguments(Command.SMEMBERS).add(keys.bindings(exchange)));
    List<byte[]> unwanted = new ArrayList<>();
    if (answer instanceof Collection<?> members) {
      for (Object member : members) {
        Member binding = member instanceof byte[] bytes ? keys.binding(bytes) : null;
        if (binding != null && isUnwanted.test(binding)) {
          unwanted.add((byte[]) member);
        }
      }
    }
    if (!unwanted.isEmpty()) {
      exchange(connection, context.bindings().unbind(exchange, unwanted));
    }
  }

  private List<String> allExchanges(RedisConnection connection) {
    String prefix = new String(keys.bindings(""), StandardCharsets.UTF_8);
    List<String> exchanges = new ArrayList<>();
    String cursor = "0";
    do {
      Object answer =
          connection.call(
              new CommandArguments(Command.SCAN)
                  .add(cursor)
                  .add("MATCH")
                  .add(escaped(prefix) + "*")
                  .add("COUNT")
                  .add(SCANNED_AT_ONCE));
      List<?> parts = answer instanceof List<?> list ? list : List.of("0", List.of());
      cursor = text(parts.get(0));
      if (parts.get(1) instanceof Collection<?> found) {
        found.forEach(key -> exchanges.add(text(key).substring(prefix.length())));
      }
    } while (!cursor.equals("0"));
    return exchanges;
  }

  private long sum(RedisConnection connection, Command command, List<byte[]> lists) {
    RedisPipeline pipeline = new RedisPipeline(connection);
    Answers answers = new Answers();
    for (byte[] list : lists) {
      pipeline.add(new CommandArguments(command).add(list), answers::add);
    }
    pipeline.exchange();
    return answers.total();
  }

  private static void exchange(RedisConnection connection, List<CommandArguments> commands) {
    RedisPipeline pipeline = new RedisPipeline(connection);
    Answers answers = new Answers();
    commands.forEach(command -> pipeline.add(command, answers::ignore));
    pipeline.exchange();
    answers.requireGood();
  }

  /** A pattern's own characters, taken for what they are. */
  private static String escaped(String text) {
    return text.replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  /** Adds numbers up, and remembers the first refusal. */
  private static final class Answers {

    private long total;
    private @Nullable JedisDataException refusal;

    void ignore(@Nullable Object answer) {
      if (answer instanceof JedisDataException said && refusal == null) {
        refusal = said;
      }
    }

    void add(@Nullable Object answer) {
      ignore(answer);
      total += answer instanceof Long number ? number : 0;
    }

    /** Adds what a transaction answered, without its last answers. */
    void addAllBut(@Nullable Object answer, int last) {
      ignore(answer);
      if (answer instanceof List<?> all) {
        all.forEach(this::ignore);
        all.subList(0, Math.max(0, all.size() - last)).forEach(this::add);
      }
    }

    long total() {
      requireGood();
      return total;
    }

    void requireGood() {
      if (refusal != null) {
        throw refusal;
      }
    }
  }
}
