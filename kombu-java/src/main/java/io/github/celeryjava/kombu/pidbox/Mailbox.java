package io.github.celeryjava.kombu.pidbox;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.protocol.PidboxMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to the {@link Node}s of a namespace and collects what they answer. Thread-safe;
 * answers to several calls at a time find their callers.
 *
 * <p>Answers come on a queue of this mailbox's own, with a connection and a thread that are there
 * only while they are needed. Commands reach the nodes that listen at the moment; a node that is
 * away hears nothing of them.
 *
 * <p>Named after {@code kombu.pidbox.Mailbox}, in which each thread has an address of its own and
 * hears nothing but what was sent to the first one's; here a mailbox has one.
 */
public final class Mailbox implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private final MailboxBuilder settings;
  private final MailboxQueues queues;
  private final String oid = UUID.randomUUID().toString();
  private final PidboxPublisher publisher;
  private final ReplyCollector collector;
  private final ScheduledExecutorService timer = Threads.onDemand("kombu-pidbox-timer");

  Mailbox(MailboxBuilder settings) {
    this.settings = settings;
    this.queues = settings.queues();
    this.publisher = new PidboxPublisher(settings);
    this.collector = new ReplyCollector(settings, oid);
  }

  /**
   * Starts from a namespace, which callers and nodes have to agree on.
   *
   * @param connection whose settings the mailbox's own have; it is not used itself
   */
  public static MailboxBuilder builder(String namespace, Connection connection) {
    return new MailboxBuilder(namespace, connection);
  }

  /**
   * A node of this mailbox, which does nothing before it listens.
   *
   * @param hostname its name, which no other node of the namespace may have
   * @param state what its commands are given
   */
  public <S> Node<S> node(String hostname, S state) {
    return new Node<>(hostname, state, settings, publisher);
  }

  /** The logical clock of this mailbox and its nodes. */
  public LamportClock clock() {
    return settings.clock();
  }

  /** The address of this mailbox, which answers are sent to. */
  public String oid() {
    return oid;
  }

  /**
   * Tells nodes without wanting an answer; waits until the broker has confirmed the command.
   *
   * @param command its limit does not count; its time-out is told in the message, as kombu does
   * @throws KombuException what {@link io.github.celeryjava.kombu.Producer} throws
   */
  public void cast(Command command) {
    join(publisher.request(request(command, null), command.timeout()));
  }

  /** Tells these nodes, as {@link #cast(Command)}. */
  public void cast(
      List<String> destination, String method, Map<String, ? extends @Nullable Object> arguments) {
    cast(Command.builder(method).arguments(arguments).to(destination).build());
  }

  /** Tells all nodes, as {@link #cast(Command)}. Named after kombu's {@code abcast}. */
  public void broadcast(String method, Map<String, ? extends @Nullable Object> arguments) {
    cast(Command.builder(method).arguments(arguments).build());
  }

  /**
   * Asks nodes and waits for their answers: until there are as many as the command wants, or none
   * has come for its time-out. An interrupt ends the wait with what has come; the flag is kept.
   *
   * @return the answers in the order they came, possibly none
   * @throws KombuException if the command could not be sent
   */
  public List<Reply> call(Command command) {
    PendingCall call = start(command);
    try {
      return call.done().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      call.end();
      return call.replies();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /** Asks these nodes, as {@link #call(Command)}. */
  public List<Reply> call(
      List<String> destination,
      String method,
      Map<String, ? extends @Nullable Object> arguments,
      Duration timeout) {
    return call(
        Command.builder(method).arguments(arguments).to(destination).timeout(timeout).build());
  }

  /** Asks all nodes, as {@link #call(Command)}; waits for no particular number of answers. */
  public List<Reply> multiCall(
      String method, Map<String, ? extends @Nullable Object> arguments, Duration timeout) {
    return call(Command.builder(method).arguments(arguments).timeout(timeout).build());
  }

  /**
   * Asks nodes without waiting.
   *
   * @return completes as {@link #call(Command)} returns or throws, on a thread of the mailbox;
   *     cancelling it cancels nothing
   */
  public CompletableFuture<List<Reply>> callAsync(Command command) {
    return start(command).done().copy();
  }

  /** Ends calls with what has come for them, and closes the mailbox's own connections. */
  @Override
  public void close() {
    collector.close();
    publisher.close();
  }

  private PendingCall start(Command command) {
    String ticket = UUID.randomUUID().toString();
    PendingCall call = new PendingCall(ticket, command, timer, settings.nanos());
    CompletableFuture<@Nullable Void> listening = collector.expect(call).copy();
    Future<?> limit =
        timer.schedule(
            () -> listening.completeExceptionally(notListening()),
            START_LIMIT.toMillis(),
            TimeUnit.MILLISECONDS);
    var unused =
        listening
            .whenComplete((ready, error) -> limit.cancel(false))
            .thenCompose(ready -> publisher.request(request(command, ticket), command.timeout()))
            .whenComplete(
                (sent, error) -> {
                  if (error == null) {
                    call.sent();
                  } else {
                    call.failed(failure(error));
                  }
                });
    return call;
  }

  private PidboxMessage request(Command command, @Nullable String ticket) {
    return new PidboxMessage(
        command.method(),
        command.arguments(),
        command.destination(),
        command.pattern(),
        command.matcher(),
        ticket,
        ticket == null ? null : new PidboxMessage.ReplyTo(queues.replyExchange().name(), oid));
  }

  private static void join(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      throw failure(e);
    }
  }

  private static RuntimeException failure(@Nullable Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof OperationalException known) {
      return known.toldHere();
    }
    if (cause instanceof RuntimeException known) {
      return known;
    }
    return new IllegalStateException("sending a command failed", cause); // none of ours
  }

  private static OperationalException notListening() {
    return OperationalException.lost("could not listen for replies within " + START_LIMIT, null);
  }
}
