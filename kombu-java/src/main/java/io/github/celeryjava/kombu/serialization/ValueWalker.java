package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a value apart for the formats other than JSON: plain values one by one, records and other
 * classes as the maps that JSON would make of them. Immutable and thread-safe.
 */
final class ValueWalker {

  /** Python's MessagePack goes no deeper, its YAML not even that, and a small stack stands it. */
  private static final int DEEPEST = 512;

  private final String format;
  private final int maxDepth;
  private final JsonSerializer json;

  /**
   * @param format for messages
   * @param json knows the fields of records and classes
   */
  ValueWalker(String format, ReadLimits limits, JsonSerializer json) {
    this.format = format;
    this.maxDepth = depth(limits);
    this.json = json;
  }

  /** How deep these formats go, in both directions. */
  static int depth(ReadLimits limits) {
    return Math.min(DEEPEST, limits.maxDepth());
  }

  /**
   * Puts one value into {@code sink}.
   *
   * @throws EncodeException if it, or something in it, has no form; the message names the path, for
   *     example {@code $[0].when}
   */
  void walk(@Nullable Object value, ValueSink sink) throws IOException {
    try {
      write(value, sink, 0);
    } catch (NoFormException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EncodeException(
          "cannot encode the value at " + e.path() + ": " + e.getMessage(), cause);
    }
  }

  /** Few frames a level of nesting: the stack of the caller bounds the depth. */
  private void write(@Nullable Object value, ValueSink sink, int depth) throws IOException {
    if (value instanceof Map<?, ?> map) {
      writeMap(map, sink, deeper(depth));
    } else if (value instanceof Set<?> set) {
      writeSet(set, sink, deeper(depth));
    } else if (value instanceof Collection<?> list) {
      writeList(list, sink, deeper(depth));
    } else if (value instanceof Object[] array) {
      writeList(Arrays.asList(array), sink, deeper(depth));
    } else if (value == null) {
      sink.nothing();
    } else if (!writeScalar(value, sink) && !sink.special(value)) {
      writeReduced(value, sink, depth);
    }
  }

  private static boolean writeScalar(Object value, ValueSink sink) throws IOException {
    if (value instanceof String text) {
      sink.text(text);
    } else if (value instanceof Boolean truth) {
      sink.truth(truth);
    } else if (value instanceof byte[] bytes) {
      sink.bytes(bytes);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      sink.bytes(bytes);
    } else {
      return value instanceof Number number && writeNumber(number, sink);
    }
    return true;
  }

  private static boolean writeNumber(Number value, ValueSink sink) throws IOException {
    if (value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte) {
      sink.integer(value.longValue());
    } else if (value instanceof BigInteger number) {
      sink.integer(number);
    } else if (value instanceof Double || value instanceof Float) {
      sink.real(value.doubleValue());
    } else {
      return false;
    }
    return true;
  }

  /** What a record or another class is made of; a value that only JSON knows stays what it is. */
  private void writeReduced(Object value, ValueSink sink, int depth) throws IOException {
    Object reduced;
    try {
      reduced = json.reduce(value);
    } catch (EncodeException e) {
      throw new NoFormException(String.valueOf(e.getMessage()), e);
    }
    if (reduced == null || reduced instanceof Map || reduced instanceof List) {
      write(reduced, sink, depth);
    } else if (!writeScalar(reduced, sink) && !sink.special(reduced)) {
      throw new NoFormException(
          format + " has no form for " + value.getClass().getName() + "; send text");
    }
  }

  private void writeList(Collection<?> list, ValueSink sink, int depth) throws IOException {
    sink.startList(list.size());
    int index = 0;
    for (Object value : list) {
      try {
        write(value, sink, depth);
      } catch (NoFormException e) {
        throw e.inside("[" + index + "]");
      }
      index++;
    }
    sink.end();
  }

  private void writeSet(Set<?> set, ValueSink sink, int depth) throws IOException {
    if (!sink.startSet(set.size())) {
      throw new NoFormException("a set has no form in " + format + "; send a list");
    }
    for (Object value : set) {
      writeKey(value, sink, depth);
      sink.nothing();
    }
    sink.end();
  }

  private void writeMap(Map<?, ?> map, ValueSink sink, int depth) throws IOException {
    sink.startMap(map.size());
    for (Map.Entry<?, ?> entry : inOrder(map, sink).entrySet()) {
      try {
        writeKey(entry.getKey(), sink, depth);
        write(entry.getValue(), sink, depth);
      } catch (NoFormException e) {
        throw e.inside("." + entry.getKey());
      }
    }
    sink.end();
  }

  private void writeKey(@Nullable Object key, ValueSink sink, int depth) throws IOException {
    if (key instanceof String text) {
      sink.text(text);
    } else if (key instanceof Enum<?> constant) {
      sink.text(constant.name());
    } else if (sink.takesKey(key)) {
      write(key, sink, depth);
    } else {
      throw new NoFormException(
          "the keys of a map cannot be " + (key == null ? "null" : key.getClass().getName()));
    }
  }

  private static Map<?, ?> inOrder(Map<?, ?> map, ValueSink sink) {
    boolean sorts = sink.sortsKeys() && map.keySet().stream().allMatch(String.class::isInstance);
    return sorts ? new TreeMap<>(map) : map;
  }

  private int deeper(int depth) {
    if (depth == maxDepth) {
      throw new NoFormException("it is nested deeper than " + maxDepth + " levels");
    }
    return depth + 1;
  }
}
