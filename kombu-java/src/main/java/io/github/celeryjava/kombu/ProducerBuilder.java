package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.Exchange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Collects the defaults of one {@link Producer}; not thread-safe. */
public final class ProducerBuilder {

  private final Connection connection;

  // Mutable state
  private Exchange exchange = Exchange.DEFAULT;
  private String routingKey = "";
  private boolean mandatory;
  private boolean declaring = true;
  private @Nullable String serializer;
  private @Nullable String compression;
  private Duration timeout = Duration.ofSeconds(10);
  private RetryPolicy retryPolicy;
  private int window = 1_000;
  private int maxBodyBytes = Integer.MAX_VALUE;
  private @Nullable ReturnListener returns;

  ProducerBuilder(Connection connection) {
    this.connection = connection;
    this.retryPolicy = connection.settings().retryPolicy();
  }

  /** Where to publish unless the message says otherwise; declared before its first use. */
  public ProducerBuilder exchange(Exchange exchange) {
    this.exchange = requireNonNull(exchange, "exchange");
    return this;
  }

  public ProducerBuilder routingKey(String routingKey) {
    this.routingKey = requireNonNull(routingKey, "routingKey");
    return this;
  }

  /**
   * Makes a message that reaches no queue an error, unless the message says otherwise; without
   * broker confirms as {@link PublishOptions.Builder#mandatory} says.
   */
  public ProducerBuilder mandatory() {
    mandatory = true;
    return this;
  }

  /** Leaves declaring the producer's own exchange to others. */
  public ProducerBuilder withoutDeclaring() {
    declaring = false;
    return this;
  }

  /** Name of the serializer; by default text and bytes go as they are and all else as JSON. */
  public ProducerBuilder serializer(String serializer) {
    this.serializer = requireNonNull(serializer, "serializer");
    return this;
  }

  /** Name of the compression; by default nothing is compressed. */
  public ProducerBuilder compression(String compression) {
    this.compression = requireNonNull(compression, "compression");
    return this;
  }

  /** How long a publish may take in all; more than zero. Default 10 s. */
  public ProducerBuilder timeout(Duration timeout) {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
    this.timeout = timeout;
    return this;
  }

  /** How to go on after recoverable errors, within the time-out. Default: the connection's. */
  public ProducerBuilder retryPolicy(RetryPolicy retryPolicy) {
    this.retryPolicy = requireNonNull(retryPolicy, "retryPolicy");
    return this;
  }

  /** Most messages sent and not confirmed; more wait in this process. Default 1 000. */
  public ProducerBuilder window(int window) {
    if (window < 1) {
      throw new IllegalArgumentException("window must be at least 1, was " + window);
    }
    this.window = window;
    return this;
  }

  /**
   * Refuses bodies that are larger once they are encoded and compressed, before anything is sent:
   * brokers and other programs pay for what is too large. Default: no limit.
   */
  public ProducerBuilder maxBodyBytes(int maxBodyBytes) {
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException("maxBodyBytes must be at least 1, was " + maxBodyBytes);
    }
    this.maxBodyBytes = maxBodyBytes;
    return this;
  }

  /** Hands {@code listener} every mandatory message that reached no queue. */
  public ProducerBuilder onReturn(ReturnListener listener) {
    returns = requireNonNull(listener, "listener");
    return this;
  }

  /** Makes the producer; nothing is opened or declared yet. */
  public Producer build() {
    return new Producer(connection, this);
  }

  Exchange exchange() {
    return exchange;
  }

  String routingKey() {
    return routingKey;
  }

  boolean isMandatory() {
    return mandatory;
  }

  boolean isDeclaring() {
    return declaring;
  }

  @Nullable String serializer() {
    return serializer;
  }

  @Nullable String compression() {
    return compression;
  }

  Duration timeout() {
    return timeout;
  }

  RetryPolicy retryPolicy() {
    return retryPolicy;
  }

  int window() {
    return window;
  }

  int maxBodyBytes() {
    return maxBodyBytes;
  }

  @Nullable ReturnListener returns() {
    return returns;
  }
}
