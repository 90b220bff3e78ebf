package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQChannel;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls that wait for the broker's answer, on one channel, one at a time. Thread-safe. No
 * interrupt ends a wait, and none reaches the socket, which only the {@link SocketWriter} writes
 * to.
 */
final class AmqpCalls {

  private static final Logger log = LoggerFactory.getLogger(AmqpCalls.class);

  private static final String GONE = "the connection is closed";

  /** A call of the driver. */
  interface Call<R extends @Nullable Object> {
    R make(Channel driver) throws IOException;
  }

  private final Channel driver;
  private final AmqpErrors errors;
  private final UnaryOperator<Throwable> because;
  private final Executor side;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private volatile boolean closed;
  private volatile Consumer<OperationalException> onAbandoned = cause -> {};

  /**
   * @param because finds the first cause of a failure
   * @param side runs what nobody waits for
   */
  AmqpCalls(Channel driver, AmqpErrors errors, UnaryOperator<Throwable> because, Executor side) {
    this.driver = driver;
    this.errors = errors;
    this.because = because;
    this.side = side;
  }

  /**
   * Makes a call.
   *
   * @param attempted continues "could not"
   * @throws OperationalException after which the channel is closed; {@linkplain
   *     OperationalException#isUnsent unsent} if it was closed before
   */
  <R extends @Nullable Object> R call(String attempted, Call<R> call) {
    return call(attempted, failure -> failure, call);
  }

  /** The same, with more to say of a failure. */
  <R extends @Nullable Object> R call(
      String attempted, UnaryOperator<OperationalException> explain, Call<R> call) {
    lock.lock();
    try {
      if (!isOpen()) {
        throw closedBefore(attempted);
      }
      return call.make(driver);
    } catch (AlreadyClosedException e) {
      closed = true;
      throw closedBefore(attempted);
    } catch (ChannelContinuationTimeoutException e) {
      OperationalException late = errors.calling(attempted, e);
      abandon(late);
      throw explain.apply(late);
    } catch (IOException | ShutdownSignalException e) {
      closed = true;
      throw explain.apply(errors.calling(attempted, because.apply(e)));
    } catch (KombuException e) { // of ours, before anything was sent
      throw e;
    } catch (RuntimeException e) {
      OperationalException failure =
          OperationalException.refused("could not " + attempted + ": " + e, 0, e);
      discard(failure);
      throw failure;
    } finally {
      lock.unlock();
    }
  }

  /** Has {@code listener} told, on a thread of the connection, if an answer does not come. */
  void onAbandoned(Consumer<OperationalException> listener) {
    onAbandoned = listener;
  }

  boolean isOpen() {
    return !closed && driver.isOpen();
  }

  /** Why nothing can be done on this channel any more; what another did wrong is only told. */
  OperationalException closedBefore(String attempted) {
    ShutdownSignalException reason = driver.getCloseReason();
    OperationalException first =
        reason == null ? null : errors.gone("lost the channel", because.apply(reason));
    if (!driver.getConnection().isOpen()) {
      return OperationalException.lost(
          "could not " + attempted + ": " + (first == null ? GONE : first.getMessage()), first);
    }
    return OperationalException.unsent(
        "could not "
            + attempted
            + ": the channel is closed"
            + (first == null ? "" : ", since before: " + first.getMessage()),
        first);
  }

  /** Closes the channel, waiting for the broker's answer. Never throws. */
  void close() {
    lock.lock();
    try {
      if (!closed && driver.isOpen()) {
        closed = true;
        driver.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("closing a channel failed", e);
    } finally {
      closed = true;
      lock.unlock();
    }
  }

  /**
   * The driver failed in the middle of a call and now waits for an answer that nobody will give,
   * and all later calls, closing included, would wait with it.
   */
  private void discard(OperationalException cause) {
    abandon(cause);
    AMQP.Channel.Close close =
        new AMQP.Channel.Close.Builder()
            .replyCode(AMQP.REPLY_SUCCESS)
            .replyText("a call failed")
            .classId(0)
            .methodId(0)
            .build();
    ShutdownSignalException signal = new ShutdownSignalException(false, false, close, driver);
    signal.initCause(cause);
    if (driver instanceof AMQChannel channel) {
      channel.processShutdownSignal(signal, true, true);
      try {
        channel.quiescingTransmit(close);
      } catch (IOException | ShutdownSignalException e) {
        log.debug("closing a channel failed", e);
      }
    }
  }

  /**
   * The broker owes an answer, so the channel is of no more use. The driver has begun to close it
   * but tells nobody before the broker answers that.
   */
  private void abandon(OperationalException cause) {
    closed = true;
    Consumer<OperationalException> told = onAbandoned;
    try {
      side.execute(() -> told.accept(cause));
    } catch (RejectedExecutionException e) {
      log.debug("the connection is gone, and the channel with it", e);
    }
  }
}
