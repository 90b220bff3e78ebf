package io.github.celeryjava.celery.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one text of {@link PyRepr}, token by token. For one use; not thread-safe. */
final class ReprWriter {

  // Deeper values do not come out of a decoder, and the stack has to hold them.
  private static final int DEEPEST = 200;
  private static final int DEEPEST_KEY = 3;

  private final StringBuilder out;
  private final int maxLevels;
  private final boolean literal;
  private final int keyDepth;

  // Mutable state
  private int budget;
  private boolean stopped;
  private int level;
  private @Nullable Object[] path = new Object[4];

  /**
   * @param maxLength room for the text
   * @param maxLevels containers inside containers that are shown, 0 for all
   * @param literal whether text is escaped as in a program, and never cut
   */
  ReprWriter(int maxLength, int maxLevels, boolean literal) {
    this(
        new StringBuilder(64),
        maxLength,
        maxLevels == 0 ? DEEPEST : Math.min(maxLevels, DEEPEST),
        literal,
        0);
  }

  private ReprWriter(
      StringBuilder out, int maxLength, int maxLevels, boolean literal, int keyDepth) {
    this.out = out;
    this.budget = maxLength;
    this.maxLevels = maxLevels;
    this.literal = literal;
    this.keyDepth = keyDepth;
  }

  String write(@Nullable Object value) {
    return guarded(() -> value(value));
  }

  String writeTuple(List<? extends @Nullable Object> values) {
    return guarded(() -> sequence(values, values, "(", values.size() == 1 ? ",)" : ")"));
  }

  /** A value's own code may throw, and a text for people must not fail the task it describes. */
  private String guarded(Runnable writing) {
    try {
      writing.run();
    } catch (RuntimeException | StackOverflowError e) {
      out.append("<Unrepresentable: ").append(e.getClass().getName()).append('>');
    }
    return out.toString();
  }

  private void value(@Nullable Object value) {
    if (value instanceof String text) {
      quoted(text);
    } else if (value == null) {
      token("None");
    } else if (value instanceof Integer || value instanceof Long) {
      token(value.toString());
    } else if (value instanceof Map<?, ?> map) {
      mapping(map);
    } else if (value instanceof Set<?> set) {
      if (set.isEmpty()) {
        token("set()");
      } else {
        sequence(set, set, "{", "}");
      }
    } else if (value instanceof Collection<?> collection) {
      sequence(collection, collection, "[", "]");
    } else if (value instanceof byte[] bytes) {
      bytes(bytes);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      bytes(copy);
    } else if (value.getClass().isArray()) {
      sequence(value, PyScalars.boxed(value), "[", "]");
    } else if (value instanceof CharSequence || value instanceof Character) {
      quoted(value.toString());
    } else if (value instanceof Enum<?> constant) {
      quoted(constant.name());
    } else {
      token(PyScalars.text(value));
    }
  }

  /** Whether there is room for a token; the first that finds none leaves the ellipsis. */
  private boolean hasRoom() {
    if (budget > 0) {
      return true;
    }
    if (!stopped) {
      out.append(", ...");
      stopped = true;
    }
    return false;
  }

  private void token(String text) {
    if (hasRoom()) {
      int from = out.length();
      appendCut(text);
      charge(from);
    }
  }

  private void quoted(String text) {
    if (!hasRoom()) {
      return;
    }
    if (literal) {
      PyScalars.appendLiteral(out, text);
      return;
    }
    int from = out.length();
    out.append('\'');
    int start = out.length();
    appendCut(text);
    for (int i = out.indexOf("'", start); i >= 0; i = out.indexOf("'", i + 2)) {
      out.insert(i, '\\');
    }
    out.append('\'');
    charge(from);
  }

  private void bytes(byte[] bytes) {
    if (!hasRoom()) {
      return;
    }
    if (literal) {
      PyScalars.appendLiteral(out, bytes);
      return;
    }
    int from = out.length();
    boolean cut = bytes.length > budget;
    out.append("b'").append(PyScalars.bytes(cut ? Arrays.copyOf(bytes, budget) : bytes));
    out.append(cut ? "...'" : "'");
    charge(from);
  }

  /** Text that does not fit ends at the last blank that does. */
  private void appendCut(String text) {
    if (text.length() < budget || text.codePointCount(0, text.length()) < budget) {
      out.append(text);
      return;
    }
    int end = text.offsetByCodePoints(0, budget);
    int blank = text.lastIndexOf(' ', end - 1);
    out.append(text, 0, blank < 0 ? end : blank).append("...");
  }

  private void charge(int from) {
    budget -= out.codePointCount(from, out.length());
  }

  private boolean fixed(String bracket) {
    if (!hasRoom()) {
      return false;
    }
    out.append(bracket);
    budget -= bracket.length();
    return true;
  }

  /** Enters a container; false if it is too deep, already being shown, or there is no room. */
  private boolean enter(Object container, String open, String close) {
    if (isOpen(container)) {
      token("<Recursion on " + PyScalars.typeName(container) + ">");
      return false;
    }
    if (level >= maxLevels) {
      fixed(open + "..." + close);
      return false;
    }
    if (!fixed(open)) {
      return false;
    }
    if (level == path.length) {
      path = Arrays.copyOf(path, level * 2);
    }
    path[level++] = container;
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // equals() of a container that holds itself has no end
  private boolean isOpen(Object container) {
    for (int i = 0; i < level; i++) {
      if (path[i] == container) {
        return true;
      }
    }
    return false;
  }

  // What closes a container that was opened is always shown, whatever the room.
  private void leave(String close) {
    level--;
    out.append(close);
    if (budget > 0) {
      budget -= close.length();
    }
  }

  private void sequence(Object identity, Collection<?> values, String open, String close) {
    if (!enter(identity, open, close)) {
      return;
    }
    Iterator<?> elements = values.iterator();
    while (!stopped && elements.hasNext()) {
      value(elements.next());
      if (elements.hasNext()) {
        fixed(", ");
      }
    }
    leave(close);
  }

  private void mapping(Map<?, ?> map) {
    if (!enter(map, "{", "}")) {
      return;
    }
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (!stopped && entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      key(entry.getKey());
      if (fixed(": ")) {
        value(entry.getValue());
      }
      if (entries.hasNext()) {
        fixed(", ");
      }
    }
    leave("}");
  }

  /** A key has the remaining room to itself, and levels of its own. */
  private void key(@Nullable Object key) {
    if (key instanceof String text) {
      quoted(text);
    } else if (keyDepth == DEEPEST_KEY) {
      token("...");
    } else if (hasRoom()) {
      int from = out.length();
      new ReprWriter(out, budget, maxLevels, literal, keyDepth + 1).value(key);
      charge(from);
    }
  }
}
