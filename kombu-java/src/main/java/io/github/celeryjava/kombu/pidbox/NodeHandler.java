package io.github.celeryjava.kombu.pidbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command of a {@link Node}. Called on the thread that drains the node's connection; while it
 * runs, nothing else of that connection is handled.
 *
 * @param <S> the node's state
 */
@FunctionalInterface
public interface NodeHandler<S> {

  /**
   * Carries the command out.
   *
   * @param arguments what the caller gave, by name, as JSON has it
   * @return the answer, for callers who want one; anything the mailbox's serializer knows
   * @throws Exception an answer too: the caller is told type and message
   */
  @Nullable Object handle(S state, Map<String, @Nullable Object> arguments) throws Exception;
}
