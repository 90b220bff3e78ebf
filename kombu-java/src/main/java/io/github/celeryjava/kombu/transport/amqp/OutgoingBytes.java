package io.github.celeryjava.kombu.transport.amqp;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes on their way to the socket, in chunks that are used again. Not thread-safe: its owner
 * guards it.
 */
final class OutgoingBytes extends OutputStream {

  /** Large enough that a system call is cheap for each byte, small enough to keep a few. */
  private static final int CHUNK_SIZE = 64 * 1024;

  private static final int SPARE_CHUNKS = 4;

  /** A stretch of bytes that is full, or the last one. */
  static final class Chunk {

    private final byte[] bytes = new byte[CHUNK_SIZE];

    // Mutable state
    private int length;

    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }
  }

  // Mutable state
  private List<Chunk> chunks = new ArrayList<>();
  private final List<Chunk> spare = new ArrayList<>();
  private Chunk last = new Chunk();
  private long size;

  long size() {
    return size;
  }

  @Override
  public void write(int value) {
    if (last.length == CHUNK_SIZE) {
      nextChunk();
    }
    last.bytes[last.length++] = (byte) value;
    size++;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (last.length == CHUNK_SIZE) {
        nextChunk();
      }
      int part = Math.min(left, CHUNK_SIZE - last.length);
      System.arraycopy(source, from, last.bytes, last.length, part);
      last.length += part;
      from += part;
      left -= part;
    }
    size += length;
  }

  /** Hands everything over and starts anew; empty if there is nothing. */
  List<Chunk> takeAll() {
    if (size == 0) {
      return List.of();
    }
    List<Chunk> all = chunks;
    all.add(last);
    chunks = new ArrayList<>();
    last = unused();
    size = 0;
    return all;
  }

  /** Takes chunks back that {@link #takeAll} handed out; keeps a few. */
  void recycle(List<Chunk> used) {
    for (Chunk chunk : used) {
      if (spare.size() == SPARE_CHUNKS) {
        return;
      }
      chunk.length = 0;
      spare.add(chunk);
    }
  }

  private void nextChunk() {
    chunks.add(last);
    last = unused();
  }

  private Chunk unused() {
    return spare.isEmpty() ? new Chunk() : spare.remove(spare.size() - 1);
  }
}
