package io.github.celeryjava.celery.internal;

import io.github.celeryjava.kombu.internal.Internal;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes task ids: random UUIDs (version 4) as text, as {@code kombu.utils.uuid.uuid} does.
 * Thread-safe and free of locks.
 *
 * <p>{@link UUID#randomUUID()} asks the system for 16 bytes at a time under a lock; here one
 * request serves many ids, which matters at the rate at which tasks are published.
 */
@Internal
public final class Ids {

  private static final int IDS_A_BATCH = 256;
  private static final int BYTES_AN_ID = 16;

  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<Batch> current = new AtomicReference<>(new Batch(random));

  /** A new id: 36 characters, lower case, with hyphens. */
  public String next() {
    while (true) {
      Batch batch = current.get();
      int index = batch.taken.getAndIncrement();
      if (index < IDS_A_BATCH) {
        return batch.id(index);
      }
      current.compareAndSet(batch, new Batch(random));
    }
  }

  private static final class Batch {

    private final ByteBuffer bytes;
    private final AtomicInteger taken = new AtomicInteger();

    Batch(SecureRandom random) {
      byte[] filled = new byte[IDS_A_BATCH * BYTES_AN_ID];
      random.nextBytes(filled);
      bytes = ByteBuffer.wrap(filled);
    }

    String id(int index) {
      long high = bytes.getLong(index * BYTES_AN_ID);
      long low = bytes.getLong(index * BYTES_AN_ID + Long.BYTES);
      return new UUID(
              (high & 0xFFFFFFFFFFFF0FFFL) | 0x4000L, // version 4
              (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L) // IETF variant
          .toString();
    }
  }
}
