package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Takes messages for one connection. With each take the server notes what this connection has taken
 * last, so that an answer that gets lost can be asked for again. Takes belong to one thread.
 */
final class RedisTakes {

  private static final Logger log = LoggerFactory.getLogger(RedisTakes.class);

  /** Bodies may be large: what else there is comes with the next take. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private final RedisStore store;
  private final RedisContext context;
  private final RedisKeys keys;
  private final byte[] note;
  private final Consumer<String> forget;

  // Mutable state
  private volatile String queue = "";
  private long count; // taking thread only
  private volatile @Nullable String heard; // what the server has noted, as far as this side knows

  /**
   * @param forget acknowledges a message that nobody can read, by its tag
   */
  RedisTakes(RedisStore store, RedisContext context, Consumer<String> forget) {
    this.store = store;
    this.context = context;
    this.keys = context.options().keys();
    this.note = keys.taken(DeliveryTags.next());
    this.forget = forget;
  }

  /** Takes at most so many messages, and leaves a record of each. */
  List<RedisMessage> take(RedisConnection connection, String from, int most) {
    List<byte[]> all = new ArrayList<>(List.of(keys.unacked(), keys.unackedIndex(), note));
    all.addAll(keys.lists(from));
    queue = from;
    Object answer =
        RedisScripts.TAKE.run(
            connection,
            all,
            List.of(
                number(most),
                number(MOST_BYTES),
                number(context.topology().expiresMillis(from)),
                bytes(from),
                bytes(DeliveryTags.next()),
                number(context.options().visibilityTimeout().toMillis())));
    return answer instanceof List<?> parts ? messages(parts) : List.of();
  }

  /** Takes at most so many messages, which are gone for good. */
  List<StoredMessage> takeUntracked(RedisConnection connection, String from, int most) {
    Object answer =
        RedisScripts.TAKE_UNTRACKED.run(
            connection,
            keys.lists(from),
            List.of(
                number(most), number(MOST_BYTES), number(context.topology().expiresMillis(from))));
    List<StoredMessage> messages = new ArrayList<>();
    if (answer instanceof List<?> parts) {
      for (Object part : parts) {
        if (part instanceof byte[] json) {
          VirtualEnvelope envelope = read(json, from, "");
          if (envelope != null) {
            messages.add(
                new UntrackedMessage(
                    from,
                    json,
                    envelope,
                    (marked, end) -> store.pushBack(from, envelope, marked, end)));
          }
        }
      }
    }
    return messages;
  }

  /** Asks, on any connection, for what the server gave and nobody heard of; it is to go back. */
  List<Settlement> unheard(RedisConnection connection) {
    Object answer = connection.call(new CommandArguments(Command.GET).add(note));
    List<Settlement> back = new ArrayList<>();
    if (answer instanceof byte[] noted && !text(noted).equals(heard)) {
      for (String tag : text(noted).split("\n", -1)) {
        if (!tag.isEmpty()) {
          back.add(0, new Settlement.PutBack(tag, queue, End.FRONT)); // newest first
        }
      }
    }
    return back;
  }

  /** Removes what the server has noted; nothing is taken afterwards. */
  @Nullable Object forget(RedisConnection connection) {
    return connection.call(new CommandArguments(Command.DEL).add(note));
  }

  private List<RedisMessage> messages(List<?> parts) {
    List<RedisMessage> messages = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    for (int i = 0; i + 1 < parts.size(); i += 2) {
      String tag = text(parts.get(i));
      tags.add(tag);
      VirtualEnvelope envelope =
          parts.get(i + 1) instanceof byte[] json ? read(json, queue, tag) : null;
      if (envelope != null) {
        messages.add(new RedisMessage(store, queue, tag, envelope, count++));
      }
    }
    if (!tags.isEmpty()) {
      heard = String.join("\n", tags);
    }
    return messages;
  }

  /** What nobody can read is reported once and dropped, or it would come back for ever. */
  private @Nullable VirtualEnvelope read(byte[] json, String from, String tag) {
    try {
      return VirtualEnvelope.decode(json);
    } catch (DecodeException e) {
      log.error(
          "Dropping a message of queue {} that cannot be read, delivery tag '{}', {} bytes: {}: {}",
          from,
          tag,
          json.length,
          e.getMessage(),
          PoisonDump.of(json));
      if (!tag.isEmpty()) {
        forget.accept(tag);
      }
      return null;
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(long number) {
    return bytes(Long.toString(number));
  }
}
