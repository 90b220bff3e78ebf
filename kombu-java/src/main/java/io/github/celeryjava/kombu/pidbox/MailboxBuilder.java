package io.github.celeryjava.kombu.pidbox;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.ProducerPool;
import io.github.celeryjava.kombu.entity.ExchangeType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of one {@link Mailbox}; not thread-safe. */
public final class MailboxBuilder {

  private final String namespace;
  private final Connection connection;

  // Mutable state
  private ExchangeType type = ExchangeType.DIRECT;
  private LamportClock clock = new LamportClock();
  private List<String> accept = List.of("json");
  private @Nullable String serializer;
  private @Nullable ProducerPool producers;
  private MatcherRegistry matchers = MatcherRegistry.standard();
  private boolean exclusive = true;
  private boolean durable;
  private @Nullable Duration ttl;
  private @Nullable Duration expires;
  private @Nullable Duration replyTtl;
  private Duration replyExpires = Duration.ofSeconds(10);
  private Clock time = Clock.systemUTC();
  private LongSupplier nanos = System::nanoTime;

  MailboxBuilder(String namespace, Connection connection) {
    this.namespace = requireNonNull(namespace, "namespace");
    this.connection = requireNonNull(connection, "connection");
  }

  /**
   * How requests reach nodes: {@code direct}, the default, or {@code fanout}, as Celery's do. All
   * members of a namespace have to agree.
   */
  public MailboxBuilder type(ExchangeType type) {
    this.type = requireNonNull(type, "type");
    return this;
  }

  /** The logical clock that is told in requests and answers, and set by them. */
  public MailboxBuilder clock(LamportClock clock) {
    this.clock = requireNonNull(clock, "clock");
    return this;
  }

  /** What bodies to decode, names of serializers or MIME types. Default: JSON. */
  public MailboxBuilder accept(String... contentTypes) {
    accept = List.of(contentTypes);
    return this;
  }

  /** Name of the serializer. Default: that of the connection, which is JSON. */
  public MailboxBuilder serializer(String serializer) {
    this.serializer = requireNonNull(serializer, "serializer");
    return this;
  }

  /** What to publish with; it stays the caller's. Default: a connection of the mailbox's own. */
  public MailboxBuilder producers(ProducerPool producers) {
    this.producers = requireNonNull(producers, "producers");
    return this;
  }

  /** The matchers that requests to nodes of this mailbox may name. */
  public MailboxBuilder matchers(MatcherRegistry matchers) {
    this.matchers = requireNonNull(matchers, "matchers");
    return this;
  }

  /** How long a request waits for its node. Default: for ever; Celery's is 300 s. */
  public MailboxBuilder queueTtl(Duration ttl) {
    this.ttl = requireNonNull(ttl, "ttl");
    return this;
  }

  /** How long a node's queue lives unused. Default: for ever; Celery's is 10 s. */
  public MailboxBuilder queueExpires(Duration expires) {
    this.expires = requireNonNull(expires, "expires");
    return this;
  }

  /** How long an answer waits for its caller. Default: for ever; Celery's is 300 s. */
  public MailboxBuilder replyQueueTtl(Duration ttl) {
    replyTtl = requireNonNull(ttl, "ttl");
    return this;
  }

  /**
   * How long a caller's queue lives unused, and how long the mailbox goes on listening after its
   * last call. Always bounded, so that no queue stays behind. Default 10 s.
   */
  public MailboxBuilder replyQueueExpires(Duration expires) {
    if (expires.toMillis() < 1) {
      throw new IllegalArgumentException("expires must be at least 1 ms, was " + expires);
    }
    replyExpires = expires;
    return this;
  }

  /**
   * Declares queues that survive a restart of the broker and belong to no connection; by default
   * they belong to one connection and go with it.
   */
  public MailboxBuilder durableQueues() {
    durable = true;
    exclusive = false;
    return this;
  }

  /**
   * Declares queues that belong to no connection and go with their last consumer, as kombu before
   * 5.7 does. RabbitMQ 4 may refuse such queues.
   */
  public MailboxBuilder sharedQueues() {
    durable = false;
    exclusive = false;
    return this;
  }

  /** The time that peers are told. Default: the system's. */
  public MailboxBuilder time(Clock time) {
    this.time = requireNonNull(time, "time");
    return this;
  }

  /** The monotonic clock that time-outs are measured by. Default: the JVM's. */
  public MailboxBuilder nanos(LongSupplier nanos) {
    this.nanos = requireNonNull(nanos, "nanos");
    return this;
  }

  /** Makes the mailbox; nothing is opened or declared yet. */
  public Mailbox build() {
    return new Mailbox(this);
  }

  Connection connection() {
    return connection;
  }

  LamportClock clock() {
    return clock;
  }

  List<String> accept() {
    return accept;
  }

  @Nullable String serializer() {
    return serializer;
  }

  @Nullable ProducerPool producers() {
    return producers;
  }

  MatcherRegistry matchers() {
    return matchers;
  }

  MailboxQueues queues() {
    return new MailboxQueues(
        namespace, type, exclusive, durable, ttl, expires, replyTtl, replyExpires);
  }

  Clock time() {
    return time;
  }

  LongSupplier nanos() {
    return nanos;
  }
}
