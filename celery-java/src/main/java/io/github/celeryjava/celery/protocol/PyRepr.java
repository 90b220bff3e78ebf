package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text of values as Python would show them: {@code ['a', None, {'b': True}]}, cut off after a
 * number of characters and levels. For people only; never throws.
 *
 * <p>Wire source: {@code celery/utils/saferepr.py} (5.7; earlier releases write other brackets
 * after a cut). Golden copies: {@code src/test/resources/wire/repr/}. Lengths count code points, as
 * Python's do.
 */
@Internal
public final class PyRepr {

  /** For {@code maxLength}: nothing is cut off. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  // Deeper values cannot come out of a decoder, and the stack has to hold them.
  private static final int DEEPEST = 500;

  private final StringBuilder out;
  private final int maxLevels;
  private final boolean literal;

  // Mutable state
  private int budget;
  private boolean stopped;
  private int level;
  private @Nullable Object[] path = new Object[4];

  private PyRepr(StringBuilder out, int maxLength, int maxLevels, boolean literal) {
    this.out = out;
    this.budget = maxLength;
    this.maxLevels = maxLevels == 0 ? DEEPEST : Math.min(maxLevels, DEEPEST);
    this.literal = literal;
  }

  /** The text of {@code value} with Celery's usual limits: 1024 characters, 3 levels. */
  public static String of(@Nullable Object value) {
    return of(value, MessageStyle.DEFAULT_REPR_LENGTH, MessageStyle.DEFAULT_REPR_LEVELS);
  }

  /**
   * The text of {@code value}.
   *
   * @param maxLength characters after which it is cut off; brackets that are still open, and an
   *     ellipsis, come on top
   * @param maxLevels containers inside containers that are shown, 0 for all
   */
  public static String of(@Nullable Object value, int maxLength, int maxLevels) {
    PyRepr repr = new PyRepr(new StringBuilder(64), maxLength, maxLevels, false);
    return repr.text(() -> repr.value(value));
  }

  /**
   * The text of {@code value} as Python's own {@code repr} has it: text is escaped, all is shown.
   */
  static String literal(@Nullable Object value) {
    PyRepr repr = new PyRepr(new StringBuilder(64), UNLIMITED, 0, true);
    return repr.text(() -> repr.value(value));
  }

  /** {@link #of(Object, int, int)} of a list, shown as a tuple. */
  public static String ofTuple(
      List<? extends @Nullable Object> values, int maxLength, int maxLevels) {
    PyRepr repr = new PyRepr(new StringBuilder(64), maxLength, maxLevels, false);
    return repr.text(() -> repr.tuple(values));
  }

  /** A value's own code may throw, and a text for people must not fail the task it describes. */
  private String text(Runnable writing) {
    try {
      writing.run();
    } catch (RuntimeException e) {
      out.append("<Unrepresentable: ").append(e.getClass().getName()).append('>');
    }
    return out.toString();
  }

  private void tuple(List<? extends @Nullable Object> values) {
    sequence(values, values, "(", values.size() == 1 ? ",)" : ")");
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
    } else if (hasRoom()) {
      int from = out.length();
      new PyRepr(out, budget, maxLevels, literal).value(key);
      charge(from);
    }
  }
}
