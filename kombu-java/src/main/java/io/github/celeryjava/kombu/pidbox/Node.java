package io.github.celeryjava.kombu.pidbox;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.MessageHandler;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import io.github.celeryjava.kombu.protocol.ErrorText;
import io.github.celeryjava.kombu.protocol.PidboxMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who takes commands under a name. Handlers may be added by any thread at any time; commands
 * are carried out on the thread that drains the connection which is listened on.
 *
 * <p>A command that is unknown or fails is answered with {@code {"error": …}} and logged; no
 * command, however malformed, ends the node.
 *
 * <p>Named after {@code kombu.pidbox.Node}; made by {@link Mailbox#node}.
 *
 * @param <S> what its commands are given
 */
public final class Node<S> {

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final String hostname;
  private final S state;
  private final MailboxBuilder settings;
  private final LamportClock clock;
  private final MatcherRegistry matchers;
  private final PidboxPublisher publisher;
  private final ConcurrentMap<String, NodeHandler<S>> handlers = new ConcurrentHashMap<>();

  Node(String hostname, S state, MailboxBuilder settings, PidboxPublisher publisher) {
    this.hostname = requireNonNull(hostname, "hostname");
    this.state = requireNonNull(state, "state");
    this.settings = settings;
    this.clock = settings.clock();
    this.matchers = settings.matchers();
    this.publisher = publisher;
  }

  public String hostname() {
    return hostname;
  }

  /** Adds a command; one of the same name is replaced. */
  public Node<S> handler(String method, NodeHandler<S> handler) {
    handlers.put(requireNonNull(method, "method"), requireNonNull(handler, "handler"));
    return this;
  }

  /** Listens for commands, which are carried out as they come. */
  public NodeListening listen(Connection connection) {
    return listen(connection, this::handleMessage);
  }

  /**
   * Listens for commands.
   *
   * <p>Returns at once; the queue is declared and consumed on a thread of the node. Where another
   * connection still holds the queue, as one that died without the broker knowing does, that is
   * tried again and again while everything else goes on.
   *
   * @param connection whose {@link Connection#drainEvents} carries commands out; a program that
   *     opens another one after a loss listens on that again
   * @param callback what to do with each command, most often something around {@link
   *     #handleMessage}
   */
  public NodeListening listen(Connection connection, MessageHandler callback) {
    NodeListening listening =
        new NodeListening(
            hostname, settings.queues().node(hostname), settings.accept(), connection, callback);
    listening.start();
    return listening;
  }

  /**
   * Carries a command out if it is for this node, and answers if an answer is wanted. Never throws.
   */
  public void handleMessage(@Nullable Object body, Message message) {
    clock.adjust(PidboxMessage.clock(message.headers()));
    PidboxMessage request;
    try {
      request = PidboxMessage.read(body);
      if (!isMeant(request)) {
        return;
      }
    } catch (SerializationException e) {
      log.error("Passed over a message that is no command: {}. {}", e.getMessage(), message.dump());
      return;
    } catch (RuntimeException e) { // of a matcher that is not there, or cannot make sense of it
      log.error("Passed over a command whose destination makes no sense: {}", e.getMessage());
      return;
    }
    dispatch(request);
  }

  /**
   * Carries a command out, whoever it is for; nobody is answered.
   *
   * @return what an answer would hold
   */
  public @Nullable Object dispatch(String method, Map<String, @Nullable Object> arguments) {
    NodeHandler<S> handler = handlers.get(method);
    if (handler == null) {
      log.error("No such control command: {}", method);
      return PidboxMessage.error(ErrorText.of("KeyError", method));
    }
    try {
      return handler.handle(state, arguments);
    } catch (Exception e) { // of a user
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      log.error("pidbox command error: {}", method, e);
      return PidboxMessage.error(ErrorText.of(e));
    }
  }

  private void dispatch(PidboxMessage request) {
    log.debug("pidbox received method {} [ticket:{}]", request.method(), request.ticket());
    Object result = dispatch(request.method(), request.arguments());
    PidboxMessage.ReplyTo to = request.replyTo();
    if (to != null) {
      reply(result, to, request.ticket());
    }
  }

  private void reply(@Nullable Object result, PidboxMessage.ReplyTo to, @Nullable String ticket) {
    var unused =
        publisher
            .reply(PidboxMessage.reply(hostname, result), to, ticket)
            .exceptionally(
                error -> {
                  replyFailed(error, to, ticket);
                  return null;
                });
  }

  /** A result that has no form is an error of the command; all else nobody can be told. */
  private void replyFailed(Throwable error, PidboxMessage.ReplyTo to, @Nullable String ticket) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof SerializationException unencodable) {
      log.error("pidbox command error: its result cannot be encoded", unencodable);
      reply(PidboxMessage.error(ErrorText.of("EncodeError", cause.getMessage())), to, ticket);
    } else {
      log.warn(
          "Could not answer a command: {}",
          cause instanceof KombuException ? cause.getMessage() : cause.toString());
    }
  }

  private boolean isMeant(PidboxMessage request) {
    List<String> destination = request.destination();
    if (destination != null && !destination.isEmpty()) {
      return destination.contains(hostname);
    }
    String pattern = request.pattern();
    String matcher = request.matcher();
    if (pattern == null || pattern.isEmpty() || matcher == null || matcher.isEmpty()) {
      return true;
    }
    return matchers.matches(hostname, pattern, matcher);
  }
}
