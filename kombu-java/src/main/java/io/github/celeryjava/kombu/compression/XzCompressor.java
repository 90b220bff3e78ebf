package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/**
 * The container of {@code .xz} files, which kombu calls lzma as well; the older {@code .lzma} is
 * read too. Stateless and thread-safe.
 *
 * <p>Wire source: {@code kombu/compression.py}.
 */
final class XzCompressor implements Compressor {

  /**
   * Python's writer claims a dictionary of 8 MiB for every body, and a reader allocates what is
   * claimed. More is granted only for bodies that may become that large.
   */
  private static final int ALWAYS_GRANTED_KIB = 16 << 10;

  private static final int REST_OF_READER_KIB = 1 << 10;

  @Override
  public String contentType() {
    return "application/x-lzma";
  }

  @Override
  public List<String> aliases() {
    return List.of("lzma", "xz");
  }

  @Override
  public byte[] compress(byte[] body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new XZOutputStream(compressed, options(body.length), XZ.CHECK_CRC64)) {
      out.write(body);
    } catch (IOException e) {
      throw new EncodeException("xz: " + e.getMessage(), e);
    }
    return compressed.toByteArray();
  }

  @Override
  public byte[] decompress(byte[] compressed, int maxBytes) {
    try (InputStream in = open(compressed, maxBytes)) {
      return BoundedRead.all(in, maxBytes);
    } catch (IOException e) {
      throw new DecodeException(
          "the body is no xz stream: " + (e.getMessage() == null ? e : e.getMessage()), e);
    }
  }

  /** An encoder takes some ten times its dictionary, which need not be larger than the body. */
  private static LZMA2Options options(int bodyBytes) throws IOException {
    LZMA2Options options = new LZMA2Options();
    options.setDictSize(
        Math.max(LZMA2Options.DICT_SIZE_MIN, Math.min(options.getDictSize(), bodyBytes)));
    return options;
  }

  private static InputStream open(byte[] compressed, int maxBytes) throws IOException {
    int granted = Math.max(ALWAYS_GRANTED_KIB, maxBytes / 1024 + REST_OF_READER_KIB);
    InputStream in = new ByteArrayInputStream(compressed);
    // Thousands of tiny blocks may claim a dictionary each; it is allocated once.
    ArrayCache cache = new BasicArrayCache();
    return isXz(compressed)
        ? new XZInputStream(in, granted, cache)
        : new LZMAInputStream(in, granted, cache);
  }

  private static boolean isXz(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == XZ.HEADER_MAGIC[0] && bytes[1] == XZ.HEADER_MAGIC[1];
  }
}
