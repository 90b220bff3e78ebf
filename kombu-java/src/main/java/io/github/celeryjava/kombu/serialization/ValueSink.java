package io.github.celeryjava.kombu.serialization;

import java.io.IOException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link ValueWalker} puts the parts of a value, in the order in which they stand in it.
 * Not thread-safe.
 */
interface ValueSink {

  void nothing() throws IOException;

  void truth(boolean value) throws IOException;

  void integer(long value) throws IOException;

  void integer(BigInteger value) throws IOException;

  void real(double value) throws IOException;

  void text(String value) throws IOException;

  void bytes(byte[] value) throws IOException;

  /** Followed by as many values, and {@link #end}. */
  void startList(int size) throws IOException;

  /** Followed by as many keys, each with its value, and {@link #end}. */
  void startMap(int size) throws IOException;

  /**
   * As {@link #startMap}, where each key has {@link #nothing} for a value; false, and nothing is
   * written, if there is no form for sets.
   */
  boolean startSet(int size) throws IOException;

  /** Of the list, map or set that was started last. */
  void end() throws IOException;

  /** Writes a value that this format has a form for and others have not; false if it is none. */
  boolean special(Object value) throws IOException;

  /** Whether a key that is not text may stand in a map. */
  boolean takesKey(@Nullable Object key);

  /** Whether the keys of maps are written in order, as far as they are text. */
  boolean sortsKeys();
}
