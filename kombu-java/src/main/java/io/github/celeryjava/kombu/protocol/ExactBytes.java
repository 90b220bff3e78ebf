package io.github.celeryjava.kombu.protocol;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Collects what a generator writes. A generator with a buffer of its own writes a small body in one
 * piece, which then is the result: one allocation of the exact size, one copy. Not thread-safe.
 */
final class ExactBytes extends OutputStream {

  private static final byte[] NOTHING = {};

  // Mutable state
  private byte[] bytes = NOTHING;
  private int size;

  @Override
  public void write(int single) {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    if (size == 0) {
      bytes = Arrays.copyOfRange(from, offset, offset + length);
    } else {
      if (bytes.length - size < length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.multiplyExact(size, 2)));
      }
      System.arraycopy(from, offset, bytes, size, length);
    }
    size += length;
  }

  /** The array itself where it fits. */
  byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
