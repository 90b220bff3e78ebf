package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages. Thread-safe; one producer serves any number of threads, over one channel.
 *
 * <p>A publish succeeds when the broker has confirmed the message, and its time-out covers all that
 * can happen until then: connecting, declaring, a broker that takes no messages, lost connections
 * and sending again. A {@link io.github.celeryjava.kombu.exceptions.PublishTimeoutException} says
 * whether the message may have arrived. Where the message had to be sent again, it may arrive
 * twice.
 *
 * <p>On a connection {@linkplain
 * io.github.celeryjava.kombu.transport.ConnectionOptions.Builder#confirms without confirms} a
 * publish succeeds when the message is written. Nobody knows then whether the broker took it; one
 * that reached no queue although it was mandatory is logged and told to {@link
 * ConnectionListener#returned}.
 *
 * <p>An interrupt never cuts a publish short, since then nobody would know its outcome: the call
 * returns at its deadline at the latest, with the flag kept.
 *
 * <p>What the broker returns or refuses fails that one message. Messages of one thread arrive in
 * the order of its calls, but for those that are sent again.
 *
 * <p>Named after {@code kombu.Producer}; made by {@link Connection#producer}.
 */
public final class Producer implements AutoCloseable {

  private final Connection connection;
  private final MessageEncoder encoder;
  private final PublishEngine engine;
  private final AsyncPublications async;
  private final List<Entity> ownExchange;
  private final Duration timeout;
  private final RetryPolicy retryPolicy;

  Producer(Connection connection, ProducerBuilder defaults) {
    this.connection = connection;
    encoder = new MessageEncoder(connection, defaults);
    engine = new PublishEngine(connection, defaults.window(), defaults.returns());
    async = new AsyncPublications(connection);
    Exchange exchange = defaults.exchange();
    ownExchange = defaults.isDeclaring() && exchange.isDeclarable() ? List.of(exchange) : List.of();
    timeout = defaults.timeout();
    retryPolicy = defaults.retryPolicy();
  }

  /**
   * Publishes a body and waits until the broker has confirmed it.
   *
   * @param body text, bytes, or anything the serializer knows; may be null
   * @throws io.github.celeryjava.kombu.exceptions.PublishTimeoutException if it was not confirmed
   *     within the time-out
   * @throws io.github.celeryjava.kombu.exceptions.MessageRefusedException if the broker returned it
   *     because it reached no queue, or refused it at every attempt, as a full queue does
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if the broker refused a
   *     declaration, or the retry policy allows no other attempt
   * @throws io.github.celeryjava.kombu.exceptions.EncodeException if the body cannot be encoded
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a serializer or
   *     compression has no such name
   */
  public void publish(@Nullable Object body, PublishOptions options) {
    await(start(encoder.encode(body, options), options, Publication.Listener.NONE));
  }

  /**
   * Publishes a message that its caller has encoded; waits like the other form.
   *
   * @param options only the entities to declare, the time-out and the retry policy count
   */
  public void publish(Destination destination, TransportMessage message, PublishOptions options) {
    OutgoingMessage outgoing = new OutgoingMessage(destination, message);
    await(start(outgoing, options, Publication.Listener.NONE));
  }

  /**
   * Publishes a body without ever waiting, neither for the broker nor for a connection.
   *
   * @return completes once the broker has confirmed the message, exceptionally with what {@link
   *     #publish(Object, PublishOptions)} would throw, within the time-out; with {@link
   *     io.github.celeryjava.kombu.exceptions.LimitExceededException} if 100 000 messages of this
   *     producer are on their way. What depends on it runs on a thread of the connection and should
   *     not block; cancelling it cancels nothing
   */
  public CompletableFuture<@Nullable Void> publishAsync(
      @Nullable Object body, PublishOptions options) {
    OutgoingMessage outgoing;
    try {
      outgoing = encoder.encode(body, options);
    } catch (KombuException e) {
      return CompletableFuture.failedFuture(e);
    }
    return async.start(listener -> start(outgoing, options, listener));
  }

  /**
   * Publishes a message that its caller has encoded; never waits, like the other form.
   *
   * @param options only the entities to declare, the time-out and the retry policy count
   */
  public CompletableFuture<@Nullable Void> publishAsync(
      Destination destination, TransportMessage message, PublishOptions options) {
    OutgoingMessage outgoing = new OutgoingMessage(destination, message);
    return async.start(listener -> start(outgoing, options, listener));
  }

  /**
   * Answers a request: publishes to the queue that it names for that, under its correlation id, and
   * encoded as it was; an answer to text or bytes is encoded by what it is. Waits like {@link
   * #publish(Object, PublishOptions)}. Named after {@code kombu.common.send_reply}.
   *
   * @param options what they set wins over what the request asks for
   * @throws IllegalArgumentException if the request names no queue for answers
   */
  public void reply(Message request, @Nullable Object body, PublishOptions options) {
    publish(body, options.answering(request, serializerOf(request)));
  }

  /** Answers a request with a future, as {@link #publishAsync(Object, PublishOptions)} does. */
  public CompletableFuture<@Nullable Void> replyAsync(
      Message request, @Nullable Object body, PublishOptions options) {
    return publishAsync(body, options.answering(request, serializerOf(request)));
  }

  /**
   * Publishes many bodies, each with the same options, a window of them on their way at a time, and
   * waits for all.
   *
   * @param options the time-out is how long the broker may be silent: as long as confirmations keep
   *     coming the call goes on
   * @return what became of each; a body that cannot be encoded is one of the failures
   */
  public PublishReport publishAll(Iterable<?> bodies, PublishOptions options) {
    return batch(
        options,
        batch -> {
          for (Object body : bodies) {
            try {
              batch.add(encoder.encode(body, options));
            } catch (SerializationException e) {
              batch.refuse(e);
            }
          }
        });
  }

  /**
   * Publishes many messages that their caller has encoded, or encodes while the call asks for them;
   * waits like the other form.
   *
   * @param options only the entities to declare, for messages that name none of their own, the
   *     time-out and the retry policy count
   * @throws RuntimeException what {@code messages} threw, once the outcome of those before is known
   */
  public PublishReport publishMessages(Iterable<OutgoingMessage> messages, PublishOptions options) {
    return batch(options, batch -> messages.forEach(batch::add));
  }

  /** Ends it. Messages without an outcome fail; the connection stays open. Never throws. */
  @Override
  public void close() {
    engine.close();
  }

  /** The connection that is published on. */
  public Connection connection() {
    return connection;
  }

  /** Has {@code action} run once, as soon as every message published so far has its outcome. */
  void whenQuiet(Runnable action) {
    engine.whenQuiet(action);
  }

  /** Whether it still can publish, now or after connecting again. */
  boolean isUsable() {
    return !engine.isClosed();
  }

  OutgoingMessage encode(@Nullable Object body, PublishOptions options) {
    return encoder.encode(body, options);
  }

  /**
   * Sends a message as far as that needs no waiting; the rest happens elsewhere.
   *
   * @param timeout counts instead of that of the options
   */
  Publication start(
      OutgoingMessage message,
      PublishOptions options,
      Duration timeout,
      Publication.Listener listener) {
    Retries retries = connection.retries(retryPolicy(options), timeout);
    Publication publication =
        new Publication(engine, message, declarations(options), retries, listener, 0);
    engine.publish(publication);
    return publication;
  }

  void await(Publication publication) {
    engine.await(publication);
  }

  /** Null for text and bytes, which are no way to encode any other body. */
  private @Nullable String serializerOf(Message request) {
    String contentType = request.properties().contentType();
    return contentType == null ? null : connection.serializers().name(contentType).orElse(null);
  }

  private PublishReport batch(PublishOptions options, Consumer<PublishBatch> adding) {
    PublishBatch batch =
        new PublishBatch(
            engine, connection, declarations(options), retryPolicy(options), timeout(options));
    try {
      adding.accept(batch);
    } catch (RuntimeException e) {
      batch.finish();
      throw e;
    }
    return batch.finish();
  }

  private List<Entity> declarations(PublishOptions options) {
    List<Entity> declare = options.declare();
    if (declare.isEmpty()) {
      return ownExchange;
    }
    if (ownExchange.isEmpty()) {
      return declare;
    }
    List<Entity> both = new ArrayList<>(declare);
    both.addAll(ownExchange);
    return both;
  }

  private Publication start(
      OutgoingMessage message, PublishOptions options, Publication.Listener listener) {
    return start(message, options, timeout(options), listener);
  }

  private RetryPolicy retryPolicy(PublishOptions options) {
    return options.retryPolicy() == null ? retryPolicy : options.retryPolicy();
  }

  Duration timeout(PublishOptions options) {
    return options.timeout() == null ? timeout : options.timeout();
  }
}
