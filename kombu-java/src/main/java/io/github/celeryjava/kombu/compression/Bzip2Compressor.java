package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/**
 * The container of {@code .bz2} files. Stateless and thread-safe.
 *
 * <p>Wire source: {@code kombu/compression.py}.
 */
final class Bzip2Compressor implements Compressor {

  /** One block has 100 kB, and the work of an encoder starts with a whole block. */
  private static final int BLOCK = 100_000;

  private static final int MOST_BLOCKS = 9;

  @Override
  public String contentType() {
    return "application/x-bz2";
  }

  @Override
  public List<String> aliases() {
    return List.of("bzip2", "bzip");
  }

  @Override
  public byte[] compress(byte[] body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    int blocks = Math.min(MOST_BLOCKS, body.length / BLOCK + 1);
    try (OutputStream out = new BZip2CompressorOutputStream(compressed, blocks)) {
      out.write(body);
    } catch (IOException e) {
      throw new EncodeException("bzip2: " + e.getMessage(), e);
    }
    return compressed.toByteArray();
  }

  /** Several streams one after the other are one body, as in Python. */
  @Override
  public byte[] decompress(byte[] compressed, int maxBytes) {
    try (InputStream in =
        new BZip2CompressorInputStream(new ByteArrayInputStream(compressed), true)) {
      return BoundedRead.all(in, maxBytes);
    } catch (IOException e) {
      throw new DecodeException("the body is no bzip2 stream: " + e.getMessage(), e);
    }
  }
}
