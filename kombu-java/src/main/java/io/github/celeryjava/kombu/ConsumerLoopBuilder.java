package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the settings of one {@link ConsumerLoop}; not thread-safe. */
public final class ConsumerLoopBuilder {

  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

  private final Connection template;

  // Mutable state
  private final List<Queue> queues = new ArrayList<>();
  private final List<ConsumerLoopListener> listeners = new ArrayList<>();
  private final List<Function<Connection, List<Consumer>>> factories = new ArrayList<>();
  private Function<Message, @Nullable Object> decoder = Message::payload;
  private @Nullable AsyncMessageHandler handler;
  private @Nullable List<String> accept;
  private @Nullable Executor executor;
  private int threads;
  private int prefetch;
  private int maxPrefetch;
  private boolean inOrder;
  private boolean settling;
  private boolean noAck;
  private boolean declaring = true;
  private BiConsumer<Message, SerializationException> onDecodeError = DecodeErrorPolicy.REJECT;
  private @Nullable FailurePolicy failurePolicy;
  private @Nullable BiConsumer<Message, Throwable> onFailure;
  private RetryPolicy connectPolicy;
  private Duration grace = DEFAULT_GRACE;

  ConsumerLoopBuilder(Connection template) {
    this.template = template;
    this.connectPolicy = template.settings().retryPolicy();
  }

  /** Adds queues to receive from, declared before. */
  public ConsumerLoopBuilder queue(Queue... queues) {
    this.queues.addAll(List.of(queues));
    return this;
  }

  /** What to do with each message of the queues. Settling it is the handler's duty. */
  public ConsumerLoopBuilder handler(MessageHandler handler) {
    requireNonNull(handler, "handler");
    return asyncHandler(
        (body, message) -> {
          handler.handle(body, message);
          return Done.STAGE;
        });
  }

  /**
   * What to do with each message, its body read as a value of {@code type}; one that does not fit
   * cannot be read.
   */
  public <T> ConsumerLoopBuilder handler(Class<T> type, BiConsumer<T, Message> handler) {
    return typed(message -> message.as(type), handler);
  }

  /** The same for a type with parameters, such as a list of something. */
  public <T> ConsumerLoopBuilder handler(TypeRef<T> type, BiConsumer<T, Message> handler) {
    return typed(message -> message.as(type), handler);
  }

  /** What to do with each message, which is done with when the stage completes. */
  public ConsumerLoopBuilder asyncHandler(AsyncMessageHandler handler) {
    this.handler = requireNonNull(handler, "handler");
    decoder = Message::payload;
    return this;
  }

  @SuppressWarnings("unchecked") // what the decoder has made
  private <T> ConsumerLoopBuilder typed(
      Function<Message, @Nullable Object> decoder, BiConsumer<T, Message> handler) {
    requireNonNull(handler, "handler");
    asyncHandler(
        (body, message) -> {
          handler.accept((T) body, message);
          return Done.STAGE;
        });
    this.decoder = decoder;
    return this;
  }

  /**
   * Acknowledges each message after its handler, unless that has settled it, and rejects it if the
   * handler fails, unless {@link #onFailure} says otherwise.
   */
  public ConsumerLoopBuilder settling() {
    settling = true;
    return this;
  }

  /** Takes messages without settling them; they are gone once delivered. */
  public ConsumerLoopBuilder noAck() {
    noAck = true;
    return this;
  }

  /** Leaves declaring the queues to others. */
  public ConsumerLoopBuilder withoutDeclaring() {
    declaring = false;
    return this;
  }

  /** What bodies to decode, as {@link ConsumerBuilder#accept}. */
  public ConsumerLoopBuilder accept(String... contentTypes) {
    accept = List.of(contentTypes);
    return this;
  }

  /**
   * Most unsettled messages of each queue, and most messages being handled at a time in all.
   * Default with {@link #threads} their number, else 0, which means no limit.
   */
  public ConsumerLoopBuilder prefetch(int prefetch) {
    if (prefetch < 0) {
      throw new IllegalArgumentException("prefetch must not be negative, was " + prefetch);
    }
    this.prefetch = prefetch;
    return this;
  }

  /** The count that {@link ConsumerLoop#qos} stops raising at; 0, the default, for none. */
  public ConsumerLoopBuilder maxPrefetch(int maxPrefetch) {
    this.maxPrefetch = maxPrefetch;
    return this;
  }

  /**
   * Runs handlers on an executor, virtual threads for example, that stays the caller's. By default
   * they run on the loop's thread, one at a time.
   */
  public ConsumerLoopBuilder executor(Executor executor) {
    this.executor = requireNonNull(executor, "executor");
    return this;
  }

  /** Runs handlers on that many threads of the loop's own. */
  public ConsumerLoopBuilder threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.threads = threads;
    return this;
  }

  /** Handles the messages of each queue one at a time, as they came, even on an executor. */
  public ConsumerLoopBuilder inOrder() {
    inOrder = true;
    return this;
  }

  /**
   * What to do with a message whose body cannot be read, settling it included; most often a {@link
   * DecodeErrorPolicy}. Called where handlers are. Default: {@link DecodeErrorPolicy#REJECT}.
   */
  public ConsumerLoopBuilder onDecodeError(
      BiConsumer<Message, SerializationException> onDecodeError) {
    this.onDecodeError = requireNonNull(onDecodeError, "onDecodeError");
    return this;
  }

  /** What to do with a message whose handler has failed. */
  public ConsumerLoopBuilder onFailure(FailurePolicy policy) {
    failurePolicy = requireNonNull(policy, "policy");
    onFailure = null;
    return this;
  }

  /** The same in the program's own words, settling the message included. */
  public ConsumerLoopBuilder onFailure(BiConsumer<Message, Throwable> onFailure) {
    this.onFailure = requireNonNull(onFailure, "onFailure");
    return this;
  }

  /**
   * Adds consumers of the program's own making, made anew on each new connection; what they handle
   * they handle on the loop's thread.
   */
  public ConsumerLoopBuilder consumers(Function<Connection, List<Consumer>> factory) {
    factories.add(requireNonNull(factory, "factory"));
    return this;
  }

  public ConsumerLoopBuilder listener(ConsumerLoopListener listener) {
    listeners.add(requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * How to go on when the broker cannot be reached. Default: the connection's, which most often is
   * for ever. Once it allows no other attempt the loop ends with the last error.
   */
  public ConsumerLoopBuilder connectPolicy(RetryPolicy connectPolicy) {
    this.connectPolicy = requireNonNull(connectPolicy, "connectPolicy");
    return this;
  }

  /** How long a loop that ends waits for handlers that still run. Default 30 s. */
  public ConsumerLoopBuilder grace(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace must not be negative, was " + grace);
    }
    this.grace = grace;
    return this;
  }

  /**
   * Makes the loop; it does nothing before it is run or started.
   *
   * @throws IllegalArgumentException if there are queues without a handler, or nothing to do at all
   */
  public ConsumerLoop build() {
    if (queues.isEmpty() == (handler != null)) {
      throw new IllegalArgumentException("a loop needs both queues and a handler for them");
    }
    if (queues.isEmpty() && factories.isEmpty() && listeners.isEmpty()) {
      throw new IllegalArgumentException("a loop needs something to do");
    }
    if (executor != null && threads > 0) {
      throw new IllegalArgumentException("handlers run on an executor or on threads, not both");
    }
    return new ConsumerLoop(new ConsumerLoopBuilder(this));
  }

  private ConsumerLoopBuilder(ConsumerLoopBuilder other) {
    template = other.template;
    queues.addAll(other.queues);
    listeners.addAll(other.listeners);
    factories.addAll(other.factories);
    decoder = other.decoder;
    handler = other.handler;
    accept = other.accept;
    executor = other.executor;
    threads = other.threads;
    prefetch = other.prefetch;
    maxPrefetch = other.maxPrefetch;
    inOrder = other.inOrder;
    settling = other.settling;
    noAck = other.noAck;
    declaring = other.declaring;
    onDecodeError = other.onDecodeError;
    failurePolicy = other.failurePolicy;
    onFailure = other.onFailure;
    connectPolicy = other.connectPolicy;
    grace = other.grace;
  }

  Connection template() {
    return template;
  }

  List<ConsumerLoopListener> listeners() {
    return listeners;
  }

  Function<Message, @Nullable Object> decoder() {
    return decoder;
  }

  AsyncMessageHandler handler() {
    return handler == null ? (body, message) -> Done.STAGE : handler;
  }

  @Nullable Executor executor() {
    return executor;
  }

  int threads() {
    return threads;
  }

  int prefetch() {
    return prefetch == 0 ? threads : prefetch;
  }

  int maxPrefetch() {
    return maxPrefetch;
  }

  boolean isInOrder() {
    return inOrder;
  }

  boolean isSettling() {
    return settling && !noAck;
  }

  boolean isNoAck() {
    return noAck;
  }

  BiConsumer<Message, SerializationException> onDecodeError() {
    return onDecodeError;
  }

  FailurePolicy failurePolicy() {
    return failurePolicy != null
        ? failurePolicy
        : settling ? FailurePolicy.REJECT : FailurePolicy.STOP;
  }

  @Nullable BiConsumer<Message, Throwable> onFailure() {
    return onFailure;
  }

  RetryPolicy connectPolicy() {
    return connectPolicy;
  }

  Duration grace() {
    return grace;
  }

  /** The consumers for a new connection, started by nobody yet. */
  List<Consumer> consumersOn(
      Connection connection, int prefetch, java.util.function.Consumer<Message> onMessage) {
    List<Consumer> consumers = new ArrayList<>();
    if (!queues.isEmpty()) {
      ConsumerBuilder own =
          connection
              .consumer()
              .queue(queues.toArray(Queue[]::new))
              .prefetch(prefetch)
              .handedOn(onMessage);
      if (accept != null) {
        own.accept(accept.toArray(String[]::new));
      }
      if (noAck) {
        own.noAck();
      }
      if (!declaring) {
        own.withoutDeclaring();
      }
      consumers.add(own.build());
    }
    factories.forEach(factory -> consumers.addAll(factory.apply(connection)));
    return consumers;
  }
}
