package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.io.IOException;
import java.io.InputStream;

/** Takes all that an inflating stream gives, as long as it is not too much. Stateless. */
final class BoundedRead {

  private BoundedRead() {}

  /**
   * @throws DecodeException if there are more than {@code maxBytes}
   */
  static byte[] all(InputStream in, int maxBytes) throws IOException {
    byte[] bytes = in.readNBytes(maxBytes);
    if (bytes.length == maxBytes && in.read() >= 0) {
      throw tooLarge(maxBytes);
    }
    return bytes;
  }

  static DecodeException tooLarge(int maxBytes) {
    return new DecodeException("inflated, the body is larger than " + maxBytes + " bytes", null);
  }
}
