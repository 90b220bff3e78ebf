package io.github.celeryjava.kombu.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/**
 * One Zstandard frame with the size of its content in the header, without which kombu up to 5.6
 * cannot read it; frames of unknown size are read all the same. Stateless and thread-safe.
 *
 * <p>Wire source: {@code kombu/compression.py}.
 */
final class ZstdCompressor implements Compressor {

  private static final int SMALLEST_WINDOW_LOG = 10;
  private static final int LARGEST_WINDOW_LOG = 27;

  /** The window that a default encoder uses for large bodies. */
  private static final int USUAL_WINDOW_LOG = 21;

  @Override
  public String contentType() {
    return "application/zstd";
  }

  @Override
  public List<String> aliases() {
    return List.of("zstd", "zstandard");
  }

  @Override
  public byte[] compress(byte[] body) {
    return Zstd.compress(body);
  }

  @Override
  public byte[] decompress(byte[] compressed, int maxBytes) {
    try {
      long size = Zstd.getFrameContentSize(compressed);
      boolean one = Zstd.findFrameCompressedSize(compressed) == compressed.length;
      if (size > maxBytes) {
        throw BoundedRead.tooLarge(maxBytes);
      }
      return size >= 0 && one ? whole(compressed, (int) size) : streamed(compressed, maxBytes);
    } catch (ZstdException | IOException e) {
      throw new DecodeException("the body is no zstd stream: " + e.getMessage(), e);
    }
  }

  private static byte[] whole(byte[] compressed, int size) {
    byte[] body = new byte[size];
    long written = Zstd.decompress(body, compressed);
    if (written != size) {
      throw new DecodeException("the body is no zstd stream: it is damaged", null);
    }
    return body;
  }

  private static byte[] streamed(byte[] compressed, int maxBytes) throws IOException {
    try (ZstdInputStreamNoFinalizer in =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(compressed))) {
      in.setLongMax(windowLog(maxBytes));
      return BoundedRead.all(in, maxBytes);
    }
  }

  /** A frame may ask for a window of gigabytes; one larger than the body is of no use to it. */
  private static int windowLog(int maxBytes) {
    int needed = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(maxBytes, 1) - 1);
    return Math.min(
        LARGEST_WINDOW_LOG, Math.max(SMALLEST_WINDOW_LOG, Math.max(USUAL_WINDOW_LOG, needed)));
  }
}
