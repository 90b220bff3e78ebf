package io.github.celeryjava.kombu.pidbox;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.protocol.PidboxMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one queue on which a mailbox receives answers, for any number of calls at a time.
 * Thread-safe.
 *
 * <p>It is listened to as long as there are calls, and for as long as the queue would live unused
 * afterwards; then the queue is deleted and the connection closed, until the next call. A listener
 * is a thread with a connection of its own; all callers share one.
 */
final class ReplyCollector implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Connection template;
  private final Queue queue;
  private final Duration linger;
  private final String[] accept;
  private final LamportClock clock;
  private final Clock time;
  private final LongSupplier nanos;
  private final ConcurrentMap<String, PendingCall> calls = new ConcurrentHashMap<>();

  /** In the order of the calls, for answers that bear no ticket. */
  private final ConcurrentSkipListMap<Long, PendingCall> inOrder = new ConcurrentSkipListMap<>();

  private final AtomicLong numbers = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private @Nullable Listener listener;
  private boolean closed;

  ReplyCollector(MailboxBuilder settings, String oid) {
    template = settings.connection();
    queue = settings.queues().replies(oid);
    linger = settings.queues().replyExpires();
    accept = settings.accept().toArray(String[]::new);
    clock = settings.clock();
    time = settings.time();
    nanos = settings.nanos();
  }

  /**
   * Takes answers for a call until it is done, whenever it was sent.
   *
   * @return completes once answers can come; exceptionally if that is refused
   */
  CompletableFuture<@Nullable Void> expect(PendingCall call) {
    long number = numbers.incrementAndGet();
    calls.put(call.ticket(), call);
    inOrder.put(number, call);
    var unused =
        call.done()
            .whenComplete(
                (replies, error) -> {
                  calls.remove(call.ticket());
                  inOrder.remove(number);
                });
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(
            OperationalException.refused("the mailbox is closed", 0, null));
      }
      Listener current = listener;
      if (current == null || !current.stays()) {
        current =
            new Listener(current == null ? CompletableFuture.completedFuture(null) : current.ended);
        listener = current;
        Threads.platform("kombu-pidbox-replies", current::run).start();
      }
      return current.ready;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the calls with what has come for them, and the listening. */
  @Override
  public void close() {
    Listener last;
    lock.lock();
    try {
      closed = true;
      last = listener;
    } finally {
      lock.unlock();
    }
    calls.values().forEach(PendingCall::end);
    if (last != null) {
      last.stop();
    }
  }

  private void received(@Nullable Object body, Message message) {
    Map<String, @Nullable Object> headers = message.headers();
    clock.adjust(PidboxMessage.clock(headers));
    if (PidboxMessage.isExpired(headers, time.instant())) {
      return;
    }
    PendingCall call = callOf(PidboxMessage.ticket(headers));
    if (call == null || !(body instanceof Map<?, ?> replies)) {
      log.debug("Nobody waits for this reply: {}", message);
      return;
    }
    replies.forEach((hostname, value) -> call.received(new Reply(String.valueOf(hostname), value)));
  }

  private @Nullable PendingCall callOf(@Nullable String ticket) {
    if (ticket != null) {
      return calls.get(ticket);
    }
    Map.Entry<Long, PendingCall> oldest = inOrder.firstEntry();
    return oldest == null ? null : oldest.getValue();
  }

  /** One thread with one connection. */
  private final class Listener {

    private final CompletableFuture<@Nullable Void> earlier;
    private final Connection connection = template.copy();
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Consumer consumer =
        connection
            .consumer()
            .queue(queue)
            .noAck()
            .accept(accept)
            .handler(ReplyCollector.this::received)
            .build();

    // Mutable state
    private long neededAt = nanos.getAsLong(); // this thread's, but for stays()
    private boolean over; // guarded by lock

    /**
     * @param earlier the end of the listener before, which holds the queue until then
     */
    Listener(CompletableFuture<@Nullable Void> earlier) {
      this.earlier = earlier;
    }

    /** Whether it listens long enough for one more call; called with the lock held. */
    boolean stays() {
      return !over && !ready.isCompletedExceptionally();
    }

    void run() {
      try {
        earlier.join();
        while (!isOver()) {
          listen();
        }
      } catch (RuntimeException e) { // a broker that refuses, or a mistake of ours
        ready.completeExceptionally(e);
        log.debug("Cannot listen for replies", e);
      } finally {
        end();
      }
    }

    void stop() {
      stopped.countDown();
      connection.execute(() -> {});
    }

    private void listen() {
      try {
        if (!consumer.isConsumingFrom(queue.name())) {
          connection.ensure(
              template.retryPolicy(),
              template.options().connectTimeout(),
              channel -> {
                consumer.consume();
                return true;
              });
        }
        ready.complete(null);
        connection.drainEvents(LOOK_EVERY);
      } catch (OperationalException e) {
        if (!e.isRecoverable() && !ready.isDone()) {
          throw e;
        }
        log.debug("Lost what listens for replies, trying again", e);
        if (!e.isRecoverable()) {
          pause();
        }
      }
    }

    /** A broker that refuses what it took before may do so for a while. */
    private void pause() {
      try {
        boolean unused = stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while waiting to listen again", e);
      }
    }

    /** Decides, for good, whether the listener is needed no more. */
    private boolean isOver() {
      lock.lock();
      try {
        if (!calls.isEmpty()) {
          neededAt = nanos.getAsLong();
        }
        over = stopped.getCount() == 0 || nanos.getAsLong() - neededAt >= linger.toNanos();
        return over;
      } finally {
        lock.unlock();
      }
    }

    private void end() {
      try {
        consumer.cancel();
        if (connection.isConnected()) {
          connection.defaultChannel().deleteQueue(queue.name());
        }
      } catch (OperationalException e) {
        log.debug("Could not delete the queue for replies, it will expire", e);
      } finally {
        connection.close();
        ended.complete(null);
      }
    }
  }
}
