package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.SerializationException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do with a message whose body cannot be read, be it malformed or of a type that is not
 * accepted. Each policy logs the message once, with the beginning of it. Stateless.
 */
public enum DecodeErrorPolicy implements BiConsumer<Message, SerializationException> {
  /** Rejects it, which dead-letters it where the queue says so. The default everywhere. */
  REJECT("Rejected"),
  /** Acknowledges it, which throws it away for good. What kombu's {@code ConsumerMixin} does. */
  ACKNOWLEDGE("Threw away"),
  /**
   * Puts it back, for a consumer that can read it. With none there it comes back again and again.
   */
  REQUEUE("Put back");

  private static final Logger log = LoggerFactory.getLogger(Consumer.class);

  private final String done;

  DecodeErrorPolicy(String done) {
    this.done = done;
  }

  @Override
  public void accept(Message message, SerializationException error) {
    log.error("{} a message that cannot be read: {}. {}", done, error.getMessage(), message.dump());
    switch (this) {
      case REJECT -> message.reject();
      case ACKNOWLEDGE -> message.ack();
      case REQUEUE -> message.requeue();
    }
  }
}
