package io.github.celeryjava.kombu.serialization;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePacker;

/** Writes the parts of a value as MessagePack. Not thread-safe. */
final class MsgpackSink implements ValueSink {

  private static final int LARGEST_BITS = 64;

  private final MessagePacker out;

  MsgpackSink(MessagePacker out) {
    this.out = out;
  }

  @Override
  public void nothing() throws IOException {
    out.packNil();
  }

  @Override
  public void truth(boolean value) throws IOException {
    out.packBoolean(value);
  }

  @Override
  public void integer(long value) throws IOException {
    out.packLong(value);
  }

  @Override
  public void integer(BigInteger value) throws IOException {
    boolean fits =
        value.signum() < 0 ? value.bitLength() < LARGEST_BITS : value.bitLength() <= LARGEST_BITS;
    if (!fits) {
      throw new NoFormException("msgpack has integers from -2^63 to 2^64-1; send text");
    }
    out.packBigInteger(value);
  }

  @Override
  public void real(double value) throws IOException {
    out.packDouble(value);
  }

  @Override
  public void text(String value) throws IOException {
    ByteBuffer utf8 = utf8(value);
    out.packRawStringHeader(utf8.remaining());
    out.writePayload(utf8.array(), utf8.arrayOffset(), utf8.remaining());
  }

  @Override
  public void bytes(byte[] value) throws IOException {
    out.packBinaryHeader(value.length);
    out.writePayload(value);
  }

  @Override
  public void startList(int size) throws IOException {
    out.packArrayHeader(size);
  }

  @Override
  public void startMap(int size) throws IOException {
    out.packMapHeader(size);
  }

  @Override
  public boolean startSet(int size) {
    return false;
  }

  @Override
  public void end() {
    // The header has said how many values there are.
  }

  /** An instant is what peers know as {@code msgpack.Timestamp}. */
  @Override
  public boolean special(Object value) throws IOException {
    if (value instanceof MsgpackExtension extension) {
      out.packExtensionTypeHeader((byte) extension.code(), extension.data().length);
      out.writePayload(extension.data());
      return true;
    }
    if (value instanceof Instant instant) {
      out.packTimestamp(instant);
      return true;
    }
    return false;
  }

  @Override
  public boolean takesKey(@Nullable Object key) {
    return key instanceof byte[] || key instanceof ByteBuffer;
  }

  @Override
  public boolean sortsKeys() {
    return false;
  }

  /** Half a surrogate pair has no bytes, and Python refuses it as well. */
  private static ByteBuffer utf8(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new NoFormException("the text has no form in utf-8", e);
    }
  }
}
