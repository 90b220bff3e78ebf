package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text and bytes that travel as they are. Stateless and thread-safe.
 *
 * <p>Wire source: {@code raw_encode} and {@code loads} in {@code kombu/serialization.py}, {@code
 * _prepare} in {@code kombu/messaging.py}.
 */
final class RawSerializer {

  static final String NAME = "raw";
  static final String DATA = "application/data";
  static final String TEXT = "text/plain";
  static final String BINARY = "binary";
  static final String UTF_8 = "utf-8";

  /** Encodings that leave bytes alone. */
  private static final Set<String> NO_CHARSET = Set.of(BINARY, "ascii-8bit");

  private static final byte[] NOTHING = {};

  private RawSerializer() {}

  /** What the serializer called {@code raw} makes of a body. */
  static Encoded encode(@Nullable Object body) {
    return body instanceof String ? as(body, DATA, UTF_8) : as(body, DATA, BINARY);
  }

  /**
   * A body with a content type of the caller's choice.
   *
   * @param contentEncoding null stands for UTF-8 if the body is text, else for {@code binary}
   */
  static Encoded as(@Nullable Object body, String contentType, @Nullable String contentEncoding) {
    if (body instanceof String text) {
      String encoding = contentEncoding == null ? UTF_8 : contentEncoding;
      return new Encoded(contentType, encoding, bytes(text, encoding));
    }
    if (body instanceof byte[] bytes) {
      return new Encoded(contentType, contentEncoding == null ? BINARY : contentEncoding, bytes);
    }
    throw new EncodeException(
        "a body that is sent as "
            + contentType
            + " without a serializer must be text or bytes, was "
            + (body == null ? "null" : body.getClass().getName()),
        null);
  }

  /**
   * A body that no serializer claims: text in its charset, or the bytes themselves.
   *
   * @throws DecodeException if the charset is unknown, or the bytes are not in it
   */
  static Object decode(byte[] body, @Nullable String contentEncoding) {
    String encoding =
        contentEncoding == null || contentEncoding.isEmpty() ? UTF_8 : contentEncoding;
    if (NO_CHARSET.contains(encoding.toLowerCase(Locale.ROOT))) {
      return body;
    }
    Charset charset = Charsets.named(encoding);
    if (charset == null) {
      throw new DecodeException("unknown content encoding " + encoding, null);
    }
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new DecodeException("the body is not " + encoding + ": " + e.getMessage(), e);
    }
  }

  /** An empty body is never decoded: it is empty text, or no bytes. */
  static Object empty(@Nullable String contentEncoding) {
    return contentEncoding == null || Charsets.named(contentEncoding) != null ? "" : NOTHING;
  }

  private static byte[] bytes(String text, String encoding) {
    Charset charset = Charsets.named(encoding);
    if (charset == null || !charset.canEncode()) {
      throw new EncodeException("unknown content encoding " + encoding, null);
    }
    try {
      ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new EncodeException("the text has no form in " + encoding, e);
    }
  }
}
