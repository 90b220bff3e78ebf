package io.github.celeryjava.kombu.transport.redis;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes delivery tags: random UUIDs as kombu's are. They have to be unique and need not be secret,
 * so threads do not queue up for a secure generator.
 */
final class DeliveryTags {

  private static final long VERSION_4 = 0x4000L;
  private static final long NO_VERSION = ~0xf000L;
  private static final long VARIANT = 1L << 63;
  private static final long NO_VARIANT = ~(3L << 62);

  private DeliveryTags() {}

  static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & NO_VERSION) | VERSION_4;
    long low = (random.nextLong() & NO_VARIANT) | VARIANT;
    return new UUID(high, low).toString();
  }
}
