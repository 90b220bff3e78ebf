package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.SerializationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Handles one message: decodes it, calls the program's handler, settles it as its result says.
 * Thread-safe as far as the handler is.
 */
final class Handling implements HandlerDispatch.Work {

  static final String MDC_QUEUE = "kombu.queue";
  static final String MDC_DELIVERY_TAG = "kombu.delivery_tag";
  static final String MDC_CORRELATION_ID = "kombu.correlation_id";
  static final String MDC_MESSAGE_ID = "kombu.message_id";

  private static final Logger log = LoggerFactory.getLogger(ConsumerLoop.class);

  private final Function<Message, @Nullable Object> decoder;
  private final AsyncMessageHandler handler;
  private final boolean settling;
  private final BiConsumer<Message, SerializationException> onDecodeError;
  private final BiConsumer<Message, Throwable> onFailure;
  private final Consumer<Throwable> onBrokenPolicy;
  private final Timing timing;
  private final TrafficListener traffic;
  private final AtomicLong decodeErrors = new AtomicLong();

  /**
   * @param onFailure settles a message whose handler failed
   * @param onBrokenPolicy hears what {@code onFailure} or a policy for decode errors throws
   */
  Handling(
      ConsumerLoopBuilder settings,
      ConnectionSettings connection,
      BiConsumer<Message, Throwable> onFailure,
      Consumer<Throwable> onBrokenPolicy) {
    this.decoder = settings.decoder();
    this.handler = settings.handler();
    this.settling = settings.isSettling();
    this.onDecodeError = settings.onDecodeError();
    this.onFailure = onFailure;
    this.onBrokenPolicy = onBrokenPolicy;
    this.timing = connection.timing();
    this.traffic = connection.traffic();
  }

  long decodeErrors() {
    return decodeErrors.get();
  }

  @Override
  public void handle(Message message, Runnable done) {
    long start = Traffic.NONE.equals(traffic) ? 0 : timing.nanos();
    label(message);
    try {
      CompletionStage<?> stage = begin(message);
      if (Done.STAGE.equals(stage)) {
        ended(message, start, done, null);
      } else {
        var unused = stage.whenComplete((result, error) -> ended(message, start, done, error));
      }
    } catch (Throwable e) { // the handler is a user's
      ended(message, start, done, e);
    } finally {
      unlabel();
    }
  }

  /** Completes when the message is done with. */
  private CompletionStage<?> begin(Message message) {
    Object body;
    try {
      body = decoder.apply(message);
    } catch (SerializationException e) {
      decodeErrors.incrementAndGet();
      traffic.undecodable(message.queue());
      try {
        onDecodeError.accept(message, e);
      } catch (Throwable broken) { // a user's
        broken.addSuppressed(e);
        onBrokenPolicy.accept(broken);
      }
      return Done.STAGE;
    }
    CompletionStage<?> stage = handler.handle(body, message);
    return requireNonNull(stage, "the stage that a handler returned");
  }

  private void ended(Message message, long start, Runnable done, @Nullable Throwable error) {
    try {
      if (!Traffic.NONE.equals(traffic)) {
        traffic.handled(message.queue(), timing.nanos() - start);
      }
      if (error != null) {
        failed(message, cause(error));
      } else if (settling && !message.isSettled()) { // also not by a policy for decode errors
        message.ack();
      }
    } finally {
      done.run();
    }
  }

  private void failed(Message message, Throwable error) {
    try {
      onFailure.accept(message, error);
    } catch (Throwable broken) { // a user's
      if (!broken.equals(error)) { // nothing suppresses itself
        broken.addSuppressed(error);
      }
      onBrokenPolicy.accept(broken);
    }
  }

  private static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  private static void label(Message message) {
    MDC.put(MDC_QUEUE, message.queue());
    put(MDC_DELIVERY_TAG, message.deliveryTag());
    put(MDC_CORRELATION_ID, message.properties().correlationId());
    put(MDC_MESSAGE_ID, message.properties().messageId());
  }

  private static void unlabel() {
    MDC.remove(MDC_QUEUE);
    MDC.remove(MDC_DELIVERY_TAG);
    MDC.remove(MDC_CORRELATION_ID);
    MDC.remove(MDC_MESSAGE_ID);
  }

  private static void put(String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      MDC.put(key, value);
    }
  }

  /** Settles by policy; STOP is not its affair. */
  static void settleFailed(FailurePolicy policy, Message message, Throwable error) {
    log.error(
        "The handler of a message failed, which is {}: {}",
        policy == FailurePolicy.REJECT ? "rejected" : "put back",
        message,
        error);
    if (message.isSettled()) {
      return;
    }
    if (policy == FailurePolicy.REJECT) {
      message.reject();
    } else {
      message.requeue();
    }
  }
}
