package io.github.celeryjava.kombu.transport.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/** Commands that leave together, with what to do with each answer. Belongs to one thread. */
final class RedisPipeline {

  private final RedisConnection connection;

  // Mutable state
  private final List<Consumer<@Nullable Object>> waiting = new ArrayList<>();

  RedisPipeline(RedisConnection connection) {
    this.connection = connection;
  }

  /**
   * Adds a command.
   *
   * @param answer given bytes, a number, a list of these, null, or the driver's exception if the
   *     server said no
   */
  void add(CommandArguments command, Consumer<@Nullable Object> answer) {
    connection.send(command);
    waiting.add(answer);
  }

  /** Sends what was added and hands the answers over, in order. */
  void exchange() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Consumer<@Nullable Object>> asked = List.copyOf(waiting);
    waiting.clear();
    List<@Nullable Object> answers = connection.answers(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      asked.get(i).accept(answers.get(i));
    }
  }
}
