package io.github.celeryjava.kombu.protocol;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Internal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names and contents of the files that kombu's filesystem transport keeps queues in. Stateless.
 *
 * <p>A message is a file {@code <milliseconds>_<uuid>.<queue>.msg} that holds an envelope; files
 * are served in the order of their names. The bindings of an exchange are a file {@code
 * <exchange>.exchange}: a JSON array of arrays with key, pattern and queue, the newest first.
 *
 * <p>Wire source: {@code kombu/transport/filesystem.py} (5.2 to 5.7; bindings from 5.3 on).
 */
@Internal
public final class QueueFiles {

  /** One binding: what it selects, by key or by pattern, and the queue that gets it. */
  public record Row(String routingKey, String pattern, String queue) {}

  private static final String MESSAGE = ".msg";
  private static final String EXCHANGE = ".exchange";
  private static final int NANOS_A_MILLISECOND = 1_000_000;

  /** What is left for a queue in a name of 255 bytes. */
  private static final int MAX_QUEUE_BYTES = 180;

  private static final Pattern EXCHANGE_NAME = Pattern.compile("[A-Za-z0-9._-]+");

  /** On Windows these are devices whatever follows the first dot. */
  private static final Set<String> DEVICES = Set.of("CON", "PRN", "AUX", "NUL");

  private static final Pattern NUMBERED_DEVICE = Pattern.compile("(COM|LPT)[1-9]");

  private QueueFiles() {}

  /**
   * The name of a message's file.
   *
   * @param nanos monotonic, on Linux of the same base as Python's clock; rises with each message of
   *     a process, so that names of the same millisecond are in order too
   * @param random any bits
   * @throws OperationalException not recoverable, 406, if the queue's name fits into no file name
   */
  public static String messageName(long nanos, long random, String queue) {
    requireQueue(queue);
    return "%d_%08x-%04x-4%03x-8%03x-%012x.%s%s"
        .formatted(
            nanos / NANOS_A_MILLISECOND,
            nanos % NANOS_A_MILLISECOND,
            random >>> 48,
            (random >>> 36) & 0xFFF,
            (random >>> 24) & 0xFFF,
            random & 0xFFFFFF,
            queue,
            MESSAGE);
  }

  /** The queue that a file holds a message of; null if it is no message. */
  public static @Nullable String queueOf(String fileName) {
    int dot = fileName.indexOf('.');
    return dot > 0 && fileName.endsWith(MESSAGE) && dot + MESSAGE.length() < fileName.length()
        ? fileName.substring(dot + 1, fileName.length() - MESSAGE.length())
        : null;
  }

  /**
   * Checks that a queue can have files.
   *
   * @throws OperationalException not recoverable, 406, if it cannot
   */
  public static void requireQueue(String queue) {
    if (queue.isEmpty()
        || queue.indexOf('/') >= 0
        || queue.indexOf('\\') >= 0
        || queue.indexOf('\0') >= 0
        || queue.getBytes(StandardCharsets.UTF_8).length > MAX_QUEUE_BYTES) {
      throw OperationalException.refused(
          "queue '"
              + queue
              + "': the name of a queue in files has 1 to "
              + MAX_QUEUE_BYTES
              + " bytes and no slash",
          406,
          null);
    }
  }

  /**
   * The name of the file with an exchange's bindings.
   *
   * @throws OperationalException not recoverable, 406, if Python refuses the name of the exchange
   */
  public static String exchangeName(String exchange) {
    String first = exchange.split("\\.", -1)[0].toUpperCase(Locale.ROOT);
    if (!EXCHANGE_NAME.matcher(exchange).matches()
        || exchange.replace(".", "").isEmpty()
        || DEVICES.contains(first)
        || NUMBERED_DEVICE.matcher(first).matches()) {
      throw OperationalException.refused(
          "exchange '"
              + exchange
              + "': the name of an exchange in files has letters, digits, dots, dashes and"
              + " underscores only, and is the name of no device",
          406,
          null);
    }
    return exchange + EXCHANGE;
  }

  /** The exchange whose bindings a file holds; null if it holds none. */
  public static @Nullable String exchangeOf(String fileName) {
    return fileName.endsWith(EXCHANGE) && fileName.length() > EXCHANGE.length()
        ? fileName.substring(0, fileName.length() - EXCHANGE.length())
        : null;
  }

  /** The content of an exchange's file. */
  public static byte[] writeBindings(List<Row> rows) {
    return JsonTypes.standard()
        .encode(
            rows.stream()
                .map(row -> List.of(row.routingKey(), row.pattern(), row.queue()))
                .toList());
  }

  /**
   * Reads the content of an exchange's file.
   *
   * @throws DecodeException if it is no such content, perhaps because somebody is writing it
   */
  public static List<Row> readBindings(byte[] json) {
    if (!(JsonTypes.standard().decode(json) instanceof List<?> list)) {
      throw new DecodeException("cannot decode bindings: they are no JSON array", null);
    }
    List<Row> rows = new ArrayList<>();
    for (Object row : list) {
      if (!(row instanceof List<?> parts) || parts.size() != 3) {
        throw new DecodeException("cannot decode bindings: one has not three parts", null);
      }
      rows.add(new Row(text(parts.get(0)), text(parts.get(1)), text(parts.get(2))));
    }
    return rows;
  }

  private static String text(@Nullable Object part) {
    return part == null ? "" : part.toString();
  }
}
