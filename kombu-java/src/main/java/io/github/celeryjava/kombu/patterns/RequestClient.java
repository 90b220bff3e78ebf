package io.github.celeryjava.kombu.patterns;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.ConsumerLoop;
import io.github.celeryjava.kombu.ConsumerLoopBuilder;
import io.github.celeryjava.kombu.ConsumerLoopListener;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.TypeRef;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests and completes a future with the answer to each. Thread-safe; any number of
 * requests may be under way.
 *
 * <pre>{@code
 * try (RequestClient client = RequestClient.of(connection)) {
 *   CompletableFuture<Message> answer =
 *       client.request(30, PublishOptions.to("fibonacci"), Duration.ofSeconds(5));
 * }
 * }</pre>
 *
 * <p>Answers come to a queue of the client's own, named in {@code reply_to}, under the request's
 * correlation id. The queue outlives a lost connection, so an answer that comes meanwhile is not
 * lost; it is deleted on {@link #close} and expires five minutes after a client that was killed.
 * The answering side is a consumer that calls {@link Producer#reply}, or {@code
 * kombu.common.send_reply} in Python.
 *
 * <p>The client has two connections, made like the one that it is given, and a thread that starts
 * with the first request.
 */
public final class RequestClient implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestClient.class);
  private static final Duration QUEUE_LIFETIME = Duration.ofMinutes(5);

  private final Connection sending;
  private final Producer producer;
  private final Queue answers;
  private final ConsumerLoop loop;
  private final ScheduledExecutorService timer = Threads.onDemand("kombu-request-time-outs");
  private final ConcurrentMap<String, CompletableFuture<Message>> pending =
      new ConcurrentHashMap<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final List<Runnable> unsent = new ArrayList<>(); // in order, until answers can come
  private boolean started;
  private boolean ready;
  private boolean closed;
  private @Nullable RuntimeException over; // why no request can be made

  private RequestClient(Connection template, String @Nullable [] accept) {
    sending = template.copy();
    producer = sending.producer().build();
    answers = Queue.builder("answers." + UUID.randomUUID()).expires(QUEUE_LIFETIME).build();
    ConsumerLoopBuilder receiving =
        ConsumerLoop.builder(template)
            .queue(answers)
            .noAck()
            .handler((body, message) -> answered(message))
            .listener(new Listening());
    loop = (accept == null ? receiving : receiving.accept(accept)).build();
  }

  /**
   * Connects nothing yet. Answers may be what the registry of the connection has enabled: JSON, and
   * text without a serializer, unless somebody enabled more.
   */
  public static RequestClient of(Connection template) {
    return new RequestClient(requireNonNull(template, "template"), null);
  }

  /**
   * Connects nothing yet.
   *
   * @param accept content types, or names of serializers, that answers may have
   */
  public static RequestClient of(Connection template, String... accept) {
    return new RequestClient(requireNonNull(template, "template"), accept.clone());
  }

  /**
   * Sends a request; never waits. It is sent once answers can be received, and expires with the
   * time-out unless the options say otherwise, so that nobody works for a caller who is gone.
   *
   * @param options where to; {@code reply_to} and correlation id are the client's. Where the broker
   *     tells, a request that reaches no queue fails at once
   * @param timeout how long the answer may take from now on
   * @return completes with the answer, undecoded, on the client's thread, so what follows must not
   *     take long; exceptionally with a {@link TimeoutException}, or an {@link
   *     OperationalException} if the request could not be sent or the client was closed. Cancelling
   *     it forgets the request
   */
  public CompletableFuture<Message> request(
      @Nullable Object body, PublishOptions options, Duration timeout) {
    requireNonNull(options, "options");
    CompletableFuture<Message> answer = new CompletableFuture<>();
    String id = UUID.randomUUID().toString();
    Runnable sending = () -> send(body, asking(options, id, timeout), answer);
    lock.lock();
    try {
      if (over != null) {
        answer.completeExceptionally(over);
        return answer;
      }
      await(id, answer, options, timeout);
      if (!ready) {
        unsent.add(sending);
        start();
        return answer;
      }
    } finally {
      lock.unlock();
    }
    sending.run(); // never waits
    return answer;
  }

  /**
   * Sends a request whose answer is to have a type, as {@link Message#as} makes it.
   *
   * @return as the other form; exceptionally also with a {@code SerializationException} for an
   *     answer that does not fit. The value is null if the answer was JSON's null
   */
  public <T> CompletableFuture<@Nullable T> request(
      @Nullable Object body, PublishOptions options, Duration timeout, Class<T> type) {
    return request(body, options, timeout).thenApply(message -> message.as(type));
  }

  /** The same for an answer of a type with parameters, such as a list of something. */
  public <T> CompletableFuture<@Nullable T> request(
      @Nullable Object body, PublishOptions options, Duration timeout, TypeRef<T> type) {
    return request(body, options, timeout).thenApply(message -> message.as(type));
  }

  /** How many requests have no answer yet. */
  public int pending() {
    return pending.size();
  }

  /** Fails the requests that have no answer, deletes the queue of answers, and ends the client. */
  @Override
  public void close() {
    boolean running;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      running = started;
    } finally {
      lock.unlock();
    }
    end(closedException());
    loop.stop();
    if (running) {
      ended.join();
      deleteAnswers();
    }
    timer.shutdownNow();
    producer.close();
    sending.close();
  }

  private void deleteAnswers() {
    if (sending.isConnected()) {
      try {
        sending.defaultChannel().deleteQueue(answers.name());
      } catch (OperationalException e) {
        sending.abort(); // the queue expires by itself
      }
    }
  }

  /** Only with the lock. */
  private void await(
      String id, CompletableFuture<Message> answer, PublishOptions options, Duration timeout) {
    pending.put(id, answer);
    ScheduledFuture<?> limit =
        timer.schedule(
            () -> answer.completeExceptionally(tooLate(options, timeout)),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    CompletableFuture<?> unused =
        answer.whenComplete(
            (message, error) -> {
              pending.remove(id);
              limit.cancel(false);
            });
  }

  private void send(
      @Nullable Object body, PublishOptions options, CompletableFuture<Message> answer) {
    if (answer.isDone()) {
      return; // too late, or nobody wants it any more
    }
    try {
      CompletableFuture<?> unused =
          producer
              .publishAsync(body, options)
              .whenComplete(
                  (nothing, error) -> {
                    if (error != null) {
                      answer.completeExceptionally(unwrapped(error));
                    }
                  });
    } catch (RuntimeException e) { // a body that cannot be encoded
      answer.completeExceptionally(e);
    }
  }

  private PublishOptions asking(PublishOptions options, String id, Duration timeout) {
    MessageProperties.Builder properties =
        options.properties().toBuilder().correlationId(id).replyTo(answers.name());
    if (options.properties().expiration() == null) {
      properties.expiration(timeout);
    }
    Boolean mandatory = options.mandatory();
    return new PublishOptions(
        options.exchange(),
        options.routingKey(),
        mandatory == null ? sending.capabilities().contains(Capability.MANDATORY) : mandatory,
        options.headers(),
        properties.build(),
        options.serializer(),
        options.compression(),
        options.declare(),
        options.timeout(),
        options.retryPolicy());
  }

  /** Only with the lock. */
  private void start() {
    if (!started) {
      started = true;
      Threads.platform("kombu-requests " + answers.name(), this::listen).start();
    }
  }

  /** What is to be sent next; once there is nothing, requests are sent by those who make them. */
  private List<Runnable> nextUnsent() {
    lock.lock();
    try {
      List<Runnable> next = List.copyOf(unsent);
      unsent.clear();
      ready = next.isEmpty();
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void listen() {
    try {
      loop.run();
      end(closedException());
    } catch (RuntimeException e) { // a broker that refuses for good
      log.error("{} receives no answers any more", sending.description(), e);
      end(e);
    } finally {
      ended.complete(null);
    }
  }

  /** Fails what waits and what comes, with the first cause. */
  private void end(RuntimeException cause) {
    lock.lock();
    try {
      if (over == null) {
        over = cause;
      }
    } finally {
      lock.unlock();
    }
    List.copyOf(pending.values()).forEach(answer -> answer.completeExceptionally(cause));
  }

  private void answered(Message message) {
    String id = message.properties().correlationId();
    CompletableFuture<Message> answer = id == null ? null : pending.get(id);
    if (answer != null) { // else it came too late
      answer.complete(message);
    }
  }

  private static Throwable unwrapped(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }

  private static TimeoutException tooLate(PublishOptions options, Duration timeout) {
    return new TimeoutException(
        "no answer to the request to '" + options.routingKey() + "' came within " + timeout);
  }

  private static OperationalException closedException() {
    return OperationalException.refused("the client for requests is closed", 0, null);
  }

  /** Learns when answers can come. */
  private final class Listening implements ConsumerLoopListener {

    @Override
    public void consumeReady(Connection connection, List<Consumer> consumers) {
      for (List<Runnable> next = nextUnsent(); !next.isEmpty(); next = nextUnsent()) {
        next.forEach(Runnable::run);
      }
    }
  }
}
