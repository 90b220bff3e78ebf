package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.LongString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Header tables as the driver reads them, made into plain values: text instead of its own strings,
 * instants instead of dates, at every depth. Stateless.
 */
final class IncomingTable {

  private static final char REPLACEMENT = '\uFFFD';

  private IncomingTable() {}

  /** Converts the values where they are; nobody else has seen the map yet. */
  @SuppressWarnings("ReferenceEquality") // tells whether there is anything to write back
  static Map<String, @Nullable Object> inPlace(Map<String, @Nullable Object> table) {
    for (Map.Entry<String, @Nullable Object> entry : table.entrySet()) {
      Object before = entry.getValue();
      Object after = value(before);
      if (after != before) {
        entry.setValue(after);
      }
    }
    return table;
  }

  @SuppressWarnings("unchecked") // the driver makes no other maps and lists
  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof LongString text) {
      return text(text);
    }
    if (value instanceof Date date) {
      return date.toInstant();
    }
    if (value instanceof Map<?, ?> table) {
      return inPlace((Map<String, @Nullable Object>) table);
    }
    if (value instanceof List<?> list) {
      ListIterator<@Nullable Object> items = ((List<@Nullable Object>) list).listIterator();
      while (items.hasNext()) {
        items.set(value(items.next()));
      }
    }
    return value;
  }

  /** Python clients send bytes under the same type as text: what is not UTF-8 stays bytes. */
  private static Object text(LongString value) {
    String text = value.toString();
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.getBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      return value.getBytes();
    }
  }
}
