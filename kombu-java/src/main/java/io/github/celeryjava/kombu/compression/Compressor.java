package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.util.List;

/**
 * A way to compress bodies. Thread-safe; registered with {@link
 * CompressorRegistry.Builder#register}, or found by {@link java.util.ServiceLoader}.
 */
public interface Compressor {

  /** MIME type that messages carry in the header {@code compression}. */
  String contentType();

  /** What callers may ask for it by besides, for example {@code zlib}. */
  List<String> aliases();

  /** Compresses a body; the caller keeps the array. */
  byte[] compress(byte[] body);

  /**
   * Gives back what was compressed.
   *
   * @param compressed not to be changed
   * @param maxBytes most bytes of the result; no more may ever be in memory
   * @throws DecodeException if it is not of this format, damaged, or larger than {@code maxBytes}
   */
  byte[] decompress(byte[] compressed, int maxBytes);
}
