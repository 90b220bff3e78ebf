package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A zlib stream (RFC 1950), which is what kombu means by gzip too. Stateless and thread-safe.
 *
 * <p>Wire source: {@code kombu/compression.py}.
 */
final class ZlibCompressor implements Compressor {

  private static final int SMALLEST_BUFFER = 512;

  /** Text shrinks to about a quarter. */
  private static final int USUAL_RATIO = 4;

  @Override
  public String contentType() {
    return "application/x-gzip";
  }

  @Override
  public List<String> aliases() {
    return List.of("gzip", "zlib");
  }

  @Override
  public byte[] compress(byte[] body) {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(body);
      deflater.finish();
      byte[] out = new byte[Math.max(SMALLEST_BUFFER, body.length / 2)];
      int size = 0;
      while (!deflater.finished()) {
        if (size == out.length) {
          out = Arrays.copyOf(out, grown(size, Integer.MAX_VALUE));
        }
        size += deflater.deflate(out, size, out.length - size);
      }
      return Arrays.copyOf(out, size);
    } finally {
      deflater.end();
    }
  }

  /** What follows the end of the stream is ignored, as in Python. */
  @Override
  public byte[] decompress(byte[] compressed, int maxBytes) {
    if (isGzipFile(compressed)) {
      throw new DecodeException(
          "the body is a gzip file; by gzip kombu means a zlib stream, so the sender has to write"
              + " that",
          null);
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(compressed);
      return inflate(inflater, compressed.length, maxBytes);
    } catch (DataFormatException e) {
      throw new DecodeException("the body is no zlib stream: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflate(Inflater inflater, int compressedBytes, int maxBytes)
      throws DataFormatException {
    long guess = Math.max(SMALLEST_BUFFER, (long) compressedBytes * USUAL_RATIO);
    byte[] out = new byte[(int) Math.min(guess, maxBytes)];
    int size = 0;
    while (!inflater.finished()) {
      if (size == out.length && size == maxBytes) {
        requireEnd(inflater, maxBytes);
        break;
      }
      if (size == out.length) {
        out = Arrays.copyOf(out, grown(size, maxBytes));
      }
      int count = inflater.inflate(out, size, out.length - size);
      requireProgress(inflater, count);
      size += count;
    }
    return size == out.length ? out : Arrays.copyOf(out, size);
  }

  /** With the last allowed byte read, nothing but the checksum may be left. */
  private static void requireEnd(Inflater inflater, int maxBytes) throws DataFormatException {
    int count = inflater.inflate(new byte[1]);
    if (count > 0) {
      throw BoundedRead.tooLarge(maxBytes);
    }
    requireProgress(inflater, count);
  }

  private static void requireProgress(Inflater inflater, int count) {
    if (count > 0 || inflater.finished()) {
      return;
    }
    throw new DecodeException(
        inflater.needsDictionary()
            ? "the zlib stream needs a dictionary that nobody has"
            : "the zlib stream is cut off",
        null);
  }

  private static int grown(int size, int limit) {
    return (int) Math.min(limit, Math.max(SMALLEST_BUFFER, size * 2L));
  }

  private static boolean isGzipFile(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
  }
}
