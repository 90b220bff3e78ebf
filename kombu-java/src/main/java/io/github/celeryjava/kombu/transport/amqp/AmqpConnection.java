package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQConnection;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to RabbitMQ: the driver's, which reads and assembles, and a {@link SocketWriter}.
 * Thread-safe.
 */
final class AmqpConnection implements TransportConnection {

  private static final Logger log = LoggerFactory.getLogger(AmqpConnection.class);

  private static final Duration SIDE_THREAD_IDLE = Duration.ofSeconds(5);

  private enum State {
    OPEN,
    LOST,
    CLOSED
  }

  private final AMQConnection driver;
  private final SocketWriter writer;
  private final AmqpEndpoint endpoint;
  private final AmqpErrors errors;
  private final TransportListener listener;
  private final LongSupplier nanos;

  /** For calls that nobody waits for; has a thread only while there are some. */
  private final ScheduledThreadPoolExecutor side;

  // Mutable state
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  AmqpConnection(
      AMQConnection driver,
      SocketWriter writer,
      AmqpEndpoint endpoint,
      AmqpErrors errors,
      TransportListener listener,
      LongSupplier nanos) {
    this.driver = driver;
    this.writer = writer;
    this.endpoint = endpoint;
    this.errors = errors;
    this.listener = listener;
    this.nanos = nanos;
    side = new ScheduledThreadPoolExecutor(1, Threads.factory("kombu-amqp-side"));
    side.setKeepAliveTime(SIDE_THREAD_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    side.allowCoreThreadTimeOut(true);
    side.setRemoveOnCancelPolicy(true);
    side.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Starts telling the listener; what happened before counts as a failure to connect. */
  void listen() {
    driver.addBlockedListener(listener::blocked, listener::unblocked);
    driver.addShutdownListener(this::lost);
  }

  /** Gives the connection up when one write to the socket takes longer than {@code limit}. */
  void limitWrites(Duration limit) {
    long interval = Math.max(1, limit.toMillis() / 4);
    Future<?> unused =
        side.scheduleWithFixedDelay(
            () -> writer.requireWritten(limit), interval, interval, TimeUnit.MILLISECONDS);
  }

  @Override
  public Channel openChannel(ChannelPurpose purpose) {
    com.rabbitmq.client.Channel opened = openDriverChannel("open a channel");
    AmqpCalls calls = new AmqpCalls(opened, errors, this::because, side);
    AckWriter acks = new AckWriter(new AckMethods(opened), writer::beforeWrite);
    AmqpConsumers consumers =
        new AmqpConsumers(opened, calls, acks, failure -> ended(opened, failure), side, nanos);
    boolean confirms = purpose == ChannelPurpose.PUBLISHING && endpoint.options().confirms();
    AmqpPublisher publisher =
        AmqpPublisher.on(opened, calls, writer, confirms, this::gone, listener);
    return new AmqpChannel(calls, acks, consumers, publisher, this::callsOnAnother);
  }

  @Override
  public boolean isOpen() {
    return state.get() == State.OPEN && driver.isOpen();
  }

  @Override
  public String description() {
    return endpoint.description();
  }

  @Override
  public Duration heartbeat() {
    return Duration.ofSeconds(driver.getHeartbeat());
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(driver) ? Optional.of(type.cast(driver)) : Optional.empty();
  }

  @Override
  public void close() {
    if (state.compareAndSet(State.OPEN, State.CLOSED) && driver.isOpen()) {
      writer.collect();
      try {
        driver.close(
            AMQP.REPLY_SUCCESS, "OK", Math.toIntExact(endpoint.options().callTimeout().toMillis()));
      } catch (IOException | ShutdownSignalException e) {
        log.debug("closing {} failed", endpoint, e);
      }
    }
    abort();
  }

  @Override
  public void abort() {
    state.set(State.CLOSED);
    side.shutdownNow();
    writer.close();
  }

  private AmqpCalls callsOnAnother(String attempted) {
    return new AmqpCalls(openDriverChannel(attempted), errors, this::because, side);
  }

  /** A channel of the driver; the caller closes it. */
  private com.rabbitmq.client.Channel openDriverChannel(String attempted) {
    try {
      com.rabbitmq.client.Channel opened = driver.createChannel();
      if (opened == null) {
        throw OperationalException.busy(
            "no channel left on " + endpoint + ", limit " + driver.getChannelMax(), 0, null);
      }
      return opened;
    } catch (IOException | ShutdownSignalException e) {
      throw errors.calling(attempted, because(e));
    }
  }

  /** The failed write that made the driver fail, if there was one; else {@code failure}. */
  private Throwable because(Throwable failure) {
    IOException write = writer.failure();
    return write == null || AmqpErrors.CloseReason.of(failure) != null ? failure : write;
  }

  private OperationalException gone(Throwable failure) {
    return failure instanceof OperationalException known
        ? known
        : errors.gone("lost the channel", because(failure));
  }

  /** Why a channel ended; null if we ended it or its connection ourselves. */
  private @Nullable OperationalException ended(
      com.rabbitmq.client.Channel channel, Throwable failure) {
    ShutdownSignalException reason = channel.getCloseReason();
    boolean ours =
        state.get() == State.CLOSED || (reason != null && reason.isInitiatedByApplication());
    return ours ? null : gone(failure);
  }

  private void lost(ShutdownSignalException signal) {
    if (state.compareAndSet(State.OPEN, State.LOST)) {
      side.shutdownNow();
      listener.lost(errors.gone("lost the connection", because(signal)));
    }
  }

  private record AckMethods(com.rabbitmq.client.Channel channel) implements AckRuns.Output {

    @Override
    public void ack(long tag, boolean multiple) throws IOException {
      channel.basicAck(tag, multiple);
    }

    @Override
    public void reject(long tag, boolean requeue) throws IOException {
      channel.basicReject(tag, requeue);
    }
  }
}
