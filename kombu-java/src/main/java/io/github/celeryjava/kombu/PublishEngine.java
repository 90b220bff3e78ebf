package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the messages of one producer to the broker. Thread-safe; publishing never waits.
 *
 * <p>There are two ways. On the short one, taken while nothing stands in the way, the calling
 * thread hands the message to the transport. A message that needs something first – a connection, a
 * declaration, a broker that is not blocked, room in the window, another attempt – takes the long
 * one: it joins the <i>backlog</i>, which the publishing thread works off in order. As long as
 * there is a backlog everything joins it, so that messages of one thread are not overtaken.
 *
 * <p>If the broker closes the channel because of one message, for an exchange that does not exist,
 * all unconfirmed messages fail with it and nothing says which was to blame. Each is sent once more
 * with a channel to itself, so that only the guilty one fails.
 */
final class PublishEngine {

  private static final int NO_ROUTE = 312;

  private static final Logger log = LoggerFactory.getLogger(Producer.class);

  /** How long to wait for a transport that is full; it writes megabytes meanwhile. */
  private static final Duration ROOM_WAIT = Duration.ofMillis(20);

  private record Outlet(Link link, Channel channel) {}

  private final Connection connection;
  private final Timing timing;
  private final TrafficListener traffic;
  private final int window;
  private final @Nullable ReturnListener returns;
  private final Executor thread = Threads.onDemand("kombu-publish");
  private final Queue<Publication> backlog = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger(); // size of the backlog
  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicInteger unsettled = new AtomicInteger();
  private final AtomicReference<@Nullable Runnable> whenQuiet = new AtomicReference<>();
  private final AtomicBoolean woken = new AtomicBoolean();

  // Mutable state
  private volatile @Nullable Outlet outlet; // written by the publishing thread
  private volatile boolean closed;

  /**
   * @param window most messages given to the transport and not answered; more wait here
   */
  PublishEngine(Connection connection, int window, @Nullable ReturnListener returns) {
    this.connection = connection;
    this.timing = connection.settings().timing();
    this.traffic = connection.settings().traffic();
    this.window = window;
    this.returns = returns;
  }

  int window() {
    return window;
  }

  /** Hears the outcome of each message. */
  void settled(Publication publication, @Nullable KombuException error) {
    tell(publication, error);
    if (unsettled.decrementAndGet() == 0 && whenQuiet.get() != null) {
      thread.execute(this::beQuiet);
    }
  }

  /** Has {@code action} run once, as soon as there is no message without an outcome. */
  void whenQuiet(Runnable action) {
    whenQuiet.set(action);
    if (unsettled.get() == 0) {
      beQuiet();
    }
  }

  private void beQuiet() {
    Runnable action = whenQuiet.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }

  private void tell(Publication publication, @Nullable KombuException error) {
    if (Traffic.NONE.equals(traffic)) {
      return; // spares a look at the clock for every message
    }
    if (error == null) {
      traffic.confirmed(publication.destination(), timing.nanos() - publication.retries().start());
    } else {
      traffic.failed(publication.destination(), error);
    }
  }

  /** Hands a message that reached no queue to whoever wants those. */
  void refused(Destination to, TransportMessage message, MessageRefusedException reason) {
    if (returns != null && reason.replyCode() == NO_ROUTE) {
      connection.callbacks().execute(() -> handOver(returns, to, message, reason));
    }
  }

  private static void handOver(
      ReturnListener listener,
      Destination to,
      TransportMessage message,
      MessageRefusedException reason) {
    try {
      listener.returned(new OutgoingMessage(to, message), reason);
    } catch (RuntimeException e) { // of a user
      log.error("A return listener failed, going on without it", e);
    }
  }

  void publish(Publication publication) {
    unsettled.incrementAndGet();
    if (waiting.get() == 0 && unanswered.get() < window) {
      Outlet ready = outlet;
      if (ready != null && isReady(ready, publication)) {
        write(ready.channel, publication);
        return;
      }
    }
    enqueue(publication);
  }

  /** Waits until the outcome is known or the deadline has passed, which then is the outcome. */
  void await(Publication publication) {
    if (!timing.await(publication, publication.retries().deadline())) {
      publication.expired();
    }
    Outcomes.of(publication);
  }

  /** Takes the transport's answer to one attempt, on any thread. */
  void answered(Publication publication, @Nullable Throwable error) {
    if (unanswered.decrementAndGet() <= window / 2 && waiting.get() > 0) {
      wake();
    }
    if (error == null) {
      publication.confirmed();
    } else if (error instanceof OperationalException refusal) {
      failed(publication, refusal);
    } else if (error instanceof LimitExceededException full) {
      noRoom(publication, full);
    } else if (error instanceof KombuException failure) {
      publication.failed(failure);
    } else {
      publication.failed(OperationalException.refused("publishing failed: " + error, 0, error));
    }
  }

  void close() {
    closed = true;
    Outlet last = outlet;
    if (last != null) {
      last.channel.close();
    }
    wake();
  }

  boolean isClosed() {
    return closed || connection.isClosed();
  }

  private static boolean isReady(Outlet ready, Publication publication) {
    return ready.channel.isOpen()
        && !ready.link.isBlocked()
        && ready.link.hasDeclared(publication.declare());
  }

  private void write(Channel channel, Publication publication) {
    TransportMessage message = publication.message();
    if (message == null) {
      return; // its time was up
    }
    unanswered.incrementAndGet();
    publication.wasWritten();
    traffic.published(publication.destination(), message.body().length);
    CompletableFuture<@Nullable Void> answer;
    try {
      answer = channel.publish(publication.destination(), message);
    } catch (RuntimeException e) { // it cannot be encoded; or a transport that breaks its contract
      answered(publication, e);
      return;
    }
    CompletableFuture<@Nullable Void> unused = answer.whenComplete(publication);
  }

  private void failed(Publication publication, OperationalException error) {
    if (publication.isDone()) {
      return;
    }
    if (error.isUnsent()) {
      postpone(publication, error, Duration.ZERO);
    } else if (error.isRecoverable()) {
      try {
        publication.retries().callFailed(error, timing.nanos());
      } catch (OperationalException last) {
        publication.failed(last);
        return;
      }
      publication.failedForNow(error);
      enqueue(publication);
    } else if (error instanceof MessageRefusedException || publication.isAlone()) {
      forgetDeclared(publication);
      publication.failed(error);
    } else {
      publication.sendAlone();
      enqueue(publication);
    }
  }

  /** A transport that holds as many bytes as it may is like a full window: there will be room. */
  private void noRoom(Publication publication, LimitExceededException cause) {
    if (!publication.isDone()) {
      postpone(publication, cause, ROOM_WAIT);
    }
  }

  private void postpone(Publication publication, KombuException cause, Duration wait) {
    publication.failedForNow(cause);
    if (publication.retries().postpone(wait, timing.nanos())) {
      enqueue(publication);
    } else {
      publication.failed(cause);
    }
  }

  /** A queue that somebody deleted is declared again by the next message that asks for it. */
  private void forgetDeclared(Publication publication) {
    Link now = connection.currentLink();
    if (now != null) {
      now.forgetDeclared(publication.declare());
    }
  }

  private void enqueue(Publication publication) {
    waiting.incrementAndGet();
    backlog.add(publication);
    wake();
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      thread.execute(this::workOff);
    }
  }

  private void workOff() {
    woken.set(false);
    Publication next;
    while ((next = backlog.peek()) != null) {
      if (!next.isDone() && unanswered.get() >= window) {
        return; // an answer wakes this thread again
      }
      try {
        send(next);
      } catch (RuntimeException e) { // a transport is somebody else's code
        next.failed(OperationalException.refused("publishing failed: " + e, 0, e));
      } finally {
        backlog.poll();
        waiting.decrementAndGet();
      }
    }
  }

  private void send(Publication publication) {
    if (publication.isDone()) {
      return;
    }
    if (closed) {
      publication.failed(OperationalException.refused("the producer is closed", 0, null));
      return;
    }
    try {
      boolean unused =
          connection.ensureLink(publication.retries(), link -> attempt(link, publication));
    } catch (KombuException e) {
      publication.failed(e);
    }
  }

  private boolean attempt(Link link, Publication publication) {
    if (publication.isDone()) {
      return false;
    }
    if (!timing.await(link.unblockedFuture(), publication.retries().deadline())) {
      publication.expired();
      return false;
    }
    publication.declare().forEach(link::declare);
    if (publication.isAlone()) {
      sendAlone(link, publication);
    } else {
      write(outlet(link).channel, publication);
    }
    return true;
  }

  private Outlet outlet(Link link) {
    Outlet last = outlet;
    if (last != null && last.link == link && last.channel.isOpen()) {
      return last;
    }
    Outlet opened = new Outlet(link, link.openChannel(ChannelPurpose.PUBLISHING));
    outlet = opened;
    return opened;
  }

  private void sendAlone(Link link, Publication publication) {
    TransportMessage message = publication.message();
    if (message == null) {
      return;
    }
    try (Channel own = link.openChannel(ChannelPurpose.PUBLISHING)) {
      traffic.published(publication.destination(), message.body().length);
      CompletableFuture<@Nullable Void> answer = own.publish(publication.destination(), message);
      unanswered.incrementAndGet();
      boolean unused = timing.await(answer, publication.retries().deadline());
      CompletableFuture<@Nullable Void> unusedToo = answer.whenComplete(publication);
    }
  }
}
