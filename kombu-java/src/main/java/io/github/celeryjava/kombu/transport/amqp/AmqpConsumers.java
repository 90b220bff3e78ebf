package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.github.celeryjava.kombu.exceptions.ConsumerCancelledException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers of one channel. Thread-safe. Deliveries and endings reach the sinks on the driver's
 * reading thread.
 */
final class AmqpConsumers {

  private static final Logger log = LoggerFactory.getLogger(AmqpConsumers.class);

  private static final Duration PREFETCH_INTERVAL = Duration.ofSeconds(1);

  private final Channel driver;
  private final AmqpCalls calls;
  private final AckWriter acks;
  private final Function<Throwable, @Nullable OperationalException> gone;
  private final ScheduledExecutorService side;
  private final LongSupplier nanos;

  // Mutable state
  private final AtomicInteger counter = new AtomicInteger();
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

  /**
   * @param gone says why a channel ended; null if we ended it ourselves
   */
  AmqpConsumers(
      Channel driver,
      AmqpCalls calls,
      AckWriter acks,
      Function<Throwable, @Nullable OperationalException> gone,
      ScheduledExecutorService side,
      LongSupplier nanos) {
    this.driver = driver;
    this.calls = calls;
    this.acks = acks;
    this.gone = gone;
    this.side = side;
    this.nanos = nanos;
    driver.setDefaultConsumer(new Unexpected());
  }

  String consume(String queue, ConsumeOptions options, DeliverySink sink) {
    String tag = options.consumerTag();
    if (tag == null || tag.isEmpty()) {
      tag = "kombu-" + counter.incrementAndGet();
    }
    ShortText.requireQueue(queue);
    ShortText.requireTag(tag);
    Subscription subscription = new Subscription(tag, queue, options, sink);
    calls.<@Nullable Void>call(
        "consume from queue '" + queue + "'",
        channel -> {
          subscription.start(channel, options.prefetch());
          return null;
        });
    return tag;
  }

  void cancel(String tag) {
    Subscription subscription = subscriptions.get(tag);
    if (subscription == null) {
      return;
    }
    acks.flush();
    calls.<@Nullable Void>call(
        "cancel consumer '" + tag + "'",
        channel -> {
          // Looked at again under the lock of the calls: the broker may have cancelled meanwhile.
          if (subscriptions.get(tag) == subscription) {
            channel.basicCancel(subscription.brokerTag);
            subscriptions.remove(tag, subscription);
          }
          return null;
        });
  }

  void prefetch(String tag, int count) {
    Subscription subscription = subscriptions.get(tag);
    if (subscription != null) {
      subscription.wantPrefetch(count);
    }
  }

  /** Gives back what comes for a consumer that is not there; the driver would fail instead. */
  private final class Unexpected extends DefaultConsumer {

    Unexpected() {
      super(driver);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      acks.receipt(envelope.getDeliveryTag()).requeue();
    }
  }

  /** One consumer, over however many times it is started anew. */
  private final class Subscription extends DefaultConsumer {

    private final String tag;
    private final String queue;
    private final ConsumeOptions options;
    private final DeliverySink sink;
    private final boolean manual;
    private final StreamPosition position = new StreamPosition();

    // Mutable state
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean changing = new AtomicBoolean();
    private volatile int wanted;
    private volatile long lastChange;
    private volatile String brokerTag;
    private int starts; // guarded by the calls' lock

    Subscription(String tag, String queue, ConsumeOptions options, DeliverySink sink) {
      super(driver);
      this.tag = tag;
      brokerTag = tag;
      this.queue = queue;
      this.options = options;
      this.sink = sink;
      manual = options.ackMode() == AckMode.MANUAL;
      wanted = options.prefetch();
      lastChange = nanos.getAsLong() - PREFETCH_INTERVAL.toNanos();
    }

    /** Sends both methods; the calls' lock keeps other consumers from coming between them. */
    void start(Channel channel, int prefetch) throws IOException {
      subscriptions.put(tag, this);
      boolean started = false;
      try {
        channel.basicQos(prefetch, false);
        channel.basicConsume(
            queue,
            !manual,
            brokerTag,
            false,
            options.exclusive(),
            OutgoingTable.of(position.resume(options.arguments())),
            this);
        started = true;
      } finally {
        if (!started) {
          subscriptions.remove(tag, this);
        }
      }
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      long number = envelope.getDeliveryTag();
      TransportMessage message = AmqpMapping.incoming(properties, body);
      position.passed(message.headers());
      sink.accept(
          new Delivery(
              envelope.getExchange(),
              envelope.getRoutingKey(),
              envelope.isRedeliver(),
              message,
              manual ? acks.receipt(number) : acks.none(number)));
    }

    @Override
    public void handleCancel(String consumerTag) {
      end(
          new ConsumerCancelledException(
              "the broker cancelled consumer '"
                  + tag
                  + "': queue '"
                  + queue
                  + "' was deleted or has moved",
              null));
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
      endUnlessOurs(signal);
    }

    void wantPrefetch(int count) {
      wanted = count;
      if (!changing.compareAndSet(false, true)) {
        return;
      }
      long wait = PREFETCH_INTERVAL.toNanos() - (nanos.getAsLong() - lastChange);
      try {
        Future<?> unused =
            side.schedule(this::changePrefetch, Math.max(0, wait), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("the connection is gone, and consumer {} with it", tag, e);
      }
    }

    private void changePrefetch() {
      lastChange = nanos.getAsLong();
      changing.set(false); // from here on a new count schedules a new change
      try {
        acks.flush();
        calls.<@Nullable Void>call(
            "change the prefetch count of consumer '" + tag + "'",
            channel -> {
              if (subscriptions.get(tag) == this) {
                startAnew(channel);
              }
              return null;
            });
      } catch (OperationalException e) {
        endUnlessOurs(e);
      }
    }

    /**
     * The new one starts before the old one ends, since a queue may go with its last consumer. Not
     * where there can only be one, and not in streams, of which both would deliver the same.
     */
    private void startAnew(Channel channel) throws IOException {
      String old = brokerTag;
      if (options.exclusive() || position.isInStream(options.arguments())) {
        channel.basicCancel(old);
        start(channel, wanted);
      } else {
        brokerTag = tag + '~' + ++starts;
        start(channel, wanted);
        channel.basicCancel(old);
      }
    }

    private void endUnlessOurs(Throwable failure) {
      OperationalException cause = gone.apply(failure);
      if (cause != null) {
        end(cause);
      }
    }

    private void end(OperationalException cause) {
      subscriptions.remove(tag, this);
      if (ended.compareAndSet(false, true)) {
        sink.ended(cause);
      }
    }
  }
}
