package io.github.celeryjava.kombu;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a program does with a message that it is done with later. */
@FunctionalInterface
public interface AsyncMessageHandler {

  /**
   * Begins to handle one message.
   *
   * @param body the decoded body; null if it was JSON's null
   * @param message the message it came in
   * @return completes when the message is done with; exceptionally means that handling it failed
   */
  CompletionStage<?> handle(@Nullable Object body, Message message);
}
