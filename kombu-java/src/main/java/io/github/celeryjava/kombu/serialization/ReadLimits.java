package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of a message is read before it counts as an attack. On by default; a message beyond a
 * limit fails with {@link DecodeException} and is never read in part.
 *
 * <p>kombu has no such limits.
 *
 * @param maxBodyBytes largest body, before and after inflation; default 128 MiB, the most that
 *     RabbitMQ lets through unless told otherwise
 * @param maxDepth deepest nesting of lists and maps, 1 to 5000; default 1000. MessagePack and YAML
 *     stop at 512 levels at the latest, as Python does
 * @param maxInflationRatio how many times its compressed size a body may have; default 200. A body
 *     of up to 1 MiB may always be inflated.
 * @param maxHeaders most headers a message may have, counting what stands in nested tables and
 *     lists; default 1000
 */
public record ReadLimits(int maxBodyBytes, int maxDepth, int maxInflationRatio, int maxHeaders) {

  private static final int DEEPEST = 5000;
  private static final long ALWAYS_INFLATED = 1 << 20;

  private static final ReadLimits DEFAULTS = new ReadLimits(128 << 20, 1000, 200, 1000);

  public ReadLimits {
    requirePositive("maxBodyBytes", maxBodyBytes);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxInflationRatio", maxInflationRatio);
    requirePositive("maxHeaders", maxHeaders);
    if (maxDepth > DEEPEST) {
      // Reading recurses: deeper values would end a thread instead of a message.
      throw new IllegalArgumentException("maxDepth must be 1 to 5000, was " + maxDepth);
    }
  }

  /** The defaults named above. */
  public static ReadLimits defaults() {
    return DEFAULTS;
  }

  public ReadLimits withMaxBodyBytes(int maxBodyBytes) {
    return new ReadLimits(maxBodyBytes, maxDepth, maxInflationRatio, maxHeaders);
  }

  public ReadLimits withMaxDepth(int maxDepth) {
    return new ReadLimits(maxBodyBytes, maxDepth, maxInflationRatio, maxHeaders);
  }

  public ReadLimits withMaxInflationRatio(int maxInflationRatio) {
    return new ReadLimits(maxBodyBytes, maxDepth, maxInflationRatio, maxHeaders);
  }

  public ReadLimits withMaxHeaders(int maxHeaders) {
    return new ReadLimits(maxBodyBytes, maxDepth, maxInflationRatio, maxHeaders);
  }

  /** How many bytes a compressed body of {@code compressedBytes} may be inflated to. */
  public int maxInflatedBytes(int compressedBytes) {
    long byRatio = Math.max(ALWAYS_INFLATED, (long) compressedBytes * maxInflationRatio);
    return (int) Math.min(maxBodyBytes, byRatio);
  }

  /**
   * Checks the size of a body.
   *
   * @throws DecodeException if it is too large
   */
  public void checkBody(byte[] body) {
    if (body.length > maxBodyBytes) {
      throw new DecodeException(
          "a body of " + body.length + " bytes is larger than the limit of " + maxBodyBytes, null);
    }
  }

  /**
   * Checks the number of headers.
   *
   * @throws DecodeException if there are too many, those inside of others included
   */
  public void checkHeaders(Map<String, ? extends @Nullable Object> headers) {
    int count = headers.size();
    Deque<Iterable<?>> inside = new ArrayDeque<>(0);
    Iterable<?> values = headers.values();
    while (values != null && count <= maxHeaders) {
      for (Object value : values) {
        if (value instanceof Map<?, ?> table) {
          count += table.size();
          inside.push(table.values());
        } else if (value instanceof Collection<?> list) {
          count += list.size();
          inside.push(list);
        }
      }
      values = inside.poll();
    }
    if (count > maxHeaders) {
      throw new DecodeException("a message has more headers than the limit of " + maxHeaders, null);
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, was " + value);
    }
  }
}
