package io.github.celeryjava.kombu.transport.amqp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a consumer has come in a stream, so that starting it anew neither repeats nor skips
 * anything. Written by the driver's reading thread, read by any.
 */
final class StreamPosition {

  /** Says in a message where in its stream it stands, and as an argument where to begin. */
  private static final String OFFSET = "x-stream-offset";

  // Mutable state
  private volatile long next = -1; // negative as long as nothing came from a stream

  /** A message with these headers was delivered. */
  void passed(Map<String, @Nullable Object> headers) {
    if (headers.get(OFFSET) instanceof Long offset) {
      next = offset + 1;
    }
  }

  /** Whether the queue is a stream, as far as is known of a consumer with these arguments. */
  boolean isInStream(Map<String, @Nullable Object> arguments) {
    return next >= 0 || arguments.containsKey(OFFSET);
  }

  /** What to start the consumer with, which was first started with {@code arguments}. */
  Map<String, @Nullable Object> resume(Map<String, @Nullable Object> arguments) {
    long offset = next;
    if (offset < 0) {
      return arguments;
    }
    Map<String, @Nullable Object> resumed = new LinkedHashMap<>(arguments);
    resumed.put(OFFSET, offset);
    return resumed;
  }
}
