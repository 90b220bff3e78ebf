package io.github.celeryjava.kombu.protocol;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchanges and queues that delay messages in RabbitMQ: 28 levels, each worth a power of two
 * seconds. A message carries its delay as the first 28 words of its routing key, one bit a word,
 * highest first; at each level it waits if its bit is set and is handed on at once if not. After
 * the last level it reaches the delivery exchange, which selects queues by the rest of the key.
 * Immutable and thread-safe.
 *
 * <p>Declarations are those of kombu. Bindings of queues are not: kombu binds a queue's own
 * exchange with the pattern {@code #.key}, so that {@code b} also gets what is meant for {@code
 * a.b}, and cannot serve direct exchanges. Here the queue itself is bound to the delivery exchange,
 * with a pattern of exactly 28 words before the key. A queue that has the bindings of both gets
 * each message once.
 *
 * <p>Wire source: {@code kombu/transport/native_delayed_delivery.py} (5.5 to 5.7; the prefix came
 * with 5.7).
 */
@Internal
public final class DelayedDelivery {

  /** How many bits a delay has. */
  public static final int LEVELS = 28;

  /** The longest delay: eight and a half years. */
  public static final Duration MAX_DELAY = Duration.ofSeconds((1L << LEVELS) - 1);

  /** What a routing key may be long in all, in bytes of UTF-8. */
  private static final int MAX_KEY_BYTES = 255;

  private static final Logger log = LoggerFactory.getLogger(DelayedDelivery.class);

  private static final String LEVEL = "celery_delayed_";
  private static final String DELIVERY = "celery_delayed_delivery";
  private static final String ANY_WORD = "*.";
  private static final String WAITS = "1.#";
  private static final String PASSES = "0.#";
  private static final Pattern BITS = Pattern.compile("(?:[01]\\.){" + LEVELS + "}");

  private final QueueKind kind;
  private final String prefix;

  /** What kind of queues the messages wait in. */
  public enum QueueKind {
    CLASSIC("classic"),
    QUORUM("quorum");

    private final String argument;

    QueueKind(String argument) {
      this.argument = argument;
    }
  }

  /**
   * Names one topology.
   *
   * @param prefix goes before the names of its exchanges and queues, with an underscore; empty for
   *     none
   */
  public DelayedDelivery(QueueKind kind, String prefix) {
    this.kind = kind;
    this.prefix = prefix.isEmpty() ? "" : prefix + '_';
  }

  /** The exchange that delayed messages are published to. */
  public Exchange entry() {
    return Exchange.topic(levelName(LEVELS - 1));
  }

  /** The exchange that messages reach when their time has come. */
  public Exchange delivery() {
    return Exchange.topic(prefix + DELIVERY);
  }

  /**
   * Declares all levels, in kombu's order. Does nothing to what exists with equal settings.
   *
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException not recoverable, 406, if the
   *     levels were declared with the other kind of queue
   */
  public void declare(Channel channel) {
    for (int level = LEVELS - 1; level >= 0; level--) {
      channel.declareExchange(exchange(level));
      channel.declareQueue(queue(level));
      channel.bindQueue(levelName(level), Binding.of(exchange(level), selecting(level, WAITS)));
    }
    for (int level = LEVELS - 1; level > 0; level--) {
      channel.bindExchange(
          levelName(level - 1), Binding.of(exchange(level), selecting(level, PASSES)));
    }
    channel.declareExchange(delivery());
    channel.bindExchange(delivery().name(), Binding.of(exchange(0), selecting(0, PASSES)));
  }

  /**
   * Makes a declared queue receive delayed messages, with each of the keys it is bound with. A
   * binding that no delayed message can reach is left out with a warning: one with an empty key, or
   * one that selects by headers.
   */
  public void bind(Channel channel, Queue queue) {
    for (Binding binding : bindings(queue)) {
      channel.bindQueue(queue.name(), binding);
    }
  }

  /** Takes back what {@link #bind} did. */
  public void unbind(Channel channel, Queue queue) {
    for (Binding binding : bindings(queue)) {
      channel.unbindQueue(queue.name(), binding);
    }
  }

  /**
   * The key to publish with. Bits that the key has already, because its message comes back from a
   * delay, are replaced.
   *
   * @param delay more than zero; rounded up to whole seconds
   * @throws IllegalArgumentException if the delay is out of range, or the key empty or too long
   */
  public static String routingKey(Duration delay, String key) {
    long seconds = wholeSeconds(delay);
    String bare = withoutDelay(key);
    if (bare.isEmpty()) {
      throw new IllegalArgumentException("a message that is to be delayed needs a routing key");
    }
    StringBuilder delayed = new StringBuilder(2 * LEVELS + bare.length());
    for (int level = LEVELS - 1; level >= 0; level--) {
      delayed.append((seconds >> level) & 1).append('.');
    }
    delayed.append(bare);
    int bytes = delayed.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "routing key '%s' is too long for a delayed message: %d bytes of at most %d"
              .formatted(bare, bytes - 2 * LEVELS, MAX_KEY_BYTES - 2 * LEVELS));
    }
    return delayed.toString();
  }

  /** The key a message was meant for, without the bits of a delay if it has any. */
  public static String withoutDelay(String key) {
    var bits = BITS.matcher(key);
    return bits.lookingAt() ? key.substring(bits.end()) : key;
  }

  private static long wholeSeconds(Duration delay) {
    if (delay.isZero() || delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(
          "a delay must be more than zero and at most "
              + MAX_DELAY.toSeconds()
              + " s, was "
              + delay);
    }
    return delay.toSeconds() + (delay.toNanosPart() == 0 ? 0 : 1);
  }

  private List<Binding> bindings(Queue queue) {
    List<Binding> own =
        queue.bindings().isEmpty()
            ? List.of(new Binding(queue.exchange(), ownKey(queue), queue.bindingArguments()))
            : queue.bindings();
    return own.stream()
        .filter(binding -> isReachable(queue, binding))
        .map(binding -> Binding.of(delivery(), ANY_WORD.repeat(LEVELS) + binding.routingKey()))
        .toList();
  }

  /** On the default exchange a queue is reached by its name, whatever it was declared with. */
  private static String ownKey(Queue queue) {
    return queue.exchange().isDefault() ? queue.name() : queue.routingKey();
  }

  private static boolean isReachable(Queue queue, Binding binding) {
    ExchangeType type = binding.exchange().type();
    String why = null;
    if (type.equals(ExchangeType.HEADERS)) {
      why = "it selects by headers";
    } else if (binding.routingKey().isEmpty()) {
      why = "its key is empty";
    } else if (!type.equals(ExchangeType.TOPIC) && hasWildcard(binding.routingKey())) {
      why = "a word of its key would be a wildcard";
    }
    if (why != null) {
      log.warn(
          "Queue '{}' gets no delayed messages through its binding to exchange '{}' with key '{}':"
              + " {}",
          queue.name(),
          binding.exchange().name(),
          binding.routingKey(),
          why);
    }
    return why == null;
  }

  private static boolean hasWildcard(String key) {
    return List.of(key.split("\\.", -1)).stream().anyMatch(w -> w.equals("*") || w.equals("#"));
  }

  private Exchange exchange(int level) {
    return Exchange.topic(levelName(level));
  }

  private Queue queue(int level) {
    QueueBuilder queue =
        Queue.builder(levelName(level))
            .argument("x-queue-type", kind.argument)
            .argument("x-overflow", "reject-publish")
            .argument("x-message-ttl", Duration.ofSeconds(1L << level).toMillis())
            .argument(
                "x-dead-letter-exchange", level > 0 ? levelName(level - 1) : delivery().name());
    if (kind == QueueKind.QUORUM) {
      queue.argument("x-dead-letter-strategy", "at-least-once");
    }
    return queue.build();
  }

  private String levelName(int level) {
    return prefix + LEVEL + level;
  }

  /** A pattern for the bit of a level, which is preceded by the bits of those above. */
  private static String selecting(int level, String bit) {
    return ANY_WORD.repeat(LEVELS - 1 - level) + bit;
  }
}
