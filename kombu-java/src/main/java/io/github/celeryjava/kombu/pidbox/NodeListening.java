package io.github.celeryjava.kombu.pidbox;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.MessageHandler;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.QueueStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Node} that listens on one connection, until it is closed or the connection is lost.
 * Thread-safe; declaring and consuming happen on a thread of its own, commands on the one that
 * drains the connection.
 */
public final class NodeListening implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private static final int LOCKED = 405;
  private static final int NOT_FOUND = 404;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final String hostname;
  private final Queue queue;
  private final Connection connection;
  private final Consumer consumer;
  private final ScheduledExecutorService thread = Threads.onDemand("kombu-pidbox");
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();

  // Mutable state, own thread only
  private Duration wait = FIRST_WAIT;
  private boolean told;

  // Mutable state
  private final AtomicBoolean closed = new AtomicBoolean();

  NodeListening(
      String hostname,
      Queue queue,
      List<String> accept,
      Connection connection,
      MessageHandler callback) {
    this.hostname = hostname;
    this.queue = queue;
    this.connection = connection;
    this.consumer =
        connection
            .consumer()
            .queue(queue)
            .withoutDeclaring()
            .noAck()
            .accept(accept.toArray(String[]::new))
            .handler(callback)
            .build();
  }

  void start() {
    thread.execute(this::attempt);
  }

  /**
   * Completes once commands can come, exceptionally if the broker refuses that for good. On a
   * thread of the node.
   */
  public CompletableFuture<@Nullable Void> ready() {
    return ready.copy();
  }

  /** Stops listening; commands that were received and not begun are forgotten. Returns at once. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      thread.execute(this::end);
    }
  }

  private void end() {
    consumer.close();
    ready.completeExceptionally(
        OperationalException.refused("node " + hostname + " listens no more", 0, null));
    thread.shutdown();
  }

  private void attempt() {
    if (closed.get()) {
      return;
    }
    try {
      declare();
      consumer.consume();
      ready.complete(null);
    } catch (OperationalException e) {
      if (e.replyCode() == LOCKED) {
        tell();
        attemptLater();
      } else if (e.isRecoverable() || e.replyCode() == NOT_FOUND) { // gone since it was declared
        log.debug("Cannot listen for commands to {} yet", hostname, e);
        attemptLater();
      } else {
        refused(e);
      }
    } catch (Throwable e) { // a transport's, or a mistake of ours: nobody else would hear of it
      refused(e);
    }
  }

  private void refused(Throwable error) {
    log.error("Node {} does not listen for commands", hostname, error);
    ready.completeExceptionally(error);
  }

  /** On a channel of its own, which the broker closes if it refuses. */
  private void declare() {
    try (Channel channel = connection.channel()) {
      QueueStatus status = channel.declare(queue);
      if (status.consumers() > 0) {
        log.warn(
            "A node named {} is already using its mailbox. Make sure that each node has a name of"
                + " its own, and that the other one was stopped.",
            hostname);
      }
    }
  }

  private void attemptLater() {
    var unused = thread.schedule(this::attempt, wait.toNanos(), TimeUnit.NANOSECONDS);
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
  }

  private void tell() {
    if (!told) {
      told = true;
      log.warn(
          "Another connection holds the mailbox of node {}: a node of the same name, or an earlier"
              + " connection of this one that the broker has not given up yet. Trying again.",
          hostname);
    }
  }
}
