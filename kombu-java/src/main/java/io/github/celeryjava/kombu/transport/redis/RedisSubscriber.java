package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The subscriptions of one connection: one connection to the server, and one thread that reads what
 * was broadcast. What is sent, another thread sends: {@link #subscribe}, {@link #unsubscribe} and
 * {@link #ping} belong to it. The other methods are thread-safe.
 *
 * <p>Source: {@code _subscribe} and {@code _receive_one} in {@code kombu/transport/redis.py}.
 */
final class RedisSubscriber {

  private static final String MESSAGE = "pmessage";
  private static final String SUBSCRIBED = "psubscribe";
  private static final int PARTS = 4;

  private final RedisContext context;
  private final String name;
  private final Consumer<OperationalException> onLost;
  private final RedisSockets sockets;

  // Mutable state
  private final Map<String, Set<FanoutQueue>> queues = new ConcurrentHashMap<>(); // by pattern
  private final Map<String, CompletableFuture<@Nullable Void>> pending = new ConcurrentHashMap<>();
  private volatile @Nullable RedisConnection connection; // written by the sending thread
  private volatile long heardAt;
  private volatile long askedAt;
  private volatile boolean asking;
  private volatile boolean ended;

  /**
   * Opens nothing yet.
   *
   * @param name of the thread that reads
   * @param onLost told, on that thread or another one, when the connection is lost
   */
  RedisSubscriber(RedisContext context, String name, Consumer<OperationalException> onLost) {
    this.context = context;
    this.name = name;
    this.onLost = onLost;
    this.sockets = context.clients().sockets();
  }

  /**
   * Begins to listen for a queue. Connects first, if need be.
   *
   * @param confirmed completed as soon as the server has confirmed
   */
  void subscribe(byte[] pattern, FanoutQueue queue, CompletableFuture<@Nullable Void> confirmed) {
    String key = text(pattern);
    Set<FanoutQueue> listening = queues.computeIfAbsent(key, any -> ConcurrentHashMap.newKeySet());
    listening.add(queue);
    CompletableFuture<@Nullable Void> added = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> earlier = pending.putIfAbsent(key, added);
    CompletableFuture<?> unused =
        (earlier == null ? added : earlier)
            .whenComplete(
                (nothing, error) -> {
                  if (error == null) {
                    confirmed.complete(null);
                  } else {
                    confirmed.completeExceptionally(error);
                  }
                });
    if (earlier == null) {
      open().sendNow(new CommandArguments(Command.PSUBSCRIBE).add(pattern));
    }
  }

  /** Ends listening for a queue. */
  void unsubscribe(byte[] pattern, FanoutQueue queue) {
    String key = text(pattern);
    Set<FanoutQueue> listening = queues.get(key);
    if (listening == null || !listening.remove(queue) || !listening.isEmpty()) {
      return;
    }
    queues.remove(key);
    RedisConnection open = connection;
    if (open != null && pending.remove(key) != null) {
      open.sendNow(new CommandArguments(Command.PUNSUBSCRIBE).add(pattern));
    }
  }

  /** Asks for a sign of life. */
  void ping() {
    RedisConnection open = connection;
    if (open != null) {
      open.sendNow(new CommandArguments(Command.PING));
    }
  }

  /** Whether the server has been silent for so long that it should be asked; says so once. */
  boolean needsPing(Duration silence) {
    long now = context.nanos().getAsLong();
    if (connection == null || asking || now - heardAt < silence.toNanos()) {
      return false;
    }
    askedAt = now;
    asking = true;
    return true;
  }

  /** Gives the connection up if the server was asked for a sign of life and gave none. */
  void check() {
    Duration limit = context.options().network().answerTimeout();
    if (asking && context.nanos().getAsLong() - askedAt > limit.toNanos()) {
      String what =
          context.clients().description() + ": no sign of life within " + limit.toMillis();
      end();
      onLost.accept(OperationalException.lost(what + " ms", null));
    }
  }

  void end() {
    ended = true;
    sockets.end();
  }

  private RedisConnection open() {
    RedisConnection open = connection;
    if (open == null) {
      RedisConnection opened = context.clients().open(sockets);
      opened.setSoTimeout(0);
      heardAt = context.nanos().getAsLong();
      connection = opened;
      Threads.platform(name, () -> read(opened)).start();
      return opened;
    }
    return open;
  }

  private void read(RedisConnection opened) {
    try {
      while (!ended) {
        Object said = opened.read();
        heardAt = context.nanos().getAsLong();
        asking = false;
        if (said instanceof List<?> parts && parts.size() > 1) {
          heard(text(parts.get(0)), parts);
        }
      }
    } catch (JedisException e) {
      lost(context.clients().failure(e));
    } catch (RuntimeException e) {
      lost(OperationalException.lost(name + ": " + e, e));
    }
  }

  private void heard(String kind, List<?> parts) {
    String pattern = text(parts.get(1));
    if (kind.equals(MESSAGE) && parts.size() == PARTS && parts.get(3) instanceof byte[] json) {
      queues.getOrDefault(pattern, Set.of()).forEach(queue -> queue.broadcast(pattern, json));
    } else if (kind.equals(SUBSCRIBED)) {
      CompletableFuture<@Nullable Void> waiting = pending.get(pattern);
      if (waiting != null) {
        waiting.complete(null);
      }
    }
  }

  private void lost(OperationalException cause) {
    sockets.end();
    List.copyOf(pending.values()).forEach(waiting -> waiting.completeExceptionally(cause));
    if (!ended) {
      onLost.accept(cause);
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }
}
