package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The futures of {@link Producer#publishAsync}: completed on the callback thread, so that what
 * users hang on them never runs on a transport's, and failed when their deadline passes.
 * Thread-safe.
 *
 * <p>Deadlines are looked at every few milliseconds as long as there are messages on their way; a
 * timer for each message would cost more than sending it.
 */
final class AsyncPublications {

  /** Most messages without an outcome; a program that runs further ahead is told so. */
  static final int LIMIT = 100_000;

  private static final int LOOK_EVERY_MILLIS = 25;

  private record Outcome(CompletableFuture<@Nullable Void> future, @Nullable KombuException error) {

    void tell() {
      if (error == null) {
        future.complete(null);
      } else {
        future.completeExceptionally(error);
      }
    }
  }

  private final Timing timing;
  private final ScheduledExecutorService callbacks;
  private final Queue<Publication> outstanding = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger(); // publications without an outcome
  private final AtomicBoolean looking = new AtomicBoolean();
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean telling = new AtomicBoolean();

  AsyncPublications(Connection connection) {
    timing = connection.settings().timing();
    callbacks = connection.callbacks();
  }

  /**
   * Starts one publication.
   *
   * @param start makes and sends the publication that reports to the listener it is given
   */
  CompletableFuture<@Nullable Void> start(Function<Publication.Listener, Publication> start) {
    CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
    if (count.incrementAndGet() > LIMIT) {
      count.decrementAndGet();
      tell(result, tooMany());
      return result;
    }
    Publication publication =
        start.apply(
            (settled, error) -> {
              count.decrementAndGet();
              tell(result, error);
            });
    if (!publication.isDone()) {
      outstanding.add(publication);
      look();
    }
    return result;
  }

  private void tell(CompletableFuture<@Nullable Void> future, @Nullable KombuException error) {
    outcomes.add(new Outcome(future, error));
    if (telling.compareAndSet(false, true)) {
      callbacks.execute(this::tellAll);
    }
  }

  private void tellAll() {
    telling.set(false);
    Outcome outcome;
    while ((outcome = outcomes.poll()) != null) {
      outcome.tell();
    }
  }

  private void look() {
    if (looking.compareAndSet(false, true)) {
      var unused = callbacks.schedule(this::expire, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void expire() {
    looking.set(false);
    long now = timing.nanos();
    for (Iterator<Publication> each = outstanding.iterator(); each.hasNext(); ) {
      Publication publication = each.next();
      if (!publication.isDone() && now - publication.retries().deadline() >= 0) {
        publication.expired();
      }
      if (publication.isDone()) {
        each.remove();
      }
    }
    if (!outstanding.isEmpty()) {
      look();
    }
  }

  private static LimitExceededException tooMany() {
    return new LimitExceededException(
        LIMIT + " messages of this producer are on their way, no more fit", null);
  }
}
