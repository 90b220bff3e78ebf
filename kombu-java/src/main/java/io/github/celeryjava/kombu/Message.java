package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A received message. Thread-safe: any thread may read it and settle it, interrupted or not.
 *
 * <p>The body stays as it came until somebody asks for it; then the content type is checked before
 * a byte is looked at. Each message is settled once, by {@link #ack}, {@link #reject} or {@link
 * #requeue}. After the loss of its connection settling does nothing: the message is the broker's
 * again.
 *
 * <p>Named after {@code kombu.Message}.
 */
public final class Message {

  private enum State {
    RECEIVED,
    ACKNOWLEDGED,
    REJECTED,
    REQUEUED
  }

  private record Payload(@Nullable Object value) {}

  private final Delivery delivery;
  private final String queue;
  private final BodyReader reader;
  private final AtomicReference<State> state = new AtomicReference<>(State.RECEIVED);

  // Mutable state
  private volatile @Nullable Payload payload; // decoded twice if two threads ask at once: harmless

  Message(Delivery delivery, String queue, BodyReader reader) {
    this.delivery = delivery;
    this.queue = queue;
    this.reader = reader;
  }

  /**
   * The body, decompressed and decoded on the first call.
   *
   * @return text, numbers, booleans, lists, maps and kombu's typed values for JSON; text or bytes
   *     for plain content; null for JSON's null. An empty body is given as it is, undecoded
   * @throws io.github.celeryjava.kombu.exceptions.ContentDisallowedException if the consumer does
   *     not accept the content type; the body was not looked at
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException if the body is malformed or
   *     larger than allowed, or if there are more headers than allowed
   */
  public @Nullable Object payload() {
    Payload decoded = payload;
    if (decoded == null) {
      decoded = new Payload(reader.read(delivery.message()));
      payload = decoded;
    }
    return decoded.value;
  }

  /**
   * The body as a value of {@code type}, decoded anew at each call.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ContentDisallowedException as {@link #payload}
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException also if the body does not fit
   */
  public <T> @Nullable T as(Class<T> type) {
    return type.cast(reader.read(delivery.message(), type));
  }

  /**
   * The same for a type with parameters: {@code as(new TypeRef<List<Order>>() {})}.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ContentDisallowedException as {@link #payload}
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException also if the body does not fit
   */
  @SuppressWarnings("unchecked") // the serializer makes what the type says
  public <T> @Nullable T as(TypeRef<T> type) {
    return (T) as(type.type());
  }

  /**
   * The same for a type that is known only when the program runs.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ContentDisallowedException as {@link #payload}
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException also if the body does not fit
   */
  public @Nullable Object as(Type type) {
    return reader.read(delivery.message(), type);
  }

  /**
   * Checks the content type and the number of headers, and nothing more: for those who decode
   * later, elsewhere.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ContentDisallowedException as {@link #payload}
   * @throws io.github.celeryjava.kombu.exceptions.DecodeException if there are more headers than
   *     the limits allow
   */
  public void requireAccepted() {
    reader.check(delivery.message());
  }

  /** The body's bytes as they came, possibly compressed; not a copy, read only. */
  public byte[] rawBody() {
    return delivery.message().body();
  }

  /** Application headers; text is {@code String}. */
  public Map<String, @Nullable Object> headers() {
    return delivery.message().headers();
  }

  public MessageProperties properties() {
    return delivery.message().properties();
  }

  /** The exchange it was published to; empty for the default exchange. */
  public String exchange() {
    return delivery.exchange();
  }

  public String routingKey() {
    return delivery.routingKey();
  }

  /** The queue it was taken from. */
  public String queue() {
    return queue;
  }

  /**
   * What the broker knows this delivery by, for logs that are compared with others; settling needs
   * none of it. On AMQP a number that counts on its channel, on Redis what its record is known by.
   * Empty on transports that have none, and for a message that nobody settles.
   */
  public String deliveryTag() {
    return delivery.receipt().deliveryTag();
  }

  /** Whether the broker may have delivered it before. */
  public boolean redelivered() {
    return delivery.redelivered();
  }

  /** Whether it was acknowledged, rejected or requeued. */
  public boolean isSettled() {
    return state.get() != State.RECEIVED;
  }

  /**
   * Says the message is done with. Returns at once.
   *
   * @throws MessageStateException if it was settled before
   */
  public void ack() {
    settle(State.ACKNOWLEDGED);
    delivery.receipt().ack();
    told(Settlement.ACKNOWLEDGED);
  }

  /**
   * Drops the message, or dead-letters it where the queue says so. Returns at once.
   *
   * @throws MessageStateException if it was settled before
   */
  public void reject() {
    settle(State.REJECTED);
    delivery.receipt().reject();
    told(Settlement.REJECTED);
  }

  /**
   * Puts the message back for this or another consumer. Returns at once.
   *
   * @throws MessageStateException if it was settled before
   */
  public void requeue() {
    settle(State.REQUEUED);
    delivery.receipt().requeue();
    told(Settlement.REQUEUED);
  }

  /** Where it came from and what it claims to be, in one line; nothing of its body. */
  @Override
  public String toString() {
    return "Message[queue="
        + MessageDump.text(queue)
        + ", exchange="
        + MessageDump.text(exchange())
        + ", routingKey="
        + MessageDump.text(routingKey())
        + ", contentType="
        + MessageDump.text(properties().contentType())
        + ", correlationId="
        + MessageDump.text(properties().correlationId())
        + ", bytes="
        + rawBody().length
        + ", "
        + state.get()
        + "]";
  }

  /**
   * What a log should hold of a message that could not be handled: where it came from, the names of
   * its headers and the first bytes of its body, escaped and of bounded length.
   */
  public String dump() {
    return this + " headers=" + MessageDump.headers(this) + " body=" + MessageDump.body(this);
  }

  private void told(Settlement how) {
    reader.traffic().settled(queue, how);
  }

  private void settle(State settled) {
    if (!state.compareAndSet(State.RECEIVED, settled)) {
      throw new MessageStateException("settled before: " + this);
    }
  }
}
