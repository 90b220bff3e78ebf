package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.RedisKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that one connection holds. Their times in the index are renewed, so that nobody
 * takes work for dropped because it takes long; kombu itself renews nothing. Thread-safe; {@link
 * #renew} belongs to the writer's thread.
 */
final class UnackedLeases {

  private static final Logger log = LoggerFactory.getLogger(UnackedLeases.class);

  private static final int AT_ONCE = 1_000;

  private final RedisKeys keys;

  // Mutable state
  private final Map<String, RedisMessage> held = new ConcurrentHashMap<>();

  UnackedLeases(RedisKeys keys) {
    this.keys = keys;
  }

  void add(RedisMessage message) {
    held.put(message.tag(), message);
  }

  void remove(RedisMessage message) {
    held.remove(message.tag(), message);
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** Lets go of all of them; they are to go back, the latest first. */
  List<RedisMessage> releaseAll() {
    List<RedisMessage> all = new ArrayList<>(held.values());
    all.sort(Comparator.comparingLong(RedisMessage::number).reversed());
    held.clear();
    return all;
  }

  boolean holds(String tag) {
    return held.containsKey(tag);
  }

  /** Tells the server that all of them are still held. */
  void renew(RedisConnection connection) {
    List<RedisMessage> all = List.copyOf(held.values());
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      renew(connection, all.subList(from, Math.min(all.size(), from + AT_ONCE)));
    }
  }

  private void renew(RedisConnection connection, List<RedisMessage> some) {
    List<byte[]> tags = new ArrayList<>(some.size());
    some.forEach(message -> tags.add(message.tag().getBytes(StandardCharsets.UTF_8)));
    Object answer =
        RedisScripts.RENEW.run(connection, List.of(keys.unacked(), keys.unackedIndex()), tags);
    if (answer instanceof List<?> tagsOfOthers) {
      tagsOfOthers.forEach(this::dropped);
    }
  }

  /** Somebody took this process for dead, or the server has forgotten everything. */
  private void dropped(@Nullable Object tag) {
    RedisMessage message = tag instanceof byte[] bytes ? held.remove(text(bytes)) : null;
    if (message != null) {
      message.dropped();
      log.warn(
          "Message {} of queue {} is no longer ours: nobody heard of this process for longer than"
              + " the visibility timeout, and somebody has put the message back",
          message.tag(),
          message.queue());
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
