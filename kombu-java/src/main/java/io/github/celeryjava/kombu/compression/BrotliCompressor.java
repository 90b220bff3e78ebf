package io.github.celeryjava.kombu.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A bare Brotli stream. Stateless and thread-safe.
 *
 * <p>Wire source: {@code kombu/compression.py}.
 */
final class BrotliCompressor implements Compressor {

  @Override
  public String contentType() {
    return "application/x-brotli";
  }

  @Override
  public List<String> aliases() {
    return List.of("brotli");
  }

  @Override
  public byte[] compress(byte[] body) {
    Brotli4jLoader.ensureAvailability();
    try {
      return Encoder.compress(body);
    } catch (IOException e) {
      throw new EncodeException("brotli: " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] decompress(byte[] compressed, int maxBytes) {
    Brotli4jLoader.ensureAvailability();
    try (InputStream in = new BrotliInputStream(new ByteArrayInputStream(compressed))) {
      return BoundedRead.all(in, maxBytes);
    } catch (IOException e) {
      throw new DecodeException("the body is no brotli stream: " + e.getMessage(), e);
    }
  }
}
