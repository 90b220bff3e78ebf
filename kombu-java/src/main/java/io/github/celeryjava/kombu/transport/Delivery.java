package io.github.celeryjava.kombu.transport;

/**
 * A received message together with the only handle that can settle it.
 *
 * @param exchange the exchange it was published to; empty for the default exchange
 * @param routingKey the key it was published with
 * @param redelivered whether the broker may have delivered it before
 * @param message the message
 * @param receipt settles it; does nothing at all for {@link AckMode#NONE}
 */
public record Delivery(
    String exchange,
    String routingKey,
    boolean redelivered,
    TransportMessage message,
    Receipt receipt) {

  /**
   * Settles one delivery on the channel it came from; never valid on another channel.
   *
   * <p>Any thread may settle, interrupted or not; no method waits for the broker or touches a
   * socket. Once the channel is closed, settling does nothing: the message is the broker's again.
   *
   * <p>Each method throws {@link io.github.celeryjava.kombu.exceptions.MessageStateException} if
   * the delivery was settled before.
   */
  public interface Receipt {

    /** Says the message is done with. May reach the broker a little later, with others. */
    void ack();

    /** Drops the message, or dead-letters it where the queue says so. */
    void reject();

    /** Puts the message back for this or another consumer. */
    void requeue();

    /**
     * What the broker knows the delivery by, for people who compare logs; empty if it has nothing
     * like that, or if nobody settles the message.
     */
    default String deliveryTag() {
      return "";
    }
  }
}
