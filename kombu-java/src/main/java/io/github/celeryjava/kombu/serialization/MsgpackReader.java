package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageSizeException;
import org.msgpack.core.MessageUnpacker;

/**
 * Reads one value of MessagePack into maps, lists, text, {@code byte[]}, {@code Long}, {@code
 * BigInteger}, {@code Double}, {@code Boolean}, null, {@code Instant} and {@link MsgpackExtension}.
 * Not thread-safe; made for one body.
 *
 * <p>Sizes in the body are claims: nothing is allocated for one that the rest of the body cannot
 * keep.
 */
final class MsgpackReader {

  private static final int ROOM_AT_FIRST = 64;

  private final byte[] body;
  private final int maxDepth;
  private final MessageUnpacker in;

  MsgpackReader(byte[] body, int maxDepth) {
    this.body = body;
    this.maxDepth = maxDepth;
    this.in = MessagePack.newDefaultUnpacker(body);
  }

  /**
   * @throws DecodeException if the body is not one value of MessagePack, or nested too deeply
   */
  @Nullable Object read() {
    try {
      Object value = value(0);
      if (left() > 0) {
        throw new DecodeException("there is more after the first value", null);
      }
      return value;
    } catch (IOException | RuntimeException e) {
      throw new DecodeException(
          "cannot decode msgpack: " + reason(e) + ", at byte " + in.getTotalReadBytes(), e);
    }
  }

  private static String reason(Exception failure) {
    if (failure instanceof MessageInsufficientBufferException) {
      return "the body is cut off";
    }
    return failure instanceof MessageSizeException size
        ? "a size of " + size.getSize() + " is larger than a body can be"
        : String.valueOf(failure.getMessage());
  }

  private @Nullable Object value(int depth) throws IOException {
    MessageFormat format = in.getNextFormat();
    return switch (format.getValueType()) {
      case NIL -> {
        in.unpackNil();
        yield null;
      }
      case BOOLEAN -> in.unpackBoolean();
      case INTEGER -> format == MessageFormat.UINT64 ? unsigned() : (Object) in.unpackLong();
      case FLOAT -> in.unpackDouble();
      case STRING -> text(in.unpackRawStringHeader());
      case BINARY -> payload(in.unpackBinaryHeader());
      case ARRAY -> list(in.unpackArrayHeader(), depth + 1);
      case MAP -> map(in.unpackMapHeader(), depth + 1);
      case EXTENSION -> extension(in.unpackExtensionTypeHeader());
    };
  }

  private Object unsigned() throws IOException {
    BigInteger number = in.unpackBigInteger();
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private String text(int bytes) throws IOException {
    ByteBuffer utf8 = ByteBuffer.wrap(payload(bytes));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new DecodeException("text is not utf-8", e);
    }
  }

  private byte[] payload(int bytes) throws IOException {
    requireLeft(bytes);
    return in.readPayload(bytes);
  }

  private List<@Nullable Object> list(int size, int depth) throws IOException {
    requireDepth(depth);
    requireLeft(size);
    List<@Nullable Object> list = new ArrayList<>(Math.min(size, ROOM_AT_FIRST));
    for (int i = 0; i < size; i++) {
      list.add(value(depth));
    }
    return list;
  }

  private Map<Object, @Nullable Object> map(int size, int depth) throws IOException {
    requireDepth(depth);
    requireLeft(2L * size);
    Map<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      Object key = key();
      map.put(key, value(depth));
    }
    return map;
  }

  /** Text as a rule; bytes in a buffer, which compares by content. */
  private Object key() throws IOException {
    return switch (in.getNextFormat().getValueType()) {
      case STRING -> text(in.unpackRawStringHeader());
      case BINARY -> ByteBuffer.wrap(payload(in.unpackBinaryHeader())).asReadOnlyBuffer();
      default -> throw new DecodeException("the key of a map is neither text nor bytes", null);
    };
  }

  private Object extension(ExtensionTypeHeader header) throws IOException {
    requireLeft(header.getLength());
    if (header.isTimestampType()) {
      return in.unpackTimestamp(header);
    }
    if (header.getType() < 0) {
      throw new DecodeException("extension " + header.getType() + " is not known", null);
    }
    return new MsgpackExtension(header.getType(), in.readPayload(header.getLength()));
  }

  private long left() {
    return body.length - in.getTotalReadBytes();
  }

  private void requireLeft(long bytes) {
    if (bytes > left()) {
      throw new DecodeException("the body is cut off", null);
    }
  }

  private void requireDepth(int depth) {
    if (depth > maxDepth) {
      throw new DecodeException("it is nested deeper than " + maxDepth + " levels", null);
    }
  }
}
