package io.github.celeryjava.kombu.serialization;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value of a type that applications have agreed on and MessagePack knows by a number only. Equal
 * to another with the same bytes; the array is not copied.
 *
 * <p>Named after {@code msgpack.ExtType}.
 *
 * @param code 0 to 127; the others belong to MessagePack itself
 * @param data the value, however the application spells it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record MsgpackExtension(int code, byte[] data) {

  public MsgpackExtension {
    requireNonNull(data, "data");
    if (code < 0 || code > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("code must be 0 to 127, was " + code);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MsgpackExtension extension
        && code == extension.code
        && Arrays.equals(data, extension.data);
  }

  @Override
  public int hashCode() {
    return 31 * code + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "MsgpackExtension[code=" + code + ", " + data.length + " bytes]";
  }
}
