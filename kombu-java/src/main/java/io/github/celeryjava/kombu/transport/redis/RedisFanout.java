package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queues of one connection that listen to fanout exchanges. Thread-safe; changes are sent by
 * the line that is given, so that no caller touches a socket.
 */
final class RedisFanout {

  private final RedisContext context;
  private final RedisKeys keys;
  private final RedisLine sender;
  private final RedisSubscriber subscriber;
  private final Consumer<String> onReady;

  // Mutable state
  private final Map<String, FanoutQueue> queues = new ConcurrentHashMap<>();

  /**
   * @param onReady given the name of an armed queue that has a message
   */
  RedisFanout(
      RedisContext context,
      RedisLine sender,
      String name,
      Consumer<String> onReady,
      Consumer<OperationalException> onLost) {
    this.context = context;
    this.keys = context.options().keys();
    this.sender = sender;
    this.onReady = onReady;
    this.subscriber = new RedisSubscriber(context, name, onLost);
  }

  /** The queue's broadcasts; null if it does not listen. */
  @Nullable FanoutQueue find(String queue) {
    return queues.get(queue);
  }

  /** Begins to listen; done once the server has confirmed. Listening twice is once. */
  CompletableFuture<@Nullable Void> listen(String queue, String exchange, String bindingKey) {
    FanoutQueue listening =
        queues.computeIfAbsent(queue, name -> new FanoutQueue(name, () -> onReady.accept(name)));
    List<CompletableFuture<@Nullable Void>> confirmed = new ArrayList<>();
    for (byte[] pattern : keys.channelPatterns(exchange, bindingKey)) {
      confirmed.add(subscribe(pattern, listening));
    }
    return CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new))
        .thenApply(all -> null);
  }

  private CompletableFuture<@Nullable Void> subscribe(byte[] pattern, FanoutQueue listening) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    CompletableFuture<?> unused =
        sender
            .submit(
                connection -> {
                  subscriber.subscribe(pattern, listening, done);
                  return true;
                })
            .exceptionally(
                error -> {
                  done.completeExceptionally(error);
                  return false;
                });
    return done;
  }

  /** Ends listening for one binding. */
  void unlisten(String queue, String exchange, String bindingKey) {
    FanoutQueue listening = queues.get(queue);
    if (listening != null) {
      CompletableFuture<?> unused =
          sender.submit(
              connection -> {
                for (byte[] pattern : keys.channelPatterns(exchange, bindingKey)) {
                  subscriber.unsubscribe(pattern, listening);
                }
                return true;
              });
    }
  }

  /** Forgets a queue that listens no longer, with what it holds. */
  void forget(String queue) {
    queues.remove(queue);
  }

  /** Looks after the subscriptions; called now and then on the timer. */
  void check() {
    subscriber.check();
    Duration health = context.options().healthInterval();
    if (!health.isZero() && subscriber.needsPing(health)) {
      CompletableFuture<?> unused =
          sender.submit(
              connection -> {
                subscriber.ping();
                return true;
              });
    }
  }

  void end() {
    subscriber.end();
  }
}
