package io.github.celeryjava.kombu.patterns;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.protocol.DelayedDelivery;
import java.time.Duration;

/**
 * Messages that RabbitMQ itself holds back for a while, before they reach their queue: kombu's
 * native delayed delivery, understood by Python programs and Celery workers on both ends. Immutable
 * and thread-safe.
 *
 * <pre>{@code
 * NativeDelay delay = NativeDelay.quorum();
 * delay.declare(connection);
 * delay.bind(connection, mail);
 * producer.publish(body, delay.after(Duration.ofMinutes(5), PublishOptions.to("mail")));
 * }</pre>
 *
 * <p>A delayed message finds its queues by its routing key alone: the exchange it would have gone
 * to without delay is not part of it. So a queue gets whatever is delayed with a key that it is
 * bound with on any exchange, and messages for fanout or headers exchanges cannot be delayed in a
 * way that respects them.
 *
 * <p>The consumer sees the key with 28 bits before it, in {@link Message#routingKey}; {@link
 * #routingKey} takes them off.
 *
 * <p>Source: {@code kombu/transport/native_delayed_delivery.py}. Unlike there, queues on direct
 * exchanges and on the default exchange can be bound too, and a queue never gets messages for keys
 * that only end like its own.
 */
public final class NativeDelay {

  private final DelayedDelivery topology;

  private NativeDelay(DelayedDelivery topology) {
    this.topology = topology;
  }

  /** Waiting messages are kept in quorum queues, Celery's default. */
  public static NativeDelay quorum() {
    return quorum("");
  }

  /**
   * The same under names of its own, for programs that share a virtual host.
   *
   * @param prefix goes before each name, with an underscore; kombu knows it from 5.7 on
   */
  public static NativeDelay quorum(String prefix) {
    return new NativeDelay(new DelayedDelivery(DelayedDelivery.QueueKind.QUORUM, prefix));
  }

  /** Waiting messages are kept in classic queues. */
  public static NativeDelay classic() {
    return classic("");
  }

  /** The same under names of its own, as for {@link #quorum(String)}. */
  public static NativeDelay classic(String prefix) {
    return new NativeDelay(new DelayedDelivery(DelayedDelivery.QueueKind.CLASSIC, prefix));
  }

  /**
   * Declares the 28 exchanges and queues that messages wait in, and the exchange that they leave
   * by. Does nothing to what exists; takes about a hundred calls to the broker, so once in a
   * program is enough.
   *
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException not recoverable, 406, if
   *     somebody declared them with the other kind of queue; else as {@link Connection#declare}
   */
  public void declare(Connection connection) {
    topology.declare(connection.defaultChannel());
  }

  /**
   * Declares queues as far as that is needed and makes them receive delayed messages, with each key
   * that they are bound with. Bindings that no delayed message can reach are left out with a
   * warning: those with an empty key, and those to headers exchanges.
   *
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException not recoverable, 404, if the
   *     levels are not declared; else as {@link Connection#declare}
   */
  public void bind(Connection connection, Queue... queues) {
    for (Queue queue : queues) {
      String name = connection.declare(queue);
      topology.bind(connection.defaultChannel(), queue.toBuilder().name(name).build());
    }
  }

  /** Takes back what {@link #bind} added; the queues have to exist. */
  public void unbind(Connection connection, Queue... queues) {
    for (Queue queue : queues) {
      topology.unbind(connection.defaultChannel(), queue);
    }
  }

  /**
   * The options with which a message arrives after {@code delay}, for any way of publishing. The
   * broker confirms the message once it holds it. Whether it will reach a queue is decided when its
   * time has come: {@code mandatory} says nothing of that.
   *
   * @param delay more than zero, at most 2<sup>28</sup> - 1 s, rounded up to whole seconds
   * @param options with the routing key that the queue is bound with; their exchange does not count
   * @throws IllegalArgumentException if the delay is out of range, or the key missing, empty or
   *     longer than 199 bytes
   */
  public PublishOptions after(Duration delay, PublishOptions options) {
    String key = options.routingKey();
    if (key == null) {
      throw new IllegalArgumentException("a message that is to be delayed needs a routing key");
    }
    return new PublishOptions(
        topology.entry().undeclared(),
        DelayedDelivery.routingKey(requireNonNull(delay, "delay"), key),
        options.mandatory(),
        options.headers(),
        options.properties(),
        options.serializer(),
        options.compression(),
        options.declare(),
        options.timeout(),
        options.retryPolicy());
  }

  /** The key a message was meant for: without the bits of its delay, if it was delayed. */
  public static String routingKey(Message message) {
    return DelayedDelivery.withoutDelay(message.routingKey());
  }
}
