package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.JsonTypes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;

/** What a test looks at and puts into Redis past the transport, below a prefix of its own. */
final class RedisProbe implements AutoCloseable {

  private final Jedis jedis;
  private final String prefix;

  RedisProbe(URI server) {
    this(server, "it-" + UUID.randomUUID() + ":");
  }

  RedisProbe(URI server, String prefix) {
    this.jedis = new Jedis(server);
    this.prefix = prefix;
  }

  /** Stands before all keys; to be given to the transport as {@code global_keyprefix}. */
  String prefix() {
    return prefix;
  }

  Jedis jedis() {
    return jedis;
  }

  String key(String name) {
    return prefix + name;
  }

  /** What waits in a list, the one that is served next first. */
  List<String> list(String name) {
    List<String> values = new ArrayList<>(jedis.lrange(key(name), 0, -1));
    Collections.reverse(values);
    return values;
  }

  /** Puts an envelope where a publisher puts it. */
  void push(String list, String envelope) {
    jedis.lpush(key(list), envelope);
  }

  /** The records of what is unacknowledged, by tag. */
  Map<String, String> records() {
    return jedis.hgetAll(key("unacked"));
  }

  /** What the only message that is unacknowledged is recorded under. */
  String onlyTag() {
    Set<String> tags = jedis.hkeys(key("unacked"));
    if (tags.size() != 1) {
      throw new AssertionError("not one record but " + tags);
    }
    return tags.iterator().next();
  }

  /** The delivery times of what is unacknowledged, by tag. */
  Map<String, Double> times() {
    return jedis.zrangeWithScores(key("unacked_index"), 0, -1).stream()
        .collect(Collectors.toMap(entry -> entry.getElement(), entry -> entry.getScore()));
  }

  Set<String> bindings(String exchange) {
    return jedis.smembers(key("_kombu.binding." + exchange));
  }

  /** All keys of this test, without the prefix. */
  Set<String> keys() {
    return jedis.keys(prefix + "*").stream()
        .map(key -> key.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** An envelope in kombu's spelling, to the default exchange. */
  static String envelope(String queue, String tag, String body) {
    return """
        {"body": "%s", "content-encoding": "utf-8", "content-type": "text/plain", "headers": {}, \
        "properties": {"delivery_mode": 2, "priority": 0, "body_encoding": "utf-8", \
        "delivery_tag": "%s", "delivery_info": {"exchange": "", "routing_key": "%s"}}}"""
        .formatted(body, tag, queue);
  }

  /** JSON as maps and lists. */
  static Object json(String text) {
    return JsonTypes.standard().decode(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    jedis.keys(prefix + "*").forEach(jedis::del);
    jedis.close();
  }
}
