package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes until it is stopped, on a connection of its own that is opened again after each loss, no
 * more often than once a second. One thread {@linkplain #run runs} it; {@link #stop}, {@link
 * #prefetch}, {@link #qos} and {@link #producer} are for any thread.
 *
 * <p>Handlers run on the loop's thread, on threads of the loop's own or on an executor, no more of
 * them at a time than the prefetch count; what has been delivered beyond that waits in the loop.
 * While a handler runs, the headers that logs are searched by are in the MDC: {@code kombu.queue},
 * {@code kombu.delivery_tag}, {@code kombu.correlation_id}, {@code kombu.message_id}.
 *
 * <p><b>Ending.</b> A loop that is stopped, by {@link #stop} or by an interrupt of its thread,
 * takes no more messages, gives back those that no handler has begun, waits for the handlers that
 * run for as long as its grace allows, and closes its connection, which gives the rest back.
 *
 * <p>Named after {@code kombu.mixins.ConsumerMixin} and {@code ConsumerProducerMixin}.
 */
public final class ConsumerLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConsumerLoop.class);

  private static final Duration START_INTERVAL = Duration.ofSeconds(1);
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final ConsumerLoopBuilder settings;
  private final Connection template;
  private final Timing timing;
  private final LoopHandlers handlers;
  private final QoS qos;
  private final CompletableFuture<@Nullable Void> stopping = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final ReentrantLock producerLock = new ReentrantLock();

  // Mutable state
  private volatile @Nullable LoopSession session;
  private @Nullable Producer producer; // guarded by producerLock
  private boolean ending; // guarded by producerLock
  private @Nullable Long lastStart; // loop's thread only

  ConsumerLoop(ConsumerLoopBuilder settings) {
    this.settings = settings;
    this.template = settings.template();
    this.timing = template.settings().timing();
    this.qos =
        new QoS(this::applyPrefetch, settings.prefetch(), settings.maxPrefetch(), this::wake);
    this.handlers = new LoopHandlers(settings, qos, this::fail, this::wake);
  }

  /** Starts from a connection, whose settings the loop's own has; it is not consumed on itself. */
  public static ConsumerLoopBuilder builder(Connection template) {
    return new ConsumerLoopBuilder(template);
  }

  /**
   * Consumes until the loop is stopped.
   *
   * @throws OperationalException if the policy for connecting allows no other attempt
   * @throws IllegalStateException if the loop runs already or was stopped
   * @throws RuntimeException what a listener threw, or a handler under {@link FailurePolicy#STOP}
   */
  public void run() {
    begin();
    try {
      Allowance unlimited = new Allowance(Integer.MAX_VALUE, FOR_EVER, timing);
      while (!isStopping()) {
        consumeOnce(unlimited);
      }
    } finally {
      end();
    }
    throwFailure();
  }

  /**
   * Consumes no more than {@code limit} messages, and no longer than until none has come for {@code
   * idle}; waits for their handlers. For scripts and tests; may be called again.
   *
   * @return how many messages came
   * @throws RuntimeException as {@link #run}
   */
  public int consume(int limit, Duration idle) {
    begin();
    Allowance allowance = new Allowance(limit, idle, timing);
    try {
      while (!isStopping() && !allowance.isSpent()) {
        consumeOnce(allowance);
      }
    } finally {
      running.set(false);
      if (isStopping()) {
        end();
      }
    }
    throwFailure();
    return allowance.used();
  }

  /**
   * Runs the loop on a thread of its own; returns at once. What ends the loop is logged.
   *
   * @param name of the thread
   */
  public void start(String name) {
    Threads.platform(name, this::runLogging).start();
  }

  /** Has the loop end; returns at once. It cannot be run again. */
  public void stop() {
    if (stopping.complete(null)) {
      LoopSession current = session;
      if (current != null) {
        current.interrupt();
      }
      if (!running.get()) {
        end();
      }
    }
  }

  /**
   * Has the loop end and waits for that. An interrupt does not cut the wait short; the flag is
   * kept.
   *
   * @return whether it has ended within {@code wait}
   */
  public boolean stop(Duration wait) {
    stop();
    return timing.await(ended, timing.nanos() + wait.toNanos());
  }

  /** Has the loop end and waits for that, a little longer than handlers have. */
  @Override
  public void close() {
    boolean unused = stop(settings.grace().plus(template.options().callTimeout()));
  }

  /** Whether messages can come at the moment. */
  public boolean isConsuming() {
    LoopSession current = session;
    return current != null && current.isConsuming();
  }

  /** Changes the prefetch count, which the loop applies at once; 0 removes the limit. */
  public void prefetch(int count) {
    qos.set(count);
  }

  /** The prefetch count, for those who raise and lower it step by step; the loop applies it. */
  public QoS qos() {
    return qos;
  }

  /** Messages whose bodies could not be read, since this loop was made. */
  public long decodeErrors() {
    return handlers.decodeErrors();
  }

  /**
   * A producer on a second connection, so that a broker that takes no messages does not hold up
   * consuming. Opened when first used; closed with the loop.
   */
  public Producer producer() {
    producerLock.lock();
    try {
      if (ending) {
        throw new IllegalStateException("the loop has ended");
      }
      Producer known = producer;
      if (known == null) {
        known = template.copy().producer().build();
        producer = known;
      }
      return known;
    } finally {
      producerLock.unlock();
    }
  }

  private void begin() {
    if (isStopping() || !running.compareAndSet(false, true)) {
      throw new IllegalStateException(
          isStopping() ? "the loop was stopped" : "the loop runs already");
    }
    lastStart = null;
  }

  /** Once, whoever comes first: the loop's thread, or who stops a loop that does not run. */
  private void end() {
    stopping.complete(null);
    running.set(false);
    Producer last;
    producerLock.lock();
    try {
      if (ending) {
        return;
      }
      ending = true;
      last = producer;
    } finally {
      producerLock.unlock();
    }
    handlers.close();
    if (last != null) {
      last.close();
      last.connection().close();
    }
    ended.complete(null);
  }

  private boolean isStopping() {
    return stopping.isDone();
  }

  /** From one connection to its loss, or to the end. */
  private void consumeOnce(Allowance allowance) {
    awaitTurn();
    if (isStopping()) {
      return;
    }
    LoopSession current = new LoopSession(settings, template.copy(), handlers, stopping);
    session = current;
    try (current) {
      if (isStopping()) {
        return;
      }
      current.connect(FOR_EVER);
      current.consume(qos, allowance);
    } catch (OperationalException e) {
      if (isStopping()) {
        return;
      }
      if (!current.wasConnected()) {
        throw e;
      }
      if (e.isRecoverable()) {
        log.warn("Connection to broker lost, trying to re-establish it: {}", e.getMessage(), e);
      } else {
        log.error("The broker refuses to let us consume, trying again: {}", e.getMessage(), e);
      }
      settings.listeners().forEach(listener -> listener.connectionError(e));
    } finally {
      session = null;
      if (Thread.currentThread().isInterrupted()) {
        stop();
      }
    }
  }

  private void awaitTurn() {
    Long last = lastStart;
    if (last != null) {
      boolean unused = timing.await(stopping, last + START_INTERVAL.toNanos());
    }
    lastStart = timing.nanos();
  }

  private void applyPrefetch(int count) {
    LoopSession current = session;
    if (current != null) {
      current.prefetch(count);
    }
  }

  private void wake() {
    LoopSession current = session;
    if (current != null) {
      current.wake();
    }
  }

  /** Ends the loop because of what happened in a handler. */
  private void fail(Throwable error) {
    if (!failure.compareAndSet(null, error) || !running.get()) { // nobody will throw it
      log.error("The handler of a message failed", error);
    }
    stop();
  }

  private void throwFailure() {
    Throwable error = failure.get();
    if (error instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (error instanceof Error fatal) {
      throw fatal;
    }
    if (error != null) {
      throw new IllegalStateException("the handler of a message failed", error);
    }
  }

  private void runLogging() {
    try {
      run();
    } catch (RuntimeException e) { // nobody else would hear of it
      log.error("The loop has ended with an error", e);
    } catch (Error e) {
      log.error("The loop has ended with an error", e);
      throw e;
    }
  }
}
