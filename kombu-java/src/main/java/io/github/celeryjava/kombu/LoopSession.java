package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link ConsumerLoop}, from connecting to its loss or its end. Belongs to the
 * loop's thread but for {@link #wake}, {@link #interrupt} and what it can be asked.
 */
final class LoopSession implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration LOOK_FOR_END_EVERY = Duration.ofMillis(20);

  private final ConsumerLoopBuilder settings;
  private final Connection connection;
  private final HandlerDispatch dispatch;
  private final CompletableFuture<@Nullable Void> stopping;
  private final Timing timing;

  // Mutable state
  private final List<Consumer> consumers = new ArrayList<>(); // loop's thread only
  private volatile boolean connected;
  private volatile boolean consuming;

  LoopSession(
      ConsumerLoopBuilder settings,
      Connection connection,
      LoopHandlers handlers,
      CompletableFuture<@Nullable Void> stopping) {
    this.settings = settings;
    this.connection = connection;
    this.dispatch = handlers.dispatch();
    this.stopping = stopping;
    this.timing = connection.settings().timing();
    settings.listeners().forEach(listener -> connection.addListener(new Attempts(listener, this)));
  }

  /** Opens the connection, trying as long as the loop's policy says. */
  void connect(Duration limit) {
    connection.connect(settings.connectPolicy(), limit);
    connected = true;
    settings.listeners().forEach(listener -> listener.connectionRevived(connection));
  }

  boolean wasConnected() {
    return connected;
  }

  /** Consumes until the loop is to end or the allowance is spent, and ends in good order. */
  void consume(QoS qos, Allowance allowance) {
    consumers.addAll(
        settings.consumersOn(
            connection,
            qos.value() > QoS.LARGEST ? 0 : qos.value(),
            message -> take(message, allowance)));
    consumers.forEach(Consumer::consume);
    allowance.begin();
    consuming = true;
    settings
        .listeners()
        .forEach(listener -> listener.consumeReady(connection, List.copyOf(consumers)));
    while (!stopping.isDone() && !allowance.isSpent()) {
      settings.listeners().forEach(ConsumerLoopListener::iteration);
      qos.update();
      dispatch.startWaiting();
      connection.drainEvents(allowance.wait(LOOK_EVERY), allowance.left(DeliveryInbox.BATCH));
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    finish();
  }

  void prefetch(int count) {
    consumers.forEach(consumer -> consumer.prefetch(count));
  }

  boolean isConsuming() {
    return consuming && connection.isConnected();
  }

  /** Has the loop look after its duties now. */
  void wake() {
    connection.execute(() -> {});
  }

  /** Ends a wait for the connection or for messages. */
  void interrupt() {
    if (connected) {
      wake();
    } else {
      connection.close();
    }
  }

  @Override
  public void close() {
    consuming = false;
    if (!settings.isNoAck()) {
      dispatch.giveUp();
    }
    consumers.forEach(Consumer::close);
    if (connected) {
      settings.listeners().forEach(listener -> listener.consumeEnd(connection));
    }
    connection.close();
  }

  private void take(Message message, Allowance allowance) {
    if (stopping.isDone() && !settings.isNoAck()) {
      message.requeue(); // it was on its way
      return;
    }
    allowance.use();
    dispatch.submit(message);
  }

  /** Stops deliveries, gives back what nobody has begun and waits for the rest. */
  private void finish() {
    consuming = false;
    consumers.forEach(Consumer::cancel);
    if (stopping.isDone() && !settings.isNoAck()) {
      dispatch.giveUp();
    }
    long deadline = timing.nanos() + settings.grace().toNanos();
    do {
      dispatch.startWaiting();
      connection.drainEvents(dispatch.isIdle() ? Duration.ZERO : LOOK_FOR_END_EVERY);
    } while (!dispatch.isIdle() && timing.nanos() - deadline < 0);
  }

  /** Tells of attempts to connect that failed. */
  private record Attempts(ConsumerLoopListener listener, LoopSession session)
      implements ConnectionListener {

    @Override
    public void recovering(OperationalException cause) {
      if (!session.connected) { // of a loss the loop tells itself
        listener.connectionError(cause);
      }
    }
  }
}
