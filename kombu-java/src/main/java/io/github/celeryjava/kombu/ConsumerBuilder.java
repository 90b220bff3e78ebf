package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the settings of one {@link io.github.celeryjava.kombu.Consumer}; not thread-safe. */
public final class ConsumerBuilder {

  private final Connection connection;

  // Mutable state
  private final List<Queue> queues = new ArrayList<>();
  private @Nullable Set<String> accept;
  private int prefetch;
  private boolean noAck;
  private boolean declaring = true;
  private @Nullable String tagPrefix;
  private @Nullable MessageHandler handler;
  private @Nullable Consumer<Message> onMessage;
  private Function<Message, @Nullable Object> decoder = Message::payload;
  private boolean handedOn;
  private BiConsumer<Message, SerializationException> onDecodeError = DecodeErrorPolicy.REJECT;

  ConsumerBuilder(Connection connection) {
    this.connection = connection;
  }

  private ConsumerBuilder(ConsumerBuilder other) {
    connection = other.connection;
    queues.addAll(other.queues);
    accept = other.accept;
    prefetch = other.prefetch;
    noAck = other.noAck;
    declaring = other.declaring;
    tagPrefix = other.tagPrefix;
    handler = other.handler;
    decoder = other.decoder;
    onMessage = other.onMessage;
    handedOn = other.handedOn;
    onDecodeError = other.onDecodeError;
  }

  /** Adds queues to receive from. */
  public ConsumerBuilder queue(Queue... queues) {
    this.queues.addAll(List.of(queues));
    return this;
  }

  /**
   * What bodies to decode: names of serializers or MIME types. Plain text and bytes are always
   * accepted. Default: everything that the connection's registry has enabled, which is JSON unless
   * the program enabled more.
   */
  public ConsumerBuilder accept(String... contentTypes) {
    accept = Set.of(contentTypes);
    return this;
  }

  /**
   * Most unsettled messages that each queue may have out with this consumer, 0 to 65 535; 0, the
   * default, means no limit.
   */
  public ConsumerBuilder prefetch(int prefetch) {
    this.prefetch = prefetch;
    return this;
  }

  /** Takes messages without settling them; they are gone once delivered. */
  public ConsumerBuilder noAck() {
    noAck = true;
    return this;
  }

  /** Leaves declaring the queues to others. */
  public ConsumerBuilder withoutDeclaring() {
    declaring = false;
    return this;
  }

  /** Names the consumers on the broker: the prefix and a number. Default: the broker's choice. */
  public ConsumerBuilder tagPrefix(String tagPrefix) {
    this.tagPrefix = requireNonNull(tagPrefix, "tagPrefix");
    return this;
  }

  /** What to do with each message, its body decoded. */
  public ConsumerBuilder handler(MessageHandler handler) {
    return handler(Message::payload, requireNonNull(handler, "handler"));
  }

  /**
   * What to do with each message, its body read as a value of {@code type}; one that does not fit
   * cannot be read.
   *
   * @param handler given null for JSON's null
   */
  public <T> ConsumerBuilder handler(Class<T> type, BiConsumer<T, Message> handler) {
    return typed(message -> message.as(type), handler);
  }

  /** The same for a type with parameters, such as a list of something. */
  public <T> ConsumerBuilder handler(TypeRef<T> type, BiConsumer<T, Message> handler) {
    return typed(message -> message.as(type), handler);
  }

  @SuppressWarnings("unchecked") // what the decoder has made
  private <T> ConsumerBuilder typed(
      Function<Message, @Nullable Object> decoder, BiConsumer<T, Message> handler) {
    requireNonNull(handler, "handler");
    return handler(decoder, (body, message) -> handler.accept((T) body, message));
  }

  private ConsumerBuilder handler(
      Function<Message, @Nullable Object> decoder, MessageHandler handler) {
    this.decoder = decoder;
    this.handler = handler;
    return this;
  }

  /** What to do with each message instead, its body not looked at. */
  public ConsumerBuilder onMessage(Consumer<Message> onMessage) {
    this.onMessage = requireNonNull(onMessage, "onMessage");
    return this;
  }

  /** The same for one who handles messages elsewhere, and tells of that himself. */
  ConsumerBuilder handedOn(Consumer<Message> onMessage) {
    handedOn = true;
    return onMessage(onMessage);
  }

  /**
   * What to do with a message whose body cannot be read, settling it included; most often a {@link
   * DecodeErrorPolicy}. Default: {@link DecodeErrorPolicy#REJECT}.
   */
  public ConsumerBuilder onDecodeError(BiConsumer<Message, SerializationException> onDecodeError) {
    this.onDecodeError = requireNonNull(onDecodeError, "onDecodeError");
    return this;
  }

  /**
   * Makes the consumer; it receives nothing before {@link
   * io.github.celeryjava.kombu.Consumer#consume}.
   *
   * @throws IllegalArgumentException if there is neither {@link #handler} nor {@link #onMessage},
   *     or if there are both
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if an accepted type has no
   *     decoder
   */
  public io.github.celeryjava.kombu.Consumer build() {
    if ((handler == null) == (onMessage == null)) {
      throw new IllegalArgumentException("a consumer needs either handler or onMessage");
    }
    return new io.github.celeryjava.kombu.Consumer(connection, new ConsumerBuilder(this));
  }

  List<Queue> queues() {
    return queues;
  }

  @Nullable Set<String> accept() {
    return accept;
  }

  int prefetch() {
    return prefetch;
  }

  boolean isNoAck() {
    return noAck;
  }

  boolean isDeclaring() {
    return declaring;
  }

  @Nullable String tagPrefix() {
    return tagPrefix;
  }

  MessageHandler handler() {
    return requireNonNull(handler, "handler");
  }

  Function<Message, @Nullable Object> decoder() {
    return decoder;
  }

  boolean isHandedOn() {
    return handedOn;
  }

  @Nullable Consumer<Message> onMessage() {
    return onMessage;
  }

  BiConsumer<Message, SerializationException> onDecodeError() {
    return onDecodeError;
  }
}
