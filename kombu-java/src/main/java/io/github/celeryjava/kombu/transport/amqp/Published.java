package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the broker, as far as it takes to recognise it when it comes back.
 *
 * @param to where it was published
 * @param message what was published
 */
record Published(Destination to, TransportMessage message) {

  @Override
  public String toString() {
    return "a message to exchange '"
        + to.exchange()
        + "' with routing key '"
        + to.routingKey()
        + "'";
  }

  /**
   * A message that the broker sent back. AMQP gives it no number, so it is known by what is in it.
   */
  static final class Returned {

    private final String exchange;
    private final String routingKey;
    private final TransportMessage message;

    Returned(String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body) {
      this.exchange = exchange;
      this.routingKey = routingKey;
      message = AmqpMapping.incoming(properties, body);
    }

    TransportMessage message() {
      return message;
    }

    /** Whether {@code sent} went to the same place and could come back. */
    boolean mayBe(Published sent) {
      return sent.to.mandatory()
          && sent.to.exchange().equals(exchange)
          && sent.to.routingKey().equals(routingKey);
    }

    /** Whether {@code sent} is the same message, or one that nobody could tell from it. */
    boolean isExactly(Published sent) {
      return mayBe(sent)
          && sameIds(sent.message.properties(), message.properties())
          && Arrays.equals(sent.message.body(), message.body())
          && sameHeaders(sent.message.headers());
    }

    private static boolean sameIds(MessageProperties sent, MessageProperties back) {
      return Objects.equals(sent.correlationId(), back.correlationId())
          && Objects.equals(sent.messageId(), back.messageId())
          && Objects.equals(sent.replyTo(), back.replyTo())
          && Objects.equals(sent.type(), back.type());
    }

    private boolean sameHeaders(Map<String, @Nullable Object> sent) {
      return OutgoingTable.of(sent).equals(OutgoingTable.of(message.headers()));
    }
  }
}
