package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.WriteListener;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes on one channel. Thread-safe; the calling thread encodes the message into the {@link
 * SocketWriter}'s memory and is done.
 */
final class AmqpPublisher {

  private static final Logger log = LoggerFactory.getLogger(AmqpPublisher.class);

  /** Beyond this many unwritten bytes the broker has evidently stopped reading. */
  static final long MAX_BUFFERED = 64L * 1024 * 1024;

  private final Channel driver;
  private final AmqpCalls calls;
  private final SocketWriter writer;
  private final Function<Throwable, OperationalException> gone;
  private final TransportListener listener;
  private final @Nullable ConfirmTracker<Published> confirms;

  /** Makes the order of numbers that of writing. */
  private final ReentrantLock lock = new ReentrantLock();

  private AmqpPublisher(
      Channel driver,
      AmqpCalls calls,
      SocketWriter writer,
      @Nullable ConfirmTracker<Published> confirms,
      Function<Throwable, OperationalException> gone,
      TransportListener listener) {
    this.driver = driver;
    this.calls = calls;
    this.writer = writer;
    this.confirms = confirms;
    this.gone = gone;
    this.listener = listener;
  }

  /**
   * Prepares the channel for publishing; asks the broker for confirms if they are wanted.
   *
   * @param listener hears of messages that come back when nobody waits for them any more
   */
  static AmqpPublisher on(
      Channel driver,
      AmqpCalls calls,
      SocketWriter writer,
      boolean confirmed,
      Function<Throwable, OperationalException> gone,
      TransportListener listener) {
    ConfirmTracker<Published> tracker = confirmed ? new ConfirmTracker<>() : null;
    AmqpPublisher publisher = new AmqpPublisher(driver, calls, writer, tracker, gone, listener);
    driver.addReturnListener(publisher::returned);
    if (tracker != null) {
      driver.addConfirmListener(
          (number, multiple) -> {
            tracker.acked(number, multiple);
            writer.hurry(); // the broker is keeping up, so what waits for company need not
          },
          tracker::nacked);
      driver.addShutdownListener(signal -> tracker.close(gone.apply(signal)));
      calls.onAbandoned(tracker::close);
      // As a plain method: asked through its own API the driver would keep every number in a tree.
      calls.call(
          "switch on confirms", channel -> channel.rpc(new AMQP.Confirm.Select.Builder().build()));
    }
    return publisher;
  }

  /** Fails the future and throws nothing, but for what cannot be encoded. */
  CompletableFuture<@Nullable Void> publish(Destination to, TransportMessage message) {
    try {
      return send(to, message);
    } catch (OperationalException | LimitExceededException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<@Nullable Void> send(Destination to, TransportMessage message) {
    if (writer.buffered() > MAX_BUFFERED) {
      throw new LimitExceededException(
          "more than "
              + MAX_BUFFERED
              + " bytes wait to be written: the broker has stopped reading, or is far too slow",
          null);
    }
    ShortText.require(to);
    AMQP.BasicProperties properties = AmqpMapping.outgoing(message);
    Published published = new Published(to, message);
    lock.lock();
    try {
      if (!calls.isOpen()) {
        throw calls.closedBefore("publish " + published);
      }
      return confirms == null
          ? unconfirmed(to, properties, message.body())
          : confirmed(confirms, published, properties);
    } catch (IOException | ShutdownSignalException e) {
      throw gone.apply(e);
    } catch (IllegalArgumentException e) {
      throw new EncodeException("cannot publish " + published + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<@Nullable Void> confirmed(
      ConfirmTracker<Published> tracker, Published published, AMQP.BasicProperties properties)
      throws IOException {
    // Whoever waits for an answer to others does not mind company; a lone message leaves at once.
    WriteListener flush = tracker.size() == 0 ? null : AmqpFrameHandler.LAZILY;
    CompletableFuture<@Nullable Void> future = tracker.add(published);
    boolean sent = false;
    try {
      write(published.to(), properties, published.message().body(), flush);
      sent = true;
    } finally {
      if (!sent) {
        tracker.undo();
      }
    }
    return future;
  }

  /** Nobody will say that the message arrived: all there is to wait for is the write. */
  private CompletableFuture<@Nullable Void> unconfirmed(
      Destination to, AMQP.BasicProperties properties, byte[] body) throws IOException {
    write(to, properties, body, AmqpFrameHandler.LAZILY);
    return writer
        .written()
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw gone.apply(failure);
              }
              return null;
            });
  }

  private void write(
      Destination to, AMQP.BasicProperties properties, byte[] body, @Nullable WriteListener flush)
      throws IOException {
    driver.basicPublish(
        to.exchange(),
        to.routingKey(),
        to.mandatory(),
        false,
        properties,
        ByteBuffer.wrap(body),
        flush);
  }

  private void returned(
      int code,
      String text,
      String exchange,
      String routingKey,
      AMQP.BasicProperties properties,
      byte[] body) {
    Published.Returned message = new Published.Returned(exchange, routingKey, properties, body);
    String reason = code + " " + text;
    boolean known =
        confirms != null
            && (confirms.returned(message::isExactly, reason)
                || confirms.returned(message::mayBe, reason));
    if (!known) {
      log.warn(
          "the broker returned a message to exchange '{}' with routing key '{}': {}",
          exchange,
          routingKey,
          reason);
      listener.returned(
          new Destination(exchange, routingKey, true),
          message.message(),
          new MessageRefusedException("the broker returned a message: " + reason, code));
    }
  }
}
