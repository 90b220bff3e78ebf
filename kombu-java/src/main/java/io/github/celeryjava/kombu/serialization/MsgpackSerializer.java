package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * MessagePack as kombu has it: text and bytes are told apart, keys are text or bytes, and there are
 * no dates, sets, decimals or UUIDs. Immutable and thread-safe.
 *
 * <p>Wire source: {@code register_msgpack} in {@code kombu/serialization.py}.
 */
final class MsgpackSerializer implements Serializer {

  static final String NAME = "msgpack";
  static final String TYPE = "application/x-msgpack";

  private final ReadLimits limits;
  private final ValueWalker walker;

  MsgpackSerializer(ReadLimits limits, JsonSerializer json) {
    this.limits = limits;
    this.walker = new ValueWalker(NAME, limits, json);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return TYPE;
  }

  @Override
  public String contentEncoding() {
    return RawSerializer.BINARY;
  }

  @Override
  public byte[] encode(@Nullable Object body) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      walker.walk(body, new MsgpackSink(packer));
      return packer.toByteArray();
    } catch (IOException e) {
      throw new EncodeException("cannot encode msgpack: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Object decode(byte[] body) {
    return new MsgpackReader(body, ValueWalker.depth(limits)).read();
  }
}
