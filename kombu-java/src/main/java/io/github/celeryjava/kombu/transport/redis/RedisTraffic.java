package io.github.celeryjava.kombu.transport.redis;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of one socket, so that a slow peer can be told from one that has stopped.
 * Thread-safe.
 */
final class RedisTraffic {

  /** A large write counts piece by piece, or it would look like standstill. */
  private static final int PIECE = 64 * 1024;

  // Mutable state
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean writing;

  /** How many bytes have moved so far, in both directions. */
  long bytes() {
    return bytes.get();
  }

  /** Whether somebody is in the middle of a write, which knows no time limit of its own. */
  boolean isWriting() {
    return writing;
  }

  InputStream watch(InputStream in) {
    return new FilterInputStream(in) {

      @Override
      public int read() throws IOException {
        int value = in.read();
        bytes.addAndGet(value < 0 ? 0 : 1);
        return value;
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        int count = in.read(to, offset, length);
        bytes.addAndGet(Math.max(0, count));
        return count;
      }
    };
  }

  OutputStream watch(OutputStream out) {
    return new FilterOutputStream(out) {

      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += PIECE) {
          int count = Math.min(PIECE, length - done);
          writing = true;
          out.write(from, offset + done, count);
          writing = false;
          bytes.addAndGet(count);
        }
      }
    };
  }
}
