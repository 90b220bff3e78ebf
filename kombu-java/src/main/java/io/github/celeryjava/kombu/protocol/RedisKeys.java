package io.github.celeryjava.kombu.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.internal.Internal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of keys and channels that kombu's Redis transport uses, and the members of its binding
 * sets. Immutable and thread-safe.
 *
 * <p>Wire source: {@code Channel} in {@code kombu/transport/redis.py} (5.2 to 5.7). {@code
 * _kombu.binding_permanent} and {@code _kombu.binding_deadlines} came with 5.7.
 *
 * @param prefix stands before every key and channel; may be empty
 * @param separator stands between a queue's name and its step, and between the parts of a binding
 * @param steps the priorities that have lists of their own, ascending
 * @param unackedName name of the hash of unacknowledged messages
 * @param indexName name of the sorted set of their delivery times
 * @param mutexName name of the lock that who restores messages holds
 * @param fanoutPrefix stands before the exchange in the name of a channel; may be empty
 * @param fanoutPatterns whether the routing key is part of the name of a channel
 */
@Internal
public record RedisKeys(
    String prefix,
    String separator,
    List<Integer> steps,
    String unackedName,
    String indexName,
    String mutexName,
    String fanoutPrefix,
    boolean fanoutPatterns) {

  public static final String DEFAULT_SEPARATOR = "\u0006\u0016";
  public static final List<Integer> DEFAULT_STEPS = List.of(0, 3, 6, 9);
  public static final String DEFAULT_UNACKED = "unacked";
  public static final String DEFAULT_INDEX = "unacked_index";
  public static final String DEFAULT_MUTEX = "unacked_mutex";

  /** In the prefix of channels this stands for the number of the database. */
  public static final String DATABASE = "{db}";

  public static final String DEFAULT_FANOUT_PREFIX = "/" + DATABASE + ".";

  private static final String BINDINGS = "_kombu.binding.";
  private static final String PERMANENT = "_kombu.binding_permanent.";
  private static final String TAKEN = ".taken.";
  private static final String DEADLINES = "_kombu.binding_deadlines";

  public RedisKeys {
    requireNonNull(prefix, "prefix");
    requireNonNull(separator, "separator");
    steps = List.copyOf(steps);
  }

  /** One member of a binding set. */
  public record Member(String routingKey, String pattern, String queue) {}

  /** Every name as kombu has it by default. */
  public static RedisKeys standard(int database) {
    return new RedisKeys(
        "",
        DEFAULT_SEPARATOR,
        DEFAULT_STEPS,
        DEFAULT_UNACKED,
        DEFAULT_INDEX,
        DEFAULT_MUTEX,
        DEFAULT_FANOUT_PREFIX.replace(DATABASE, Integer.toString(database)),
        true);
  }

  /**
   * The list for messages of a priority: that of the largest step that is not larger.
   *
   * @param priority 0 to 9
   */
  public byte[] list(String queue, int priority) {
    int chosen = steps.get(steps.size() - 1); // as in Python, for a priority below the first step
    for (int step : steps) {
      if (step <= priority) {
        chosen = step;
      }
    }
    return listOfStep(queue, chosen);
  }

  /** A queue's lists, in the order in which they are served. */
  public List<byte[]> lists(String queue) {
    List<byte[]> lists = new ArrayList<>(steps.size());
    for (int step : steps) {
      lists.add(listOfStep(queue, step));
    }
    return lists;
  }

  /** The set of an exchange's bindings. */
  public byte[] bindings(String exchange) {
    return key(BINDINGS + exchange);
  }

  /** The set of those bindings of an exchange that belong to queues that do not expire. */
  public byte[] permanentBindings(String exchange) {
    return key(PERMANENT + exchange);
  }

  /** The sorted set of exchanges whose bindings end when nobody renews them, by time. */
  public byte[] bindingDeadlines() {
    return key(DEADLINES);
  }

  /** What {@link #bindings} and {@link #permanentBindings} begin with. */
  public List<byte[]> bindingPrefixes() {
    return List.of(key(BINDINGS), key(PERMANENT));
  }

  public byte[] unacked() {
    return key(unackedName);
  }

  public byte[] unackedIndex() {
    return key(indexName);
  }

  public byte[] mutex() {
    return key(mutexName);
  }

  /**
   * What one of our connections has taken last; kombu has no such key, and it lasts no longer than
   * the visibility timeout.
   */
  public byte[] taken(String connection) {
    return key(unackedName + TAKEN + connection);
  }

  /** The channel that a message to a fanout exchange is published on. */
  public byte[] channel(String exchange, String routingKey) {
    return key(channelName(exchange, routingKey));
  }

  /**
   * The patterns of channels to listen to for a binding to a fanout exchange. A binding without a
   * key hears everything, as on AMQP; in kombu it hears what is published without a key.
   */
  public List<byte[]> channelPatterns(String exchange, String bindingKey) {
    if (bindingKey.isEmpty() && fanoutPatterns) {
      return List.of(channel(exchange, ""), channel(exchange, "*"));
    }
    return List.of(channel(exchange, bindingKey.replace('#', '*')));
  }

  /**
   * The member of a binding set.
   *
   * @throws IllegalArgumentException if a part holds the separator: every publisher in Python would
   *     fail on the member
   */
  public byte[] member(Member binding) {
    for (String part : List.of(binding.routingKey, binding.pattern, binding.queue)) {
      if (part.contains(separator)) {
        throw new IllegalArgumentException(
            "neither a queue's name nor a binding key may hold the separator of Redis keys");
      }
    }
    String member = binding.routingKey + separator + binding.pattern + separator + binding.queue;
    return member.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a member; null if it is none. */
  public @Nullable Member binding(byte[] member) {
    String text = new String(member, StandardCharsets.UTF_8);
    int first = text.indexOf(separator);
    int second = first < 0 ? -1 : text.indexOf(separator, first + separator.length());
    if (second < 0 || text.indexOf(separator, second + separator.length()) >= 0) {
      return null;
    }
    return new Member(
        text.substring(0, first),
        text.substring(first + separator.length(), second),
        text.substring(second + separator.length()));
  }

  private byte[] listOfStep(String queue, int step) {
    return key(step == 0 ? queue : queue + separator + step);
  }

  private String channelName(String exchange, String routingKey) {
    return routingKey.isEmpty() || !fanoutPatterns
        ? fanoutPrefix + exchange
        : fanoutPrefix + exchange + "/" + routingKey;
  }

  private byte[] key(String name) {
    return (prefix + name).getBytes(StandardCharsets.UTF_8);
  }
}
