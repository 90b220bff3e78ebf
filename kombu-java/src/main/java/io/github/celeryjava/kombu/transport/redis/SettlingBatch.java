package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.UnackedRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Settles messages together, in two exchanges with the server: first the records of those that go
 * back are read, then everything is done. Belongs to one thread.
 *
 * <p>Source: {@code QoS.ack}, {@code QoS.reject} and {@code restore_by_tag} in {@code
 * kombu/transport/redis.py}.
 */
final class SettlingBatch {

  private static final Logger log = LoggerFactory.getLogger(SettlingBatch.class);

  private final RedisClients clients;
  private final RedisKeys keys;
  private final List<Settlement> settlements;

  // Mutable state
  private final Map<String, byte[]> records = new HashMap<>();
  private @Nullable JedisDataException failure;

  SettlingBatch(RedisClients clients, RedisKeys keys, List<Settlement> settlements) {
    this.clients = clients;
    this.keys = keys;
    this.settlements = List.copyOf(settlements);
  }

  /** Adds what has to be known first. */
  void look(RedisPipeline pipeline) {
    for (Settlement settlement : settlements) {
      if (settlement instanceof Settlement.PutBack) {
        pipeline.add(
            new CommandArguments(Command.HGET).add(keys.unacked()).add(bytes(settlement.tag())),
            answer -> {
              check(answer);
              if (answer instanceof byte[] record) {
                records.put(settlement.tag(), record);
              }
            });
      }
    }
  }

  /** Adds what settles; after {@link #look} was answered. */
  void settle(RedisPipeline pipeline) {
    CommandArguments forget = new CommandArguments(Command.HDEL).add(keys.unacked());
    CommandArguments unlist = new CommandArguments(Command.ZREM).add(keys.unackedIndex());
    boolean acks = false;
    for (Settlement settlement : settlements) {
      if (settlement instanceof Settlement.PutBack back) {
        putBack(pipeline, back);
      } else {
        forget.add(bytes(settlement.tag()));
        unlist.add(bytes(settlement.tag()));
        acks = true;
      }
    }
    if (acks) {
      // Not in a transaction, which a server without memory refuses. A time without a record is
      // forgotten by any sweep, so what is in between does no harm.
      pipeline.add(forget, this::check);
      pipeline.add(unlist, this::check);
    }
  }

  /**
   * After everything was answered.
   *
   * @throws OperationalException if the server has refused any of it
   */
  void requireSettled() {
    if (failure != null) {
      throw clients.failure(failure);
    }
  }

  private void putBack(RedisPipeline pipeline, Settlement.PutBack back) {
    byte[] json = records.get(back.tag());
    if (json == null) {
      return; // somebody else has put it back, or the server has lost it
    }
    try {
      UnackedRecord record = UnackedRecord.read(json);
      byte[] list = keys.list(back.queue(), record.priority());
      pipeline.add(
          RedisScripts.PUT_BACK.command(
              List.of(keys.unacked(), keys.unackedIndex(), list),
              List.of(
                  bytes(back.tag()),
                  bytes(""), // whatever its time: the tag is ours alone
                  bytes(back.end().command()),
                  record.redelivered())),
          this::check);
    } catch (DecodeException e) {
      log.error(
          "Message {} stays in {} and does not go back to {}: {}",
          back.tag(),
          keys.unackedName(),
          back.queue(),
          e.getMessage());
    }
  }

  private void check(@Nullable Object answer) {
    if (answer instanceof JedisDataException refusal && failure == null) {
      failure = refusal;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
