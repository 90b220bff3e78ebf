package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One queue being consumed: carries its deliveries to the inbox, and from there, on the draining
 * thread, to the consumer. Receives on a thread of the transport.
 */
final class Subscription implements DeliverySink {

  private final String queue;
  private final AckMode ackMode;
  private final Link link;
  private final Channel channel;
  private final AtomicBoolean channelEndReported;
  private final DeliveryInbox inbox;
  private final Consumer<Delivery> handler;

  // Mutable state
  private volatile boolean ended;
  private volatile boolean cancelled; // written by the consumer's owner
  private String tag = ""; // consumer's owner only

  /**
   * @param channelEndReported shared by the subscriptions of one channel, whose failure ends them
   *     all but is one event
   */
  Subscription(
      String queue,
      AckMode ackMode,
      Link link,
      Channel channel,
      AtomicBoolean channelEndReported,
      DeliveryInbox inbox,
      Consumer<Delivery> handler) {
    this.queue = queue;
    this.ackMode = ackMode;
    this.link = link;
    this.channel = channel;
    this.channelEndReported = channelEndReported;
    this.inbox = inbox;
    this.handler = handler;
  }

  String queue() {
    return queue;
  }

  AckMode ackMode() {
    return ackMode;
  }

  String tag() {
    return tag;
  }

  void started(String tag) {
    this.tag = tag;
  }

  /** From now on what is still in the inbox goes back to the queue. */
  void cancelled() {
    cancelled = true;
  }

  /** Whether no delivery will follow and none that came before is worth handling. */
  boolean isOver() {
    return ended || !link.isOpen();
  }

  @Override
  public void accept(Delivery delivery) {
    inbox.put(new Arrival(delivery));
  }

  @Override
  public void ended(OperationalException cause) {
    ended = true;
    if (!link.isOpen()) {
      link.reportLoss(cause);
    } else if (channel.isOpen() || channelEndReported.compareAndSet(false, true)) {
      inbox.fail(this, cause);
    }
  }

  private final class Arrival implements DeliveryInbox.Event {

    private final Delivery delivery;

    Arrival(Delivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public boolean isStale() {
      return isOver();
    }

    @Override
    public void handle() {
      if (cancelled && ackMode == AckMode.MANUAL) {
        delivery.receipt().requeue();
      } else {
        handler.accept(delivery);
      }
    }
  }
}
