package io.github.celeryjava.kombu.transport.amqp;

/**
 * Makes the headers of py-amqp readable for the driver. py-amqp marks 64-bit numbers with {@code
 * L}, the broker takes that and passes it on, and the driver knows only {@code l}, which means the
 * same; it would drop the connection, and again each time the message is delivered. Stateless.
 *
 * <p>Wire source: {@code _write_item} in {@code amqp/serialization.py} (py-amqp 5.0 to 5.4).
 */
final class PythonTables {

  /** Where the flags of a content header are: after class, weight and size of the body. */
  private static final int FLAGS = 12;

  private static final int CONTENT_TYPE = 0x80;
  private static final int CONTENT_ENCODING = 0x40;
  private static final int HEADERS = 0x20;

  private PythonTables() {}

  /** Changes the payload of a content header in place, where there is anything to change. */
  static void repair(byte[] payload) {
    if (payload.length <= FLAGS + 2 || !contains(payload, (byte) 'L')) {
      return;
    }
    int flags = payload[FLAGS] & 0xFF;
    if ((flags & HEADERS) == 0) {
      return;
    }
    try {
      int position = FLAGS + 2;
      if ((flags & CONTENT_TYPE) != 0) {
        position = afterShortString(payload, position);
      }
      if ((flags & CONTENT_ENCODING) != 0) {
        position = afterShortString(payload, position);
      }
      int unused = table(payload, position);
    } catch (ArrayIndexOutOfBoundsException e) {
      // Not a table; the driver says so better, and does not go on.
    }
  }

  private static int table(byte[] bytes, int start) {
    int position = start + Integer.BYTES;
    int end = position + integer(bytes, start);
    while (position < end) {
      position = value(bytes, afterShortString(bytes, position));
    }
    return end;
  }

  private static int array(byte[] bytes, int start) {
    int position = start + Integer.BYTES;
    int end = position + integer(bytes, start);
    while (position < end) {
      position = value(bytes, position);
    }
    return end;
  }

  /** Looks at one value with its type; returns where the next one is. */
  private static int value(byte[] bytes, int start) {
    int after = start + 1;
    if (bytes[start] == 'L') {
      bytes[start] = 'l';
    }
    return switch (bytes[start]) {
      case 't', 'b', 'B' -> after + 1;
      case 's', 'u' -> after + 2;
      case 'I', 'i', 'f' -> after + 4;
      case 'D' -> after + 5;
      case 'l', 'd', 'T' -> after + 8;
      case 'V' -> after;
      case 'F' -> table(bytes, after);
      case 'A' -> array(bytes, after);
      case 'S', 'x' -> after + Integer.BYTES + integer(bytes, after);
      default -> throw new ArrayIndexOutOfBoundsException("no type of AMQP: " + bytes[start]);
    };
  }

  private static int afterShortString(byte[] bytes, int start) {
    return start + 1 + (bytes[start] & 0xFF);
  }

  private static int integer(byte[] bytes, int start) {
    int value =
        (bytes[start] & 0xFF) << 24
            | (bytes[start + 1] & 0xFF) << 16
            | (bytes[start + 2] & 0xFF) << 8
            | (bytes[start + 3] & 0xFF);
    if (value < 0 || value > bytes.length) {
      throw new ArrayIndexOutOfBoundsException("a length of " + value);
    }
    return value;
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (int i = FLAGS; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return true;
      }
    }
    return false;
  }
}
