package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one consumer takes messages.
 *
 * @param consumerTag its name on the channel; null lets the transport choose one
 * @param ackMode who settles
 * @param prefetch most unsettled deliveries this consumer may hold; 0 means no limit
 * @param exclusive whether the broker refuses a second consumer on the queue
 * @param arguments the broker's arguments, such as {@code x-priority}
 */
public record ConsumeOptions(
    @Nullable String consumerTag,
    AckMode ackMode,
    int prefetch,
    boolean exclusive,
    Map<String, @Nullable Object> arguments) {

  public ConsumeOptions {
    requireNonNull(ackMode, "ackMode");
    if (prefetch < 0 || prefetch > 65_535) {
      throw new IllegalArgumentException("prefetch must be 0 to 65535, was " + prefetch);
    }
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** Manual settling, at most {@code prefetch} deliveries held; 0 means no limit. */
  public static ConsumeOptions prefetching(int prefetch) {
    return new ConsumeOptions(null, AckMode.MANUAL, prefetch, false, Map.of());
  }
}
