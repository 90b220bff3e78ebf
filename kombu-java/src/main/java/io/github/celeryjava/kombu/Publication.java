package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way, from the call that publishes it until its outcome is known, which happens
 * exactly once. It is the future of that outcome and, to save an object for each message, also what
 * the transport's answers are given to. Thread-safe.
 */
final class Publication extends CompletableFuture<@Nullable Void>
    implements BiConsumer<@Nullable Void, @Nullable Throwable> {

  /** Hears the outcome, on whatever thread it becomes known; must not block or throw. */
  @FunctionalInterface
  interface Listener {

    Listener NONE = (publication, error) -> {};

    void settled(Publication publication, @Nullable KombuException error);
  }

  private final PublishEngine engine;
  private final Destination destination;
  private final List<? extends Entity> declare;
  private final Retries retries;
  private final Listener listener;
  private final int place;

  // Mutable state
  private volatile @Nullable TransportMessage message; // let go as soon as the outcome is known
  private volatile boolean onItsWay; // in the present attempt
  private volatile boolean mayHaveArrived; // in an earlier one
  private volatile @Nullable KombuException lastFailure;
  private volatile boolean alone;

  Publication(
      PublishEngine engine,
      OutgoingMessage outgoing,
      List<? extends Entity> declare,
      Retries retries,
      Listener listener,
      int place) {
    this.engine = engine;
    this.destination = outgoing.destination();
    this.message = outgoing.message();
    this.declare = declare;
    this.retries = retries;
    this.listener = listener;
    this.place = place;
  }

  /** Its number in the batch it belongs to, from 0. */
  int place() {
    return place;
  }

  Destination destination() {
    return destination;
  }

  /** The message, or null once the outcome is known. */
  @Nullable TransportMessage message() {
    return message;
  }

  List<? extends Entity> declare() {
    return declare;
  }

  Retries retries() {
    return retries;
  }

  boolean isAlone() {
    return alone;
  }

  /** From now on the message is sent with no other on its channel. */
  void sendAlone() {
    alone = true;
  }

  void wasWritten() {
    onItsWay = true;
  }

  /** The transport's answer to one attempt. */
  @Override
  public void accept(@Nullable Void nothing, @Nullable Throwable error) {
    engine.answered(
        this,
        error instanceof CompletionException && error.getCause() != null
            ? error.getCause()
            : error);
  }

  void confirmed() {
    if (complete(null)) {
      settle(null);
    }
  }

  /** Ends it with an error; one that came from running out of time is told as such. */
  void failed(KombuException error) {
    note(error);
    KombuException told = retries.isOutOfTime() ? timeout() : error;
    if (completeExceptionally(told)) {
      settle(told);
    }
  }

  /** Remembers why it has to be sent again, for the message of a time-out. */
  void failedForNow(KombuException error) {
    note(error);
  }

  /** Ends it because its deadline has passed. */
  void expired() {
    if (!isDone()) {
      KombuException error = timeout();
      if (completeExceptionally(error)) {
        settle(error);
      }
    }
  }

  private void note(KombuException error) {
    lastFailure = error;
    boolean known =
        error instanceof MessageRefusedException
            || error instanceof LimitExceededException
            || (error instanceof OperationalException failure && failure.isUnsent());
    mayHaveArrived |= onItsWay && !known;
    onItsWay = false;
  }

  private void settle(@Nullable KombuException error) {
    TransportMessage last = message;
    message = null;
    if (last != null && error instanceof MessageRefusedException refusal) {
      engine.refused(destination, last, refusal);
    }
    engine.settled(this, error);
    listener.settled(this, error);
  }

  private PublishTimeoutException timeout() {
    String what =
        "message for exchange '"
            + destination.exchange()
            + "' with key '"
            + destination.routingKey();
    return new PublishTimeoutException(
        what
            + (onItsWay || mayHaveArrived
                ? "' was not confirmed within " + retries.timeout() + "; it may have arrived"
                : "' was not sent within " + retries.timeout())
            + (lastFailure == null ? "" : ": " + lastFailure.getMessage()),
        lastFailure);
  }
}
