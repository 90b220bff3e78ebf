package io.github.celeryjava.kombu;

import org.jspecify.annotations.Nullable;

/**
 * What a program does with a message. Called inside {@link Connection#drainEvents}, on the thread
 * that calls it, one message at a time; while a handler runs, nothing else of that connection is
 * handled.
 */
@FunctionalInterface
public interface MessageHandler {

  /**
   * Handles one message. Settling it is the handler's duty, now or later, here or on another
   * thread, unless the queue is consumed without acknowledgements.
   *
   * <p>What it throws leaves {@code drainEvents}; the message stays unsettled.
   *
   * @param body the decoded body; null if it was JSON's null
   * @param message the message it came in
   */
  void handle(@Nullable Object body, Message message);

  /** A handler that calls this one and then {@code next}, unless this one throws. */
  default MessageHandler andThen(MessageHandler next) {
    return (body, message) -> {
      handle(body, message);
      next.handle(body, message);
    };
  }
}
