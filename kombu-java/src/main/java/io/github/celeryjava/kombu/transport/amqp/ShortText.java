package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The limit of AMQP for names: 255 bytes of UTF-8. Looked at before the driver is asked, which
 * fails in the middle of a call and then waits for an answer to it. Stateless.
 */
final class ShortText {

  private static final int MAX_BYTES = 255;
  private static final int SHOWN = 40;

  /** No character takes more than three bytes of UTF-8, so most texts need no count. */
  private static final int SURELY_SHORT = MAX_BYTES / 3;

  private ShortText() {}

  static void requireQueue(String queue) {
    require("the name of queue", queue);
  }

  static void requireExchange(String exchange) {
    require("the name of exchange", exchange);
  }

  static void requireTag(String consumerTag) {
    require("consumer tag", consumerTag);
  }

  static void require(Binding binding) {
    requireExchange(binding.exchange().name());
    require("routing key", binding.routingKey());
  }

  static void require(Destination to) {
    requireExchange(to.exchange());
    require("routing key", to.routingKey());
  }

  static void require(MessageProperties properties) {
    require("content type", properties.contentType());
    require("content encoding", properties.contentEncoding());
    require("correlation id", properties.correlationId());
    require("reply-to", properties.replyTo());
    require("message id", properties.messageId());
    require("type", properties.type());
    require("user id", properties.userId());
    require("app id", properties.appId());
  }

  /**
   * Does nothing if the text is short enough.
   *
   * @param what the text is, for people
   * @throws EncodeException that says which it is, how long it is and how long it may be
   */
  static void require(String what, @Nullable String text) {
    if (text == null || text.length() <= SURELY_SHORT) {
      return;
    }
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_BYTES) {
      String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
      throw new EncodeException(
          what + " '" + shown + "' takes " + length + " bytes of UTF-8, AMQP allows " + MAX_BYTES,
          null);
    }
  }
}
