package io.github.celeryjava.kombu.pidbox;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.protocol.PidboxMessage;
import org.jspecify.annotations.Nullable;

/**
 * What one node has answered.
 *
 * @param hostname the node's name
 * @param value what its command returned; a map with {@code error} alone if it failed
 */
public record Reply(String hostname, @Nullable Object value) {

  public Reply {
    requireNonNull(hostname, "hostname");
  }

  /** What went wrong at the node, as it tells; null if nothing did. */
  public @Nullable String error() {
    return PidboxMessage.errorIn(value);
  }
}
