package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Looks at the headers of a message before the driver does, which ends the connection over tables
 * that are nested more deeply than it likes: the message would come again, and end the next one.
 * Here they become a single header that says so, and the message is one that cannot be read.
 * Stateless.
 */
final class HeaderGuard {

  /** What the driver stands. */
  static final int DEEPEST = 32;

  private static final String REASON = "they are nested deeper than " + DEEPEST + " levels";

  private static final int FLAGS_AT = 12;
  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;

  private HeaderGuard() {}

  /** The frame itself, unless it holds headers that the driver would choke on. */
  static Frame readable(Frame frame) {
    if (frame.getType() != AMQP.FRAME_HEADER) {
      return frame;
    }
    byte[] payload = frame.getPayload();
    int at = tableAt(payload);
    if (at < 0 || depth(payload, at) <= DEEPEST) {
      return frame;
    }
    return new Frame(frame.getType(), frame.getChannel(), replaced(payload, at));
  }

  /** Where the length of the table stands; negative if there is none. */
  private static int tableAt(byte[] payload) {
    if (payload.length < FLAGS_AT + 2) {
      return -1;
    }
    int flags = ByteBuffer.wrap(payload).getShort(FLAGS_AT) & 0xFFFF;
    int at = FLAGS_AT + 2;
    if ((flags & CONTENT_TYPE) != 0) {
      at = behindShortText(payload, at);
    }
    if ((flags & CONTENT_ENCODING) != 0) {
      at = behindShortText(payload, at);
    }
    return (flags & HEADERS) != 0 && at + Integer.BYTES <= payload.length ? at : -1;
  }

  private static int behindShortText(byte[] payload, int at) {
    return at < payload.length ? at + 1 + (payload[at] & 0xFF) : at;
  }

  /**
   * How many tables and arrays stand in each other, the outermost not counted. What is malformed
   * counts as flat: the driver will say what is wrong with it.
   */
  private static int depth(byte[] payload, int at) {
    ByteBuffer in = ByteBuffer.wrap(payload, at, payload.length - at);
    Deque<Level> levels = new ArrayDeque<>();
    int deepest = 0;
    levels.push(Level.next(in, true));
    while (!levels.isEmpty() && deepest <= DEEPEST) {
      Level level = levels.element();
      if (in.position() >= level.end()) {
        levels.pop();
        continue;
      }
      if (level.hasKeys() && !skip(in, 1 + (in.get(in.position()) & 0xFF))) {
        return 0;
      }
      int type = in.hasRemaining() ? in.get() : 0;
      if ((type == 'F' || type == 'A') && in.remaining() >= Integer.BYTES) {
        levels.push(Level.next(in, type == 'F'));
        deepest = Math.max(deepest, levels.size() - 1);
      } else if (!skip(in, size(in, type))) {
        return 0;
      }
    }
    return deepest;
  }

  private static boolean skip(ByteBuffer in, long bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      return false;
    }
    in.position(in.position() + (int) bytes);
    return true;
  }

  /** Of a value without its type; negative if nobody knows. */
  private static long size(ByteBuffer in, int type) {
    return switch (type) {
      case 'V' -> 0;
      case 't', 'b', 'B' -> 1;
      case 's', 'u' -> 2;
      case 'I', 'i', 'f' -> 4;
      case 'D' -> 5;
      case 'l', 'L', 'd', 'T' -> 8;
      case 'S', 'x' ->
          in.remaining() < Integer.BYTES
              ? -1
              : Integer.BYTES + (in.getInt(in.position()) & 0xFFFFFFFFL);
      default -> -1;
    };
  }

  private static byte[] replaced(byte[] payload, int at) {
    byte[] table = table();
    long length = ByteBuffer.wrap(payload).getInt(at) & 0xFFFFFFFFL;
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length);
    out.write(payload, 0, at);
    out.writeBytes(table);
    int behind = (int) Math.min(payload.length, at + Integer.BYTES + length);
    out.write(payload, behind, payload.length - behind);
    return out.toByteArray();
  }

  private static byte[] table() {
    byte[] key = TransportMessage.UNREADABLE_HEADERS.getBytes(StandardCharsets.UTF_8);
    byte[] reason = REASON.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(table)) {
      out.writeInt(1 + key.length + 1 + Integer.BYTES + reason.length);
      out.writeByte(key.length);
      out.write(key);
      out.writeByte('S');
      out.writeInt(reason.length);
      out.write(reason);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return table.toByteArray();
  }

  /** A table or an array. */
  private record Level(long end, boolean hasKeys) {

    /** The one whose length is next. */
    static Level next(ByteBuffer in, boolean hasKeys) {
      long length = in.getInt() & 0xFFFFFFFFL;
      return new Level(Math.min(in.limit(), in.position() + length), hasKeys);
    }
  }
}
