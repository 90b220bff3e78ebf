package io.github.celeryjava.kombu.pidbox;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.entity.QueueBuilder;
import io.github.celeryjava.kombu.protocol.PidboxMessage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a mailbox declares.
 *
 * @param type of the exchange that requests are published to
 * @param exclusive whether queues belong to one connection
 * @param durable whether queues survive a restart of the broker
 * @param ttl how long a request waits for its node; null for ever
 * @param expires how long a node's queue lives unused; null for ever
 * @param replyTtl how long an answer waits for its caller; null for ever
 * @param replyExpires how long a caller's queue lives unused
 */
record MailboxQueues(
    String namespace,
    ExchangeType type,
    boolean exclusive,
    boolean durable,
    @Nullable Duration ttl,
    @Nullable Duration expires,
    @Nullable Duration replyTtl,
    Duration replyExpires) {

  Exchange exchange() {
    return Exchange.of(PidboxMessage.exchange(namespace), type)
        .notDurable()
        .withDeliveryMode(DeliveryMode.TRANSIENT);
  }

  Exchange replyExchange() {
    return replyExchange(PidboxMessage.replyExchange(namespace));
  }

  /** The exchange that a request names for its answers. */
  static Exchange replyExchange(String name) {
    return Exchange.direct(name).notDurable().withDeliveryMode(DeliveryMode.TRANSIENT);
  }

  Queue node(String hostname) {
    return queue(PidboxMessage.nodeQueue(hostname, namespace), exchange(), "", ttl, expires);
  }

  Queue replies(String oid) {
    return queue(
        PidboxMessage.replyQueue(oid, namespace), replyExchange(), oid, replyTtl, replyExpires);
  }

  private Queue queue(
      String name,
      Exchange exchange,
      String routingKey,
      @Nullable Duration messageTtl,
      @Nullable Duration unused) {
    QueueBuilder queue = Queue.builder(name).exchange(exchange).routingKey(routingKey);
    if (exclusive) {
      queue.exclusive();
    }
    if (!durable) {
      queue.notDurable().autoDelete();
    }
    if (messageTtl != null) {
      queue.messageTtl(messageTtl);
    }
    if (unused != null) {
      queue.expires(unused);
    }
    return queue.build();
  }
}
