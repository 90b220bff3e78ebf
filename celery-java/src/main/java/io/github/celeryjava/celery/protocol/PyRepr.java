package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text of values as Python would show them: {@code ['a', None, {'b': True}]}, cut off after a
 * number of characters and levels. For people only; never throws.
 *
 * <p>Wire source: {@code celery/utils/saferepr.py} (5.7; earlier releases write other brackets
 * after a cut). Golden copies: {@code src/test/resources/wire/repr/}. Lengths count code points, as
 * Python's do.
 *
 * @hidden
 */
@Internal
public final class PyRepr {

  /** For {@code maxLength}: nothing is cut off. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private PyRepr() {}

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
    return new ReprWriter(maxLength, maxLevels, false).write(value);
  }

  /** {@link #of(Object, int, int)} of a list, shown as a tuple. */
  public static String ofTuple(
      List<? extends @Nullable Object> values, int maxLength, int maxLevels) {
    return new ReprWriter(maxLength, maxLevels, false).writeTuple(values);
  }

  /**
   * The text of {@code value} as Python's own {@code repr} has it: text is escaped, all is shown.
   */
  static String literal(@Nullable Object value) {
    return new ReprWriter(UNLIMITED, 0, true).write(value);
  }
}
