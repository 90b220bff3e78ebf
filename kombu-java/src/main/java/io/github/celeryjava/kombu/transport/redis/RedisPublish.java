package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.Destination;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/** One message on its way to the server. The writer's thread fills in how it went. */
final class RedisPublish {

  private static final int NO_ROUTE = 312;

  private final Destination to;
  private final byte[] envelope;
  private final String tag;
  private final int priority;
  private final CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();

  // Mutable state, writer thread only
  private boolean tagUsed;
  private @Nullable OperationalException failure;

  /**
   * @param tag the delivery tag inside of {@code envelope}
   * @param priority 0 to 9
   */
  RedisPublish(Destination to, byte[] envelope, String tag, int priority) {
    this.to = to;
    this.envelope = envelope;
    this.tag = tag;
    this.priority = priority;
  }

  Destination to() {
    return to;
  }

  int size() {
    return envelope.length;
  }

  int priority() {
    return priority;
  }

  CompletableFuture<@Nullable Void> stored() {
    return stored;
  }

  /** The envelope for one more queue: under a delivery tag of its own, unlike in kombu. */
  byte[] copy() {
    if (!tagUsed) {
      tagUsed = true;
      return envelope;
    }
    return VirtualEnvelope.retagged(envelope, tag, DeliveryTags.next());
  }

  /** It has reached no queue. */
  void unrouted() {
    if (to.mandatory()) {
      fail(
          new MessageRefusedException(
              "no queue is bound to exchange '%s' for key '%s'"
                  .formatted(to.exchange(), to.routingKey()),
              NO_ROUTE));
    }
  }

  void fail(OperationalException cause) {
    failure = failure == null ? cause : failure;
  }

  /** Takes the answer to one command of those it needs. */
  void answered(@Nullable Object answer, RedisClients clients) {
    if (answer instanceof JedisDataException refusal) {
      fail(
          RedisClients.isFull(refusal)
              ? new MessageRefusedException(
                  String.valueOf(clients.failure(refusal).getMessage()), 0)
              : clients.failure(refusal));
    }
  }

  /** Tells its sender, once every answer is there. */
  void finish() {
    if (failure == null) {
      stored.complete(null);
    } else {
      stored.completeExceptionally(failure);
    }
  }
}
